"""Engines: the interface, the choice of one, and the mathematics of the reference compiled.

Compiled with Numba, whole epochs are one call. Numbers live in flat memory and are reached through
pointers. A small layer's quantities have one unit a row and one sample a column, so that every
inner loop runs over samples and becomes vector instructions whatever the width of the layer; those
of a large one have one sample a row, and are multiplied as matrices.

`docs/engines.md` says which file holds what.
"""
