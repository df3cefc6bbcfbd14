"""Run a rewritten program, and record what it computes from what."""
