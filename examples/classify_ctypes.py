"""Says what an image shows, by a model that lenetpp trained, as classify.c does, by any Python without NumPy.

python classify_ctypes.py $(python -m lenetpp --c-library) model.safetensors image.raw
"""

import math
import sys
from ctypes import CDLL, POINTER, Structure, c_char_p, c_double, c_float, c_int, c_size_t, c_uint8, c_void_p
from pathlib import Path


class Images(Structure):
    """One of the two pointers is set: (count, planes, height, width) numbers."""

    _fields_ = (("bytes", POINTER(c_uint8)), ("floats", POINTER(c_float)), ("count", c_size_t))


FUNCTIONS = {
    "lenetpp_error": (c_char_p,),
    "lenetpp_network_load": (c_void_p, c_char_p),
    "lenetpp_network_input": (c_int, c_void_p, POINTER(c_int)),
    "lenetpp_network_outputs": (c_size_t, c_void_p),
    "lenetpp_network_class_name": (c_char_p, c_void_p, c_size_t),
    "lenetpp_network_free": (None, c_void_p),
    "lenetpp_predictor_new": (c_void_p, c_void_p, c_int),
    "lenetpp_predictor_probabilities": (c_int, c_void_p, Images, POINTER(c_double)),
    "lenetpp_predictor_free": (None, c_void_p),
}
"""What each returns, and what it takes."""


def opened(path: str) -> CDLL:
    """Return the library at a path, its functions declared."""
    library = CDLL(path)
    for name, (returned, *taken) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returned, taken
    return library


def classify(library: CDLL, model: str, image: str) -> None:
    """Print the probability of each class of an image, given as raw pixels."""
    network = library.lenetpp_network_load(model.encode())
    if not network:
        sys.exit(f"classify: {library.lenetpp_error().decode()}")
    shape = (c_int * 3)()
    library.lenetpp_network_input(network, shape)
    pixels = Path(image).read_bytes()
    if len(pixels) != math.prod(shape):
        sys.exit(f"classify: {image}: expected {list(shape)} pixels, got {len(pixels)}")
    probabilities = (c_double * library.lenetpp_network_outputs(network))()
    predictor = library.lenetpp_predictor_new(network, 1)
    images = Images((c_uint8 * len(pixels)).from_buffer_copy(pixels), None, 1)
    if not predictor or library.lenetpp_predictor_probabilities(predictor, images, probabilities):
        sys.exit(f"classify: {library.lenetpp_error().decode()}")
    for index, probability in enumerate(probabilities):
        name = library.lenetpp_network_class_name(network, index)
        sys.stdout.write(f"{100 * probability:5.1f} %  {name.decode() if name else '?'}\n")
    library.lenetpp_predictor_free(predictor)
    library.lenetpp_network_free(network)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("classify: give the library, a model and an image")
    classify(opened(sys.argv[1]), sys.argv[2], sys.argv[3])
