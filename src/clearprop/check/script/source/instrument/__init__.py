"""A program is rewritten so that it tells what it computes."""
