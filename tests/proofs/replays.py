"""Random trainings are recorded, then replayed from their records in fresh processes that compute differently."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import numpy as np

import lenetpp as lp
from lenetpp import _core
from lenetpp.settings.training_settings import Initialization, Optimizer, Schedule

FIRST_LAYERS = (
    "conv {filters}x5x5 {activation} | maxpool 4",
    "conv {filters}x3x4 stride2 {bias} {activation} | conv 3x2x2 separate {activation} | maxpool 3/2",
    "maxpool 2 | conv 3x3x3 pad1 {activation} | maxpool 2 | conv 4x2x2 table(0;0,1;1,2;0,1,2) {activation}",
    "dense 20 {bias} {activation}",
    "conv {filters}x5x5 nobias | batchnorm {activation} | maxpool 4 | dropout 0.3",
    "conv 4x5x5 stride2 nobias | batchnorm relu | residual [ conv 6x3x3 stride2 pad1 nobias | batchnorm {activation} ] "
    "relu | globalavgpool",
    "conv {filters}x5x5 {activation} | subsample 4 {activation} | lrn 3 | avgpool 2",
)
ACTIVATIONS = ("relu", "leaky_relu", "sigmoid(2)", "tanh", "scaled_tanh", "")


def prove(folder: Path, count: int = 100, seed: int = 1) -> str:
    """Record `count` random trainings and replay each with another number of threads and a forced instruction set."""
    random = np.random.default_rng(seed)
    sets = _core.available_instruction_sets()
    used: dict[str, int] = {}
    for number in range(count):
        run = _random_run(folder, random)
        threads, instruction_set = 1 + (number + 1) % 3, sets[number % len(sets)]
        environment = os.environ | {"LENETPP_INSTRUCTION_SET": instruction_set}
        command = [sys.executable, "-m", "lenetpp", "replay", str(run.folder), "--threads", str(threads), "--json"]
        finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, f"{run}: {finished.returncode}\n{finished.stdout}{finished.stderr}"
        result = json.loads(finished.stdout)
        assert result["same_bits"] is True
        assert result["digest"] == run.digest
        used[instruction_set] = used.get(instruction_set, 0) + 1
    sets_used = ", ".join(f"{name} {times}" for name, times in used.items())
    return f"{count} of {count} replays in fresh processes had the same bits ({sets_used}; 1 to 3 threads)"


def _random_run(folder: Path, random: np.random.Generator) -> lp.Run:
    """Record a training of one to three epochs that does not diverge in its first."""
    while True:
        network, data, settings = _random_training(random)
        try:
            return lp.train(network, data, runs=folder, progress=False, threads=int(random.integers(1, 4)), **settings)
        except lp.TrainingDiverged as error:
            if error.run.history:
                return error.run


def _random_training(random: np.random.Generator) -> tuple[lp.Network, lp.Dataset, dict[str, Any]]:
    def one_of(*choices: Any) -> Any:
        return choices[random.integers(len(choices))]

    layers = one_of(*FIRST_LAYERS).format(
        filters=random.integers(1, 9), activation=one_of(*ACTIVATIONS), bias=one_of("", "nobias")
    )
    loss = one_of("cross_entropy", "squared_error", "binary_cross_entropy")
    last = "sigmoid" if loss == "binary_cross_entropy" else one_of("", "sigmoid")
    network = lp.Network.parse(f"1x28x28 | {layers} | dense 3 {last}", dtype=one_of("float32", "float32", "float64"))
    if random.random() < 0.2:
        network.initialize(int(random.integers(1000)), "glorot")
    if random.random() < 0.2:
        network.normalization = ([120.0], [80.0])
    optimizer, momentum = one_of(*get_args(Optimizer)), one_of(0.0, 0.5, 0.9)
    flipped = one_of(True, False)
    epochs, schedule = int(random.integers(1, 4)), one_of(*get_args(Schedule))
    settings = {
        "epochs": epochs,
        "batch_size": int(random.integers(1, 40)),
        "learning_rate": float(10 ** random.uniform(-4, -1.5)),
        "schedule": schedule,
        "restarts": (1,) if schedule == "cosine" and epochs > 1 else (),
        "step_epochs": 1,
        "warmup_epochs": one_of(0.0, 0.5),
        "optimizer": optimizer,
        "momentum": momentum,
        "nesterov": optimizer == "sgd" and momentum > 0 and one_of(True, False),
        "weight_decay": one_of(0.0, 1e-3),
        "decay_weights_only": one_of(True, False),
        "average_decay": one_of(0.0, 0.9),
        "gradient_clip_norm": one_of(0.0, 1.0),
        "gradient_clip_value": one_of(0.0, 0.1),
        "loss": loss,
        "reduction": one_of("mean", "sum"),
        "label_smoothing": one_of(0.0, 0.2),
        "initialization": one_of(*get_args(Initialization)),
        "whitening": layers.startswith("conv") and one_of(True, False),
        "normalization": one_of("standard", "unit", "none"),
        "flip_horizontally": flipped,
        "alternate_flips": flipped and one_of(True, False),
        "shift_pixels": int(random.integers(0, 4)),
        "rotation_degrees": one_of(0.0, 15.0),
        "scaling": one_of(0.0, 0.2),
        "shear": one_of(0.0, 0.3),
        "cutout_pixels": one_of(0, 8),
        "brightness": one_of(0.0, 0.3),
        "contrast": one_of(0.0, 0.3),
        "colour_noise": one_of(0.0, 0.1),
        "seed": int(random.integers(2**63)),
    }
    data = lp.load_data(
        classes=["Sneaker", "Bag", "Coat"],
        train_per_class=int(random.integers(5, 60)),
        test_per_class=10,
        validation_per_class=one_of(None, 4),
    )
    return network, data, settings
