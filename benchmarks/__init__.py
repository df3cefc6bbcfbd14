"""How fast clearprop is beside what people use today: `python -m benchmarks`."""
