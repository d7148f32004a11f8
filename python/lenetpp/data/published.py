"""The data sets that have a name: who made them, where they are published, and with which checksums."""

from dataclasses import dataclass
from typing import Literal

from lenetpp.basics.language import say

DIGITS = tuple("0123456789")
GARMENTS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


@dataclass(frozen=True)
class PublishedData:
    """A data set to be found by its name, or downloaded.

    Attributes
    ----------
    name : str
        As `load_data` takes it.
    description : str
        What it shows, and how many images of which shape.
    licence : str
        As its makers state it.
    kind : {"idx", "cifar"}
        Its files' format.
    url : str
        Where its files are published, with a slash at the end.
    checksums : dict
        File names and their published MD5. That is enough here: nobody can make another file for a given MD5.
    places : tuple of str
        Where, inside a folder of data, people and other programs keep it.
    classes : tuple of str or None
        Names of the classes; None where its files name them.
    digest : str or None
        `Dataset.digest` of all of it, by which the page in the browser knows it again; None where nobody has computed
        it yet.
    """

    name: str
    description: str
    licence: str
    kind: Literal["idx", "cifar"]
    url: str
    checksums: dict[str, str]
    places: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    digest: str | None = None


MNIST = PublishedData(
    name="mnist",
    description=say("handwritten digits, 60,000 + 10,000 images of 1x28x28"),
    licence="CC BY-SA 3.0, Y. LeCun and C. Cortes",
    kind="idx",
    url="https://ossci-datasets.s3.amazonaws.com/mnist/",
    checksums={
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
    places=("mnist", "MNIST/raw"),
    classes=DIGITS,
    digest="f5dd350f5a3d86857675c8ef9b51e89db9074e21a62469daf6bae12635bab1eb",
)

FASHION_MNIST = PublishedData(
    name="fashion-mnist",
    description=say("garments, 60,000 + 10,000 images of 1x28x28"),
    licence="MIT, (c) 2017 Zalando SE",
    kind="idx",
    url="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    checksums={
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    places=("fashion-mnist", "FashionMNIST/raw"),
    classes=GARMENTS,
    digest="3f1aef477d14ea9bde4113187ef15464e349d96b19aec040e7d38c1053601c1b",
)

KMNIST = PublishedData(
    name="kmnist",
    description=say("handwritten Japanese syllables, 60,000 + 10,000 images of 1x28x28"),
    licence="CC BY-SA 4.0, ROIS-DS Center for Open Data in the Humanities",
    kind="idx",
    url="http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    checksums={
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
    },
    places=("kmnist", "KMNIST/raw"),
    classes=KUZUSHIJI,
)

CIFAR10 = PublishedData(
    name="cifar10",
    description=say("animals and vehicles in colour, 50,000 + 10,000 images of 3x32x32"),
    licence=say("none stated; its makers ask to cite A. Krizhevsky, 2009"),
    kind="cifar",
    url="https://www.cs.toronto.edu/~kriz/",
    checksums={"cifar-10-python.tar.gz": "c58f30108f718f92721af3b95e74349a"},
    places=(
        "cifar10",
        "cifar-10-batches-py",
        "cifar-10-batches-bin",
        "cifar-10-python.tar.gz",
        "cifar-10-batches-py.tar.xz",
        "cifar-10-binary.tar.gz",
    ),
    digest="76f30259431c42f8e735272647c79ab571af1e8615f1caa413eb5852001cdd9a",
)

PUBLISHED = {data.name: data for data in (MNIST, FASHION_MNIST, KMNIST, CIFAR10)}
