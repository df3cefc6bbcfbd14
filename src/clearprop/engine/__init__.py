"""The mathematics of the reference, fused for the CPU with Numba.

Numbers live in flat memory and are reached through pointers. A layer's quantities have one unit
a row and one sample a column, so that every inner loop runs over samples and becomes vector
instructions whatever the width of the layer.
"""
