"""Filters as numbers: which belong together, which patterns they look like, and that in words. No pictures."""
