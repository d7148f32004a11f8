"""Make the data set inside the package: the first 500 training and 100 test images of each Fashion-MNIST class.

    python tools/make_embedded_data.py ../shared/data/fashion-mnist

The same source gives the same bytes (with the same liblzma), so that anyone can check the file in the repository.
"""

import argparse
import io
import lzma
import zipfile
from pathlib import Path

import numpy as np

from lenetpp.data import load_data
from lenetpp.data.published import GARMENTS

TRAIN_PER_CLASS = 500
TEST_PER_CLASS = 100
EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
DEFAULT_OUTPUT = Path(__file__).parent.parent / "python/lenetpp/data/embedded/fashion-mnist-5000.npz.xz"


def make_embedded_data(source: Path, output: Path) -> None:
    """Write the file `output`, an .npz in xz, from the folder of Fashion-MNIST's four IDX files."""
    data = load_data(source, train_per_class=TRAIN_PER_CLASS, test_per_class=TEST_PER_CLASS)
    arrays = {
        "train_images": data.train_images[:, 0],
        "train_labels": data.train_labels.astype(np.uint8),
        "test_images": data.test_images[:, 0],
        "test_labels": data.test_labels.astype(np.uint8),
        "classes": np.array(GARMENTS, dtype="<U16"),
    }
    # numpy.savez would write the time of writing into the file.
    npz = io.BytesIO()
    with zipfile.ZipFile(npz, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy", EARLIEST_ZIP_TIME)
            member.create_system = 3
            archive.writestr(member, content.getvalue())
    output.write_bytes(lzma.compress(npz.getvalue(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder with Fashion-MNIST's four IDX files")
    parser.add_argument("output", type=Path, nargs="?", default=DEFAULT_OUTPUT, help="the file (%(default)s)")
    arguments = parser.parse_args()
    make_embedded_data(arguments.source, arguments.output)
