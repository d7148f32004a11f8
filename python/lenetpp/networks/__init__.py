"""Networks: layers, weights, predictions, and what is measured of them without training."""
