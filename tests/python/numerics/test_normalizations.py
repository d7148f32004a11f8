"""Batch normalization in training: its figures, its running ones, where they go, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import lenetpp as lp
import needs
from lenetpp import _core
from lenetpp.training.preparation import prepared_core

from .cases import Case
from .comparison import assert_close

TEXT = "1x8x8 | conv 4x3x3 nobias | batchnorm relu | maxpool 2 | dense 5 | batchnorm tanh | dense 3"
RATE = _core.LearningRate(0.02)


def data_of(count: int) -> lp.Dataset:
    random = np.random.default_rng(1)
    images, labels = random.integers(0, 256, (count + 9, 1, 8, 8), dtype=np.uint8), np.arange(count + 9) % 3
    return lp.Dataset.from_arrays(
        train=(images[:count], labels[:count]), test=(images[count:], labels[count:]), classes=["a", "b", "c"]
    )


def test_ten_steps_are_pytorchs() -> None:
    torch = needs.module("torch")
    case = Case(
        "2x6x7 | batchnorm momentum 0.3 | conv 3x3x3 pad1 nobias tanh | batchnorm tanh epsilon 0.001 | "
        "lrn 3 alpha 0.2 | subsample 2 scaled_tanh | dense 6 | batchnorm sigmoid | dense 4",
        batch=13,
    )
    network = lp.Network.parse(case.text, dtype="float64")
    network.set_parameters(case.parameters)
    module = network.to_torch().train()
    optimizer = torch.optim.SGD(module.parameters(), 0.02, momentum=0.9, weight_decay=0.01)
    trainer = _core.Trainer(network.core, batch_size=13, momentum=0.9, weight_decay=0.01)
    images, labels = torch.tensor(case.images), torch.tensor(case.labels, dtype=torch.int64)
    for step in range(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(images), labels)
        loss.backward()
        optimizer.step()
        result = trainer.train_epoch(case.images, case.labels, epoch=step, learning_rate=RATE)
        assert result.loss == pytest.approx(loss.item(), rel=1e-11)
        found = {name: values for name, values in module.state_dict().items() if "num_batches" not in name}
        expected = {name.replace("running_var", "running_variance"): values.numpy() for name, values in found.items()}
        assert_close(network.parameters() | network.state(), expected, dict.fromkeys(expected, 1e-11))


def test_a_mean_far_above_the_deviation_leaves_the_variance_its_digits() -> None:
    # Squares of these numbers are near 1e6, their variance is 0.0025: a sum of squares in float32 does not know it.
    images = np.random.default_rng(1).normal(1e3, 0.05, (40, 2, 9, 11)).astype(np.float32)
    network = lp.Network.parse("2x9x11 | batchnorm momentum 0.99 epsilon 1e-9 | dense 2")
    network.initialize(1)
    trainer = _core.Trainer(network.core, batch_size=40)
    trainer.train_epoch(images, np.arange(40, dtype=np.int32) % 2, epoch=0, learning_rate=_core.LearningRate(0.0))
    exact, state = images.astype(np.float64), network.state()
    mean, variance = exact.mean(axis=(0, 2, 3)), exact.var(axis=(0, 2, 3), ddof=1)
    np.testing.assert_allclose(state["0.running_mean"], 0.99 * mean, rtol=1e-6)
    np.testing.assert_allclose(state["0.running_variance"], 0.01 + 0.99 * variance, rtol=5e-5)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_threads_decide_no_bit_of_running_figures(threads: int) -> None:
    data = data_of(85)
    first, other = (
        lp.train(lp.Network.parse(TEXT), data, epochs=2, batch_size=37, threads=count, runs=None)
        for count in (1, threads)
    )
    assert other.network.digest == first.network.digest
    assert all((first.network.state()[name] == values).all() for name, values in other.network.state().items())
    assert (first.network.state()["1.running_mean"] != 0).all()


def test_inference_is_by_running_figures_alone() -> None:
    network = lp.Network.parse("2x3x3 | batchnorm relu")
    network.set_parameters({"0.weight": [2.0, -1], "0.bias": [0.5, 0]})
    network.set_state({"0.running_mean": [10.0, 20], "0.running_variance": [4 - 1e-5, 16 - 1e-5]})
    images = np.random.default_rng(1).integers(0, 40, (3, 2, 3, 3), dtype=np.uint8)
    expected = np.stack([(images[:, 0] - 10.0) / 2 * 2 + 0.5, (images[:, 1] - 20.0) / -4], axis=1)
    np.testing.assert_allclose(network.outputs(images), np.maximum(expected, 0).reshape(3, -1), rtol=1e-5, atol=1e-5)


def test_negative_variances_are_refused_and_nothing_is_changed() -> None:
    network = lp.Network.parse("2x3x3 | batchnorm")
    network.initialize(1)
    before = network.digest
    for wrong in (-1e-9, -3.0):
        with pytest.raises(ValueError, match=r"state 0.running_variance .*: expected no negative numbers"):
            network.set_state({"0.running_mean": [5.0, 6], "0.running_variance": [1.0, wrong]})
    assert network.digest == before


def test_a_model_file_with_a_negative_variance_is_refused(tmp_path: Path) -> None:
    network = lp.Network.parse("2x3x3 | batchnorm")
    network.initialize(1)
    network.save(tmp_path / "mine.safetensors")
    arrays = load_file(tmp_path / "mine.safetensors")
    arrays["0.running_variance"] = np.array([1, -0.25], np.float32)
    save_file(arrays, tmp_path / "theirs.safetensors", {"lenetpp.network": str(network)})
    with pytest.raises(lp.ModelFileError, match=r"0\.running_variance .*: expected no negative numbers, got -0\.25"):
        lp.Network.load(tmp_path / "theirs.safetensors")


def test_what_a_network_prepared_for_inference_is_made_anew_with_its_state() -> None:
    network = lp.Network.parse("1x2x2 | batchnorm")
    network.initialize(1)
    images = np.full((1, 1, 2, 2), 3, np.uint8)
    before = network.outputs(images)
    network.set_state({"0.running_mean": [1.0], "0.running_variance": [1.0]})
    np.testing.assert_allclose(before - network.outputs(images), 1, rtol=1e-4)


@pytest.mark.parametrize(
    ("text", "layer"),
    [(TEXT, r"layer 4 \(batchnorm tanh\)"), ("1x8x8 | conv 2x8x8 | batchnorm | dense 3", r"layer 1 \(batchnorm\)")],
)
def test_batches_of_one_value_are_refused_before_anything_is_trained(tmp_path: Path, text: str, layer: str) -> None:
    data, network = data_of(33), lp.Network.parse(text)
    message = f"{layer} needs batches of at least 2 images, but 33 images in batches of 16 end with one of 1; choose"
    with pytest.raises(ValueError, match=message):
        lp.train(network, data, batch_size=16, runs=tmp_path)
    assert not network.initialized
    assert list(tmp_path.iterdir()) == []
    lp.train(network, data, epochs=1, batch_size=11, runs=None)


def test_planes_of_many_values_are_trained_image_by_image() -> None:
    run = lp.train(lp.Network.parse("1x8x8 | conv 2x3x3 | batchnorm | dense 3"), data_of(7), batch_size=1, runs=None)
    assert run.outcome == "finished"


def test_a_run_resumed_in_the_middle_of_an_epoch_has_the_bits_of_one_that_was_not() -> None:
    data, settings = data_of(40), lp.TrainingSettings(epochs=2, batch_size=8, learning_rate=0.02)
    whole = lp.train(lp.Network.parse(TEXT), data, settings=settings, runs=None)
    network = lp.Network.parse(TEXT)
    network.core = prepared_core(network, data, settings)
    taken: dict[str, Any] = settings.taken_by("trainer")
    arguments: dict[str, Any] = {"images": data.train_images, "labels": data.train_labels, "learning_rate": RATE}
    stopped = _core.Trainer(network.core, **taken)
    done = stopped.train_epoch(**arguments, epoch=0, progress=lambda _: False, progress_interval=0).done
    other = _core.Trainer(network.core, **taken)
    for name in stopped.state_names:
        for parameter in network.core.parameter_names:
            other.set_state(name, parameter, stopped.state(name, parameter))
    other.train_epoch(**arguments, epoch=0, done=done)
    other.train_epoch(**arguments, epoch=1)
    assert network.digest == whole.digest


def test_a_run_is_recorded_extended_and_replayed_to_the_same_bits(tmp_path: Path) -> None:
    data, settings = data_of(40), lp.TrainingSettings(epochs=3, learning_rate=0.02, batch_size=8)
    whole = lp.train(lp.Network.parse(TEXT), data, settings=settings, runs=None)
    short = lp.train(lp.Network.parse(TEXT), data, settings=replace(settings, epochs=2), runs=tmp_path)
    extended = lp.resume(short, epochs=3, data=data, threads=2)
    assert extended.digest == whole.digest
    assert lp.replay(extended, data=data, threads=3).same_bits


def test_training_goes_on_from_the_running_figures_of_a_model(tmp_path: Path) -> None:
    data = data_of(40)
    first = lp.train(lp.Network.parse(TEXT), data, epochs=2, batch_size=8, runs=None).network
    first.save(tmp_path / "model.safetensors")
    read = lp.Network.load(tmp_path / "model.safetensors")
    assert read.digest == first.digest
    settings = lp.TrainingSettings(epochs=1, batch_size=40, learning_rate=1e-9)
    before, after = read.state(), lp.train(read, data, settings=settings, runs=None).network.state()
    for name, values in before.items():
        assert 0 < np.abs(after[name] - values).max() < 0.2 * np.abs(values).max() + 0.5, name
