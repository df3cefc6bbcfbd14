"""Marks for a folder of scripts."""

from clearprop.check.grading.folder import grade_folder as grade_folder

__all__ = [
    "grade_folder",
]
