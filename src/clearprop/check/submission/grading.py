"""x."""


def grade_folder(): ...
