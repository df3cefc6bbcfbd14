"""Loops and functions as blocks of lines."""

import ast
from collections.abc import Collection

BLOCKS = (ast.For, ast.While, ast.FunctionDef)


def are_in_one_block(tree: ast.AST, lines: Collection[int]) -> bool:
    r"""Return whether a loop, or a function, holds all of these lines.

    Examples
    --------
    >>> program = ast.parse("for n in x:\n    w -= n\n    print(m)\nprint(m)")
    >>> are_in_one_block(program, [2, 3]), are_in_one_block(program, [2, 4])
    (True, False)
    """
    return any(
        all(node.lineno < line <= (node.end_lineno or 0) for line in lines)
        for node in ast.walk(tree)
        if isinstance(node, BLOCKS)
    )
