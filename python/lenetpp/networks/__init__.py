"""Networks: layers, weights, predictions, and what is measured of them without training.

``network``                         the value that users have, put together from the next four
``network_structure``               shape of an image, layers, data type, names of the classes
``network_weights``                 parameters, state, normalization, digests
``network_answers``                 outputs, classes, probabilities, figures
``network_formats``, ``formats/``   model files, ONNX, PyTorch, C
``evaluation``, ``measurement``     predictions beside labels
"""
