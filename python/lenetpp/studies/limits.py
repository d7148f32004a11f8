"""What a study may ask for: far more than anybody means, and far less than fills a memory or a disk."""

MOST_TRAININGS = 100_000
"""Of a study, unless somebody asks for more."""

MOST_STUDY_BYTES = 1 << 20
"""Of a study's file."""

MOST_LADDER_BYTES = 16 << 20
"""Of a file that a benchmark wrote."""
