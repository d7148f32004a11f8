"""Networks in other programs' formats: C, ONNX, PyTorch."""
