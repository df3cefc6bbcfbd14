"""Compile the statements of a program one by one; none of them computes its annotations."""

import __future__

import ast
import types


def compiled(statement: ast.stmt, path: str) -> types.CodeType:
    """Return the code of a statement.

    Alone it does not know of ``from __future__ import annotations`` above it, and Python 3.14
    computes no annotation that nobody reads: a class may be named in itself.

    Examples
    --------
    >>> [method] = ast.parse("def add(self, other: Value) -> Value: ...").body
    >>> exec(compiled(method, "values.py"))
    """
    module = ast.Module([statement], [])
    return compile(module, path, "exec", __future__.annotations.compiler_flag)
