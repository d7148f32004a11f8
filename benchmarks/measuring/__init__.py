"""What the benchmarks share: rounds of measurement, images, the machine's description, Markdown."""
