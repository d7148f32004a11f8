"""The blog's section on speed, measured anew: rungs in C++, and what the size of a batch does."""
