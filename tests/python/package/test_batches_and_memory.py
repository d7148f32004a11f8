"""A batch is never larger than the data: whatever the setting says, memory and time are those of the images."""

import subprocess
import sys
import time

import pytest

import lenetpp as lp

from .patterns import TEXT, stripes_data

PROGRAM = """
import resource, sys
import numpy as np
import lenetpp as lp
size = int(sys.argv[1])
data = lp.load_data(train_per_class=20, test_per_class=2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
run = lp.train(lp.network("lenet5"), data, epochs=2, batch_size=size, runs=None, threads=2)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, run.digest)
"""


def used(size: int) -> tuple[int, str]:
    """Megabytes that a training on 200 images takes, and its digest."""
    answer = subprocess.run([sys.executable, "-c", PROGRAM, str(size)], capture_output=True, text=True, check=True)
    megabytes, digest = answer.stdout.split()
    return int(megabytes), digest


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
def test_a_batch_beyond_the_data_takes_the_memory_of_the_data_and_gives_its_bits() -> None:
    whole, digest = used(200)
    started = time.monotonic()
    for size in (100_000, 1_048_576):
        megabytes, other = used(size)
        assert megabytes < whole + 20
        assert other == digest
    assert time.monotonic() - started < 60


def test_the_setting_is_recorded_as_it_was_given_and_goes_on_with_the_same_bits(tmp_path: object) -> None:
    runs = str(tmp_path)
    digests = []
    for size in (60, 2**20):
        run = lp.train(lp.Network.parse(TEXT), stripes_data(60), batch_size=size, epochs=1, runs=runs, momentum=0.9)
        assert run.folder is not None
        resumed = lp.resume(run.folder, data=stripes_data(60), epochs=3)
        assert resumed.settings.batch_size == size
        digests.append(resumed.digest)
    assert len(set(digests)) == 1


def test_a_smaller_batch_still_has_its_own_bits() -> None:
    digests = {
        lp.train(lp.Network.parse(TEXT), stripes_data(60), batch_size=size, epochs=1, runs=None).digest
        for size in (7, 30, 60)
    }
    assert len(digests) == 3


PLANNING = """
import resource
import lenetpp as lp
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
planned = lp.network("lenet5").summary(batch_size=2**20, threads=64).training_bytes
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, planned >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
def test_what_a_batch_would_take_is_told_without_taking_it() -> None:
    answer = subprocess.run([sys.executable, "-c", PLANNING], capture_output=True, text=True, check=True)
    taken, planned = map(int, answer.stdout.split())
    assert planned > 20_000
    assert taken < 20


def test_memory_that_is_told_grows_with_the_batch_by_what_an_image_takes() -> None:
    told = [lp.network("lenet5").summary(batch_size=size).training_bytes for size in (2**10, 2**11, 2**20)]
    of_an_image = (told[1] - told[0]) / 2**10
    assert of_an_image == pytest.approx((told[2] - told[1]) / (2**20 - 2**11), rel=0.01)
