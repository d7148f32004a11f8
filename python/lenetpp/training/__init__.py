"""Training: the loop, runs, how they go on and are done again."""
