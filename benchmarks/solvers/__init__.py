"""Solvers beside each other: time to a goal, failures, memory, and accuracy on people's data."""
