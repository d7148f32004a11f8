"""The filters of convolutions as numbers: which belong together, and what they look like in words."""
