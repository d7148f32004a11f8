"""Exported runs, read back with the tools they are for."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
import needs
from lenetpp.exporters import export_to_mlflow, export_to_tensorboard
from lenetpp.exporters.figures import settings_of
from lenetpp.records.recorded_runs import RecordedRun

from ..command import Command
from ..package.patterns import TEXT, stripes_data


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    trained = lp.train(
        lp.Network.parse(TEXT), stripes_data(validation=6), epochs=3, seed=5, runs=tmp_path_factory.mktemp("runs")
    )
    assert trained.folder is not None
    return RecordedRun.read(trained.folder)


def expected_figures(run: RecordedRun) -> dict[str, list[float]]:
    """Every number of every epoch, by its name, read from the plain file."""
    lines = [json.loads(line) for line in (run.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    figures: dict[str, list[float]] = {}
    for line in lines:
        for name, value in line.items():
            for key, item in value.items() if isinstance(value, dict) else [("", value)]:
                if isinstance(item, float):
                    figures.setdefault(f"{name}/{key}" if key else name, []).append(item)
    assert "validation_accuracy" in figures
    assert "gradient_norms/0.weight" in figures
    return figures


def started(run: RecordedRun) -> float:
    return float(run.record["started"].timestamp())


def test_tensorboard_reads_figures_settings_and_record(run: RecordedRun, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import metadata

    folder = export_to_tensorboard(run, tmp_path / "logs")
    assert folder == tmp_path / "logs" / run.folder.name
    events = EventAccumulator(str(folder))
    events.Reload()
    expected = expected_figures(run)
    assert set(events.Tags()["scalars"]) == set(expected)
    for name, values in expected.items():
        scalars = events.Scalars(name)
        assert [event.step for event in scalars] == [1, 2, 3]
        assert [event.value for event in scalars] == np.array(values, dtype=np.float32).tolist()
        times = started(run) + np.cumsum(expected["seconds"])
        np.testing.assert_allclose([event.wall_time for event in scalars], times, rtol=0, atol=1e-5)
    (text,) = events.Tensors("record")
    lines = text.tensor_proto.string_val[0].decode().splitlines()
    assert "\n".join(line[4:] for line in lines) == (run.folder / "run.toml").read_text(encoding="utf-8").rstrip("\n")
    content = events.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    parameters = metadata.parse_session_start_info_plugin_data(content).hparams
    assert parameters["learning_rate"].number_value == run.settings["learning_rate"]
    assert parameters["loss"].string_value == "cross_entropy"
    assert parameters["network"].string_value == TEXT


def test_a_run_is_exported_to_tensorboard_once(run: RecordedRun, tmp_path: Path) -> None:
    folder = export_to_tensorboard(run, tmp_path)
    before = list(folder.iterdir())
    with pytest.raises(FileExistsError, match="was exported before; delete that folder"):
        export_to_tensorboard(run, tmp_path)
    assert list(folder.iterdir()) == before


@pytest.fixture
def tracking_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    needs.module("mlflow")
    needs.module("sqlalchemy")
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path}/mlflow.db"


# MLflow, SQLAlchemy and Alembic warn of each other.
@pytest.mark.filterwarnings("ignore::Warning")
def test_mlflow_reads_figures_settings_and_files(run: RecordedRun, tracking_uri: str, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    identifier = export_to_mlflow(run, tracking_uri, "a study")
    client = MlflowClient(tracking_uri=tracking_uri)
    logged = client.get_run(identifier)
    assert logged.info.run_name == run.folder.name
    assert logged.info.status == "FINISHED"
    assert logged.info.start_time == started(run) * 1000
    assert logged.info.end_time == run.record["ended"].timestamp() * 1000
    assert client.get_experiment(logged.info.experiment_id).name == "a study"
    assert {name: str(value) for name, value in run.settings.items()}.items() <= logged.data.params.items()
    assert logged.data.params["network"] == TEXT
    expected = expected_figures(run)
    assert set(logged.data.metrics) == set(expected)
    for name, values in expected.items():
        history = sorted(client.get_metric_history(identifier, name), key=lambda metric: metric.step)
        assert [metric.step for metric in history] == [1, 2, 3]
        assert [metric.value for metric in history] == values
    for file in ("run.toml", "metrics.jsonl", "model.safetensors"):
        copy = Path(client.download_artifacts(identifier, file, str(tmp_path)))
        assert copy.read_bytes() == (run.folder / file).read_bytes()
    with pytest.raises(FileExistsError, match=f"as MLflow's run {identifier}"):
        export_to_mlflow(run, tracking_uri, "a study")


@pytest.mark.filterwarnings("ignore::Warning")
def test_outcomes_have_their_word_in_mlflow(run: RecordedRun, tracking_uri: str) -> None:
    from mlflow import MlflowClient

    for number, (outcome, status) in enumerate(
        {"interrupted": "KILLED", "diverged": "FAILED", "failed": "FAILED", "running": "KILLED"}.items()
    ):
        other = RecordedRun(run.folder, {**run.record, "outcome": outcome}, run.history[:1])
        identifier = export_to_mlflow(other, tracking_uri, f"experiment {number}")
        assert MlflowClient(tracking_uri=tracking_uri).get_run(identifier).info.status == status


@pytest.mark.filterwarnings("ignore::Warning")
def test_a_place_that_mlflow_does_not_know_is_an_error_with_its_name(run: RecordedRun, tracking_uri: str) -> None:
    assert tracking_uri
    with pytest.raises(OSError, match="MLflow at nonsense://place: "):
        export_to_mlflow(run, "nonsense://place")


@pytest.mark.parametrize(
    ("module", "export"),
    [
        ("tensorboard", lambda run: export_to_tensorboard(run, Path("logs"))),
        ("mlflow", lambda run: export_to_mlflow(run, "sqlite:///mlflow.db")),
    ],
)
def test_a_missing_package_is_named(
    run: RecordedRun, monkeypatch: pytest.MonkeyPatch, module: str, export: Callable[[RecordedRun], Any]
) -> None:
    for name in [name for name in sys.modules if name == module or name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf'pip install "lenetpp\[{module}\]"'):
        export(run)


def test_the_command_exports_and_says_where(lenetpp: Command, run: RecordedRun, tmp_path: Path) -> None:
    result = lenetpp.json("export", run.folder, "--tensorboard", tmp_path)
    assert result == {"run": str(run.folder), "tensorboard": str(tmp_path / run.folder.name)}
    assert "was exported before" in lenetpp("export", run.folder, "--tensorboard", tmp_path, code=1, stream="errors")
    shown = lenetpp("export", run.folder, "--tensorboard", tmp_path / "new")
    assert "".join(shown.split()).endswith(f"tensorboard{tmp_path / 'new' / run.folder.name}")


def test_the_command_asks_for_a_place(lenetpp: Command, run: RecordedRun) -> None:
    errors = lenetpp("export", run.folder, code=2, stream="errors")
    assert "--tensorboard DIR or --mlflow URI" in " ".join(errors.replace("│", " ").split())


def test_the_command_names_a_missing_package(
    lenetpp: Command, run: RecordedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert "lenetpp[mlflow]" in lenetpp("export", run.folder, "--mlflow", "sqlite:///x.db", code=1, stream="errors")


def test_settings_that_are_lists_become_texts(run: RecordedRun) -> None:
    extended = RecordedRun(run.folder, {**run.record, "settings": {**run.settings, "restarts": [10, 30]}}, run.history)
    assert settings_of(extended)["restarts"] == "10,30"
    assert {type(value) for value in settings_of(extended).values()} <= {str, int, float, bool}
