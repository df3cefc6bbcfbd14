"""Watch programs whose weights are arrays: which arrays became which, and out of what."""
