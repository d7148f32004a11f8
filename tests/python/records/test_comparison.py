"""Two runs side by side: every difference is named, and the first epoch whose bits are others."""

from pathlib import Path

import lenetpp as lp
from lenetpp.records.comparison import compare, differences
from lenetpp.records.recorded_runs import RecordedRun

from ..package.patterns import TEXT, stripes_data


def train(runs: Path, *, validation: int = 0, threads: int = 1, **changes: object) -> RecordedRun:
    settings = lp.TrainingSettings(**{"epochs": 4, **changes})  # type: ignore[arg-type]
    data = stripes_data(validation=validation)
    run = lp.train(lp.Network.parse(TEXT), data, settings=settings, threads=threads, runs=runs)
    assert run.folder is not None
    return RecordedRun.read(run.folder)


def test_threads_are_a_difference_of_the_surroundings_and_not_of_the_bits(tmp_path: Path) -> None:
    comparison = compare(train(tmp_path), train(tmp_path, threads=2))
    assert comparison.surroundings == {"machine.threads": (1, 2)}
    assert comparison.settings == {}
    assert comparison.data == {}
    assert comparison.results.keys() <= {"results.seconds", "results.images_per_second"}
    assert comparison.partings[0].parted is None
    assert comparison.partings[0].same_bits
    assert comparison.partings[0].common_epochs == 4


def test_the_epoch_is_found_from_which_on_a_schedule_acts(tmp_path: Path) -> None:
    one, other = train(tmp_path), train(tmp_path, schedule="step", step_epochs=2)
    comparison = compare(one, other)
    assert comparison.settings == {"settings.schedule": ("constant", "step"), "settings.step_epochs": (10, 2)}
    assert comparison.partings[0].parted == 3
    assert comparison.partings[0].parted_parameters == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert not comparison.partings[0].same_bits
    assert comparison.results["results.digest"] == (one.history[-1].digest, other.history[-1].digest)


def test_more_epochs_of_the_same_are_no_parting(tmp_path: Path) -> None:
    comparison = compare(train(tmp_path, epochs=2), train(tmp_path))
    assert comparison.partings[0].parted is None
    assert comparison.partings[0].common_epochs == 2
    assert not comparison.partings[0].same_bits


def test_other_seeds_differ_from_the_initial_weights_on(tmp_path: Path) -> None:
    comparison = compare(train(tmp_path), train(tmp_path, seed=2))
    assert comparison.settings == {"settings.seed": (1, 2)}
    assert comparison.partings[0].parted == 0


def test_other_data_are_named_and_so_is_another_network(tmp_path: Path) -> None:
    one = train(tmp_path)
    other_data = compare(one, train(tmp_path, validation=6)).data
    assert other_data.keys() == {"data.digest", "data.images.validation"}
    assert other_data["data.images.validation"] == (None, 6)
    run = lp.train(lp.Network.parse(TEXT.replace("4x3x3", "5x3x3")), stripes_data(), epochs=1, runs=tmp_path)
    assert run.folder is not None
    assert compare(one, RecordedRun.read(run.folder)).settings["network.text"] == (TEXT, str(run.network))


def test_differences_go_into_tables_and_know_what_is_missing() -> None:
    one = {"a": 1, "same": [1, 2], "table": {"x": 1, "y": 2}, "gone": {"z": None}}
    other = {"a": 1.5, "same": [1, 2], "table": {"x": 1, "y": 3}, "new": {"w": 0}}
    assert differences([one, other], "t.") == {"t.a": (1, 1.5), "t.table.y": (2, 3), "t.new.w": (None, 0)}
    assert differences([one, one, other])["a"] == (1, 1, 1.5)


def test_several_runs_are_each_held_against_the_first(tmp_path: Path) -> None:
    runs = [train(tmp_path), train(tmp_path, threads=2), train(tmp_path, seed=2), train(tmp_path, momentum=0.0)]
    comparison = compare(*runs)
    assert comparison.settings == {"settings.momentum": (0.9, 0.9, 0.9, 0.0), "settings.seed": (1, 1, 2, 1)}
    assert [parting.parted for parting in comparison.partings] == [None, 0, 1]
