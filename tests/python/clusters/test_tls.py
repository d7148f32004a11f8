"""A study on workers that only talk to who has a certificate, set up as the guide says."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import needs

from .studies_at_the_shell import RUNS, Study, write_study

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12) and ssl.OPENSSL_VERSION_INFO >= (3, 4),
    reason="this Python breaks connections that are healthy: python/cpython#148594",
)


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project_root: Path) -> Iterator[str]:
    """Of a scheduler with one worker; the configuration is the guide's."""
    certificate = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lenetpp -keyout key.pem -out certificate.pem"
    subprocess.run([needs.program("openssl"), *certificate.split()], cwd=tmp_path, check=True, capture_output=True)
    guide = (project_root / "docs" / "guides" / "clusters.md").read_text(encoding="utf-8")
    configuration = guide.partition("# tls.yaml\n")[2].partition("```")[0]
    assert configuration
    (tmp_path / "tls.yaml").write_text(configuration, encoding="utf-8")
    monkeypatch.setenv("DASK_CONFIG", str(tmp_path / "tls.yaml"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    commands = (
        ["scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port)],
        ["worker", f"tls://127.0.0.1:{port}", "--nthreads", "1", "--local-directory", str(tmp_path)],
    )
    with ExitStack() as stack:
        for name, *options in commands:
            command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *options, "--no-dashboard"]
            process = stack.enter_context(
                subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            stack.callback(process.terminate)
        yield f"127.0.0.1:{port}"


def test_a_scheduler_with_certificates_trains_for_who_has_them(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_study(tmp_path)
    content, _ = Study(tmp_path, "runs", f"dask+tls://{address}").end()
    assert (content["runs"], content["failures"]) == (RUNS, [])
    monkeypatch.delenv("DASK_CONFIG")
    _, errors = Study(tmp_path, "others", f"dask+tls://{address}").end(code=1)
    assert "Traceback" not in errors
    assert f"--cluster dask+tls://{address}: there is no scheduler" in errors
