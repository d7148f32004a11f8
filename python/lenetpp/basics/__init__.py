"""What has no subject of its own: arrays, files and their checks, words, and where a program runs."""
