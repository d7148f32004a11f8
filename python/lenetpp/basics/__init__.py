"""What has no subject of its own: arrays, files and their checks, words, where a program runs."""
