"""Data sets: images that stay as they are, labels, class names, and one digest over all of them."""

from lenetpp.data.dataset import Dataset, Selection
from lenetpp.data.download import fetch_data
from lenetpp.data.errors import DataError, DataWarning
from lenetpp.data.image_files import read_images
from lenetpp.data.load import load_data
from lenetpp.data.places import AvailableData, available_data
from lenetpp.data.plane_statistics import per_plane_statistics

__all__ = [
    "AvailableData",
    "DataError",
    "DataWarning",
    "Dataset",
    "Selection",
    "available_data",
    "fetch_data",
    "load_data",
    "per_plane_statistics",
    "read_images",
]
