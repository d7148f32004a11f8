"""An audit trains a sample again on other workers: equal digests are counted, others are named."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.records.run_files import read_record
from lenetpp.studies.audit import is_chosen
from lenetpp.studies.running import run_missing
from lenetpp.studies.worker import Digest, Failed

from ..command import Command
from .handmade_cluster import Asked, HandmadeCluster
from .small_studies import write_study
from .trainings import run_names, trained_alone, training, trainings


def test_what_is_trained_again_has_the_same_digest_and_leaves_no_run(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = run_missing(trainings(1, 2, 3), tmp_path, executor=pool, audit=1.0)
    assert found.audit is not None
    assert found.audit.same == tuple(run_names(tmp_path))
    assert len(found.audit.same) == 3
    assert found.audit.differing == {}
    assert str(found.audit) == "3 runs were trained again, 3 with the same digest"


def test_another_digest_and_no_digest_are_named_with_the_worker(tmp_path: Path) -> None:
    folders = [trained_alone(each, tmp_path).folder or Path() for each in trainings(1, 2, 3)]
    outcomes = {1: Digest("0" * 64), 2: Failed("crashed"), 3: Digest(read_record(folders[2])["results"]["digest"])}
    cluster = HandmadeCluster("ab", lambda asked: outcomes[asked.seed])
    found = run_missing(trainings(1, 2, 3), tmp_path, executor=cluster, audit=1.0)
    assert found.audit is not None
    assert found.audit.same == (folders[2].name,)
    first = read_record(folders[0])["results"]["digest"]
    assert found.audit.differing == {
        folders[0].name: f"{first} is its digest, {'0' * 64} that of a",
        folders[1].name: "it cannot be trained again: failed 3 times on 2 workers, at last with: crashed",
    }


def test_it_is_never_the_worker_that_trained_a_run(tmp_path: Path) -> None:
    def answer(asked: Asked) -> object:
        if asked.assignment.run is None:
            return Digest(trained_alone(training(asked.seed)).digest)
        return trained_alone(training(asked.seed), tmp_path).folder

    cluster = HandmadeCluster("ab", answer)
    found = run_missing(trainings(1, 2), tmp_path, executor=cluster, audit=1.0)
    assert found.audit is not None
    assert found.audit.differing == {}
    assert [(asked.worker, asked.assignment.run is None) for asked in cluster.asked] == [
        *[("a", False)] * 2,
        *[("b", True)] * 2,
    ]


def test_a_share_of_all_keys_is_chosen_always_the_same() -> None:
    keys = [training(seed).key for seed in range(2000)]
    assert sum(is_chosen(key, 0.02) for key in keys) == pytest.approx(40, abs=20)
    assert all(is_chosen(key, 1.0) for key in keys)
    assert {key for key in keys if is_chosen(key, 0.02)} <= {key for key in keys if is_chosen(key, 0.3)}


def test_at_the_shell_a_share_is_a_percentage_and_the_figure_is_printed(tmp_path: Path, lenetpp: Command) -> None:
    file = write_study(tmp_path)
    options = ("study", file, "--runs", tmp_path / "runs", "--out", tmp_path / "report")
    assert "audit   1 run was trained again, 1 with the same digest" in lenetpp(*options, "--audit", "0.001%")
    for wrong in ("0%", "101%", "-1", "some", "nan"):
        assert "at most 100%" in lenetpp(*options, f"--audit={wrong}", code=2, stream="errors")


def test_shares_and_times_are_checked(tmp_path: Path) -> None:
    file = write_study(tmp_path)
    for audit in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match=r"^audit must be a share from 0 to 1, but is "):
            lp.study(file, audit=audit)
    for limit in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match=r"^time_limit must be more than 0 seconds, but is "):
            lp.study(file, time_limit=limit)
