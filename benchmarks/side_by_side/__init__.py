"""The same networks in other tools, each in its best formulation, as one process each."""
