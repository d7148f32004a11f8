"""The picture of augmented training images: what stands in it is what training saw."""

from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.pictures.augmentation import AUGMENTATIONS, augmented_images

from .charts import laid_out
from .runs import small_data

NETWORK = "1x28x28 | dense 3"


def prepared(data: lp.Dataset) -> lp.Network:
    network = lp.Network.parse(NETWORK)
    network.initialize(1)
    network.normalization = lp.per_plane_statistics(data.train_images)
    return network


def test_flipped_images_are_the_originals_or_their_mirror_image() -> None:
    data = small_data()
    shown = augmented_images(prepared(data), data, lp.TrainingSettings(flip_horizontally=True), images=3, epochs=10)
    both = [False, False]
    for original, seen in zip(shown.originals, shown.seen, strict=True):
        for image in seen:
            assert image.dtype == original.dtype == np.uint8
            mirrored = not (image == original).all()
            assert not mirrored or (image == original[:, :, ::-1]).all()
            both[mirrored] = True
    assert both == [True, True]
    assert shown.words == "flip horizontally yes"


def test_a_run_draws_them_from_its_own_settings(run: lp.Run) -> None:
    if any(run.settings.as_dict()[name] for name in AUGMENTATIONS):
        drawn = laid_out(run.augmentation(images=2, epochs=4))
        assert len(drawn.images) == 2 * 5
    else:
        with pytest.raises(ValueError, match="the training images are seen as they are; try flip_horizontally, "):
            run.augmentation()


def test_it_is_written_as_a_file(tmp_path: Path) -> None:
    data = small_data()
    settings = lp.TrainingSettings(rotation_degrees=20, cutout_pixels=5, brightness=0.5)
    shown = augmented_images(prepared(data), data, settings, images=2, epochs=3)
    assert len(laid_out(shown).images) == 2 * 4
    shown.save(tmp_path / "augmented.png")
    assert (tmp_path / "augmented.png").stat().st_size > 5000
    with pytest.raises(ValueError, match="epochs must be from 1 to 100, but is 0"):
        augmented_images(prepared(data), data, settings, epochs=0)
