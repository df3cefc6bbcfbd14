"""Scalar graphs: how they are read, what their operations are, how they are drawn."""
