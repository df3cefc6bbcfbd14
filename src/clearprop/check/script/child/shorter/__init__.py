"""Fewer rows in the copies of a program's data, where all of them are more than can be followed."""
