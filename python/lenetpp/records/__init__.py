"""Runs on the disk: how they are written, read, found again and compared."""
