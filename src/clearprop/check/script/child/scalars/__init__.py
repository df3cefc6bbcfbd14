"""Watch programs whose weights are single numbers: every number knows what it was computed from."""
