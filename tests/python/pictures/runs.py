"""Runs on a few real images, trained in an instant, for pictures to be drawn of."""

from pathlib import Path

import lenetpp as lp

TEXT = "1x28x28 | conv 4x5x5 relu | maxpool 2 | conv 3x3x3 separate sigmoid | maxpool 3/2 | dense 3"
CLASSES = ("Sneaker", "Bag", "Trouser")


def small_data() -> lp.Dataset:
    return lp.load_data(classes=CLASSES, train_per_class=60, test_per_class=20)


def small_run(runs: Path | None, *, seed: int = 1, epochs: int = 3) -> lp.Run:
    return lp.train(lp.Network.parse(TEXT), small_data(), epochs=epochs, seed=seed, runs=runs, progress=False)
