"""Recorded runs found, filtered, listed and compared."""
