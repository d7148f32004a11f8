"""train(): what it changes, what it leaves alone, how it ends early."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Dataset, Network, TrainingSettings
from lenetpp.settings.declaration import declared_settings

from .patterns import TEXT, stripes, stripes_data


def train_small(network: Network | None = None, data: Dataset | None = None, **changes: Any) -> lp.Run:
    network = Network.parse(TEXT) if network is None else network
    return lp.train(network, data or stripes_data(), **{"epochs": 2, "runs": None, **changes})


def test_a_network_learns() -> None:
    run = train_small(epochs=12, learning_rate=0.05)
    assert run.outcome == "finished"
    assert run.test_accuracy is not None
    assert run.test_accuracy > 0.9
    assert run.history[-1].loss < 0.5 * run.history[0].loss


def test_history_says_what_evaluate_says() -> None:
    data = stripes_data(validation=9)
    run = train_small(data=data, epochs=3, loss="squared_error")
    last = run.history[-1]
    test = lp.evaluate(run.network, data, loss="squared_error")
    validation = lp.evaluate(run.network, data, part="validation", loss="squared_error")
    assert [record.epoch for record in run.history] == [1, 2, 3]
    assert (last.test_loss, last.test_accuracy) == (test.loss, test.accuracy)
    assert (last.validation_loss, last.validation_accuracy) == (validation.loss, validation.accuracy)
    assert last.digest == run.digest == run.network.digest
    assert list(last.gradient_norms) == list(run.network.parameters())
    assert all(norm > 0 for norm in last.gradient_norms.values())
    assert run.evaluation is not None
    assert run.evaluation.confusion.tolist() == test.confusion.tolist()
    assert last.images_per_second > 0
    assert run.seconds > sum(record.seconds for record in run.history)


def test_the_network_is_trained_in_place_and_learns_the_names_of_its_classes() -> None:
    network = Network.parse(TEXT)
    run = train_small(network)
    assert run.network is network
    assert network.initialized
    assert network.class_names == ("horizontal", "vertical", "diagonal")


def test_threads_do_not_change_the_bits_and_seeds_do() -> None:
    digests = {threads: train_small(threads=threads).digest for threads in (1, 2, 3)}
    assert len(set(digests.values())) == 1
    assert train_small(seed=2).digest not in digests.values()


CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "epochs": ({}, 3),
    "batch_size": ({}, 7),
    "learning_rate": ({}, 0.02),
    "schedule": ({}, "cosine"),
    "restarts": ({"schedule": "cosine"}, (1,)),
    "step_epochs": ({"schedule": "step", "step_epochs": 1}, 2),
    "step_factor": ({"schedule": "step", "step_epochs": 1}, 0.5),
    "warmup_epochs": ({}, 1),
    "optimizer": ({}, "adam"),
    "momentum": ({}, 0.5),
    "nesterov": ({}, True),
    "adam_beta1": ({"optimizer": "adam"}, 0.5),
    "adam_beta2": ({"optimizer": "adam"}, 0.5),
    "adam_epsilon": ({"optimizer": "adam"}, 0.1),
    "weight_decay": ({}, 0.01),
    "decay_weights_only": ({"weight_decay": 0.01}, True),
    "average_decay": ({}, 0.9),
    "gradient_clip_norm": ({}, 0.01),
    "gradient_clip_value": ({}, 0.01),
    "loss": ({}, "squared_error"),
    "reduction": ({}, "sum"),
    "label_smoothing": ({}, 0.1),
    "class_weight": ({}, {"diagonal": 2}),
    "initialization": ({}, "lecun"),
    "whitening": ({}, True),
    "normalization": ({}, "unit"),
    "flip_horizontally": ({}, True),
    "alternate_flips": ({"flip_horizontally": True}, True),
    "shift_pixels": ({}, 1),
    "rotation_degrees": ({}, 20),
    "scaling": ({}, 0.3),
    "shear": ({}, 0.3),
    "cutout_pixels": ({}, 3),
    "brightness": ({}, 0.3),
    "contrast": ({}, 0.3),
    "colour_noise": ({}, 0.5),
    "patience": ({"epochs": 9, "learning_rate": 0.5}, 1),
    "keep": ({"epochs": 9, "learning_rate": 0.5}, "best"),
    "seed": ({}, 7),
}
"""What makes another network, and beside which settings. Evaluations more or less often do not."""
SETTINGS = {setting.name for setting in declared_settings(TrainingSettings)}


@pytest.mark.parametrize("name", sorted(SETTINGS - {"evaluate_every"}))
def test_every_setting_reaches_the_training(name: str) -> None:
    base, value = CHANGES[name]
    data = stripes_data(validation=9)
    assert train_small(data=data, **base).digest != train_small(data=data, **{**base, name: value}).digest


def test_settings_can_be_given_as_a_whole_and_changed() -> None:
    settings = TrainingSettings(epochs=1, seed=4, momentum=0.5)
    run = lp.train(Network.parse(TEXT), stripes_data(), settings=settings, epochs=2, runs=None)
    assert run.settings == TrainingSettings(epochs=2, seed=4, momentum=0.5)
    with pytest.raises(TypeError, match="learning_speed"):
        train_small(learning_speed=3)


# Where a training starts


def test_a_trained_network_is_trained_further() -> None:
    network = Network.parse(TEXT)
    first = train_small(network, epochs=5).history[-1].loss
    second = train_small(network, seed=2).history[0].loss
    assert second < first


def test_initial_weights_come_from_seed_and_scheme() -> None:
    network = Network.parse(TEXT)
    network.initialize(seed=3, scheme="glorot")
    network.normalization = ([0.0], [255.0])
    assert train_small(network, seed=3).digest == (
        train_small(seed=3, initialization="glorot", normalization="unit").digest
    )


def test_normalization_is_that_of_the_training_images() -> None:
    data = stripes_data()
    standard = train_small(data=data).network.normalization
    unit = train_small(data=data, normalization="unit").network.normalization
    none = train_small(data=data, normalization="none", learning_rate=1e-6).network.normalization
    assert standard is not None
    assert unit is not None
    assert none is not None
    np.testing.assert_allclose(standard[0], [data.train_images.mean()], rtol=1e-6)
    np.testing.assert_allclose(standard[1], [data.train_images.std()], rtol=1e-6)
    assert (unit[0].tolist(), unit[1].tolist()) == ([0], [255])
    assert (none[0].tolist(), none[1].tolist()) == ([0], [1])


def test_a_network_keeps_its_normalization() -> None:
    network = Network.parse(TEXT)
    network.normalization = ([12.0], [34.0])
    train_small(network, normalization="standard")
    assert network.normalization is not None
    assert [values.item() for values in network.normalization] == [12, 34]


def test_a_plane_of_one_colour_can_be_trained_on() -> None:
    pixels = np.full((6, 1, 8, 8), 9, np.uint8)
    data = Dataset.from_arrays((pixels, np.arange(6) % 3), (pixels, np.arange(6) % 3))
    assert train_small(data=data).outcome == "finished"


# What does not fit


def test_bad_calls_leave_the_network_without_weights() -> None:
    network = Network.parse(TEXT)
    other_shape = Dataset.from_arrays(*[(np.zeros((3, 1, 8, 9), np.uint8), np.arange(3))] * 2)
    two_classes = Dataset.from_arrays(*[(np.zeros((4, 1, 8, 8), np.uint8), np.arange(4) % 2)] * 2)
    floats = Dataset.from_arrays(*[(np.ones((3, 1, 8, 8), np.float32), np.arange(3))] * 2)
    for data, changes, message in (
        (
            other_shape,
            {},
            r"takes images of 1x8x8.*but those of arrays have 1x8x9; lp\.network\(name, \(1, 8, 9\), 3\) is a named "
            "network for them, or begin the network's text with '1x8x9'$",
        ),
        (two_classes, {}, r"has 3 outputs, but arrays has 2 classes \(0, 1\)"),
        (floats, {"normalization": "unit"}, '"unit" divides bytes by 255, but the images are float32'),
        (stripes_data(), {"epochs": 0}, "^epochs must be in"),
        (stripes_data(), {"loss": "binary_cross_entropy"}, "sigmoid"),
        (stripes_data(), {"threads": 0}, "threads"),
        (stripes_data(), {"shift_pixels": 8}, "shift_pixels must be below 8"),
    ):
        with pytest.raises(ValueError, match=message):
            train_small(network, data, **changes)
        assert not network.initialized
        assert network.normalization is None
        assert network.class_names is None


def test_a_name_or_arrays_alone_are_refused() -> None:
    for function in (lp.train, lp.evaluate):
        with pytest.raises(TypeError, match=r"network must be a Network, which .* make, but is str"):
            function("lenet5", stripes_data())  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"data must be a Dataset, which .* make, but is tuple"):
            function(Network.parse(TEXT), stripes(9))  # type: ignore[arg-type]


# How it ends early


@pytest.mark.parametrize("classes", [["one"], ["other", "one"]])
def test_images_of_a_single_class_are_refused(tmp_path: Path, classes: list[str]) -> None:
    images, label = np.zeros((4, 1, 8, 8), np.uint8), len(classes) - 1
    data = Dataset.from_arrays((images, [label] * 4), (images, [0] * 4), classes=classes)
    network = Network.parse(f"1x8x8 | dense {len(classes)}")
    with pytest.raises(ValueError, match=r"classes must be at least two .* all 4 of arrays are of one class, 'one'"):
        train_small(network, data, runs=tmp_path)
    assert not network.initialized
    assert list(tmp_path.iterdir()) == []


def test_divergence_says_where_and_what_to_try(tmp_path: Path) -> None:
    network = Network.parse(TEXT)
    with pytest.raises(lp.TrainingDiverged, match=r"in epoch 1, step \d+, .* of layer \d \(.*try") as caught:
        train_small(network, learning_rate=1e30, runs=tmp_path)
    run = caught.value.run
    assert run.outcome == "diverged"
    assert run.history == []
    assert not network.initialized
    assert 'outcome = "diverged"' in (run.folder / "run.toml").read_text()  # type: ignore[operator]


def test_divergence_leaves_the_last_sound_epoch(tmp_path: Path) -> None:
    network = Network.parse(TEXT)
    # One step an epoch: the first at a rate of zero, the second far too large.
    with pytest.raises(lp.TrainingDiverged, match=r"epoch 2") as caught:
        train_small(network, learning_rate=1e30, warmup_epochs=1, batch_size=60, runs=tmp_path)
    run = caught.value.run
    assert network.digest == run.history[0].digest
    assert len(run.history) == 1
    assert run.folder is not None
    assert Network.load(run.folder / "model.safetensors").digest == network.digest


class CtrlC(threading.Thread):
    """Presses Ctrl-C as soon as `ready` says so."""

    def __init__(self, ready: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._ready = ready
        self.pressed = 0.0

    def run(self) -> None:
        while not self._ready():
            time.sleep(0.005)
        self.pressed = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")
def test_ctrl_c_keeps_the_work_and_is_answered_at_once(tmp_path: Path) -> None:
    network, data = Network.parse(TEXT), stripes_data(train=30000)
    handler = signal.getsignal(signal.SIGINT)
    ctrl_c = CtrlC(lambda: any(path.stat().st_size for path in tmp_path.glob("*/metrics.jsonl")))
    ctrl_c.start()
    with pytest.raises(lp.TrainingInterrupted, match="stopped by Ctrl-C in epoch") as caught:
        train_small(network, data, epochs=100000, runs=tmp_path)
    answered = time.perf_counter()
    run = caught.value.run
    assert answered - ctrl_c.pressed < 0.2
    assert signal.getsignal(signal.SIGINT) is handler
    assert run.outcome == "interrupted"
    assert len(run.history) >= 1
    assert run.folder is not None
    assert lp.Run.load(run.folder).digest == network.digest
    assert lp.Run.load(run.folder).outcome == "interrupted"


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")
def test_ctrl_c_stops_a_script_of_many_trainings() -> None:
    digests: list[str] = []
    ctrl_c = CtrlC(lambda: digests)
    ctrl_c.start()
    with pytest.raises(KeyboardInterrupt):
        digests.extend(train_small(seed=seed, epochs=50).digest for seed in range(10000))
    assert 1 <= len(digests) < 10000


def test_training_works_outside_the_main_thread() -> None:
    runs: list[lp.Run] = []
    thread = threading.Thread(target=lambda: runs.append(train_small()))
    thread.start()
    thread.join()
    assert runs[0].digest == train_small().digest


def test_nothing_is_shown_and_written_unless_asked_for(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    train_small()
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_float64_networks_can_be_trained(tmp_path: Path) -> None:
    network = Network.parse(TEXT, dtype="float64")
    run = train_small(network, runs=tmp_path)
    assert run.folder is not None
    saved = Network.load(run.folder / "model.safetensors")
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(saved.parameters()[name], values.astype(np.float32))


def test_the_last_bits_of_a_float64_training_differ_from_float32() -> None:
    narrow, wide = Network.parse(TEXT), Network.parse(TEXT, dtype="float64")
    train_small(narrow, epochs=1)
    train_small(wide, epochs=1)
    for name, values in narrow.parameters().items():
        np.testing.assert_allclose(values, wide.parameters()[name], atol=1e-4)
    assert asdict(lp.evaluate(narrow, stripes_data()))["loss"] != lp.evaluate(wide, stripes_data()).loss


def test_evaluate_refuses_what_does_not_fit() -> None:
    run = train_small()
    with pytest.raises(ValueError, match="have no validation part"):
        lp.evaluate(run.network, stripes_data(), part="validation")
    with pytest.raises(ValueError, match="part must be"):
        lp.evaluate(run.network, stripes_data(), part="tests")  # type: ignore[arg-type]
    pixels, labels = stripes(6)
    wide = Dataset.from_arrays((pixels.repeat(2, axis=3), labels), (pixels.repeat(2, axis=3), labels))
    with pytest.raises(ValueError, match="takes images of 1x8x8"):
        lp.evaluate(run.network, wide)
