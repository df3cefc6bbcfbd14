"""Run as much of a script as its functions need: definitions, imports, constants, and no training.

Statements that call the script's own functions, and loops, would train, plot or print; they are
left out unless they are asked for.
"""

import ast
import traceback
from typing import Any, NamedTuple

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Import = ast.Import | ast.ImportFrom


class Trouble(NamedTuple):
    """A statement that failed."""

    line: int
    kind: str
    message: str

    @staticmethod
    def of(error: BaseException, line: int) -> "Trouble":
        """Return what an error says, without its traceback."""
        return Trouble(line, type(error).__name__, " ".join(str(error).split())[:300])


def run_definitions(
    tree: ast.Module, path: str, until: int | None
) -> tuple[dict[str, Any], list[Trouble]]:
    """Return the script's globals, and what failed on the way.

    Parameters
    ----------
    tree : ast.Module
    path : str
        Named in tracebacks.
    until : int, optional
        Run every statement before this place; without it, only what defines something.
    """
    namespace: dict[str, Any] = {"__name__": "submission", "__file__": path}
    own = {node.name for node in tree.body if isinstance(node, Definition)}
    troubles = []
    for place, node in enumerate(tree.body):
        if until is not None and place >= until:
            break
        if until is None and not is_definition(node, own):
            continue
        try:
            code = compile(ast.Module([node], []), path, "exec")
            exec(code, namespace)  # this is the limited process made for it
        except (Exception, SystemExit) as error:
            troubles.append(Trouble.of(error, node.lineno))
    return namespace, troubles


def is_definition(node: ast.stmt, own: set[str]) -> bool:
    """Return whether a statement defines something without calling the script's own functions."""
    if isinstance(node, Definition | Import):
        return True
    if isinstance(node, ast.For | ast.While | ast.AsyncFor):
        return False
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return not any(isinstance(called, ast.Name) and called.id in own for called in calls)


def line_in(error: BaseException, path: str) -> int:
    """Return the innermost line of the script on the way to an error, 0 if it lies elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == path]
    return lines[-1] if lines else 0
