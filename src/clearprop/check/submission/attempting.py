"""Run attempts one after the other until one gives a gradient; this runs in the limited process."""

import ast
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from clearprop.check.submission.binding import CannotCallError
from clearprop.check.submission.calling import FunctionsCall
from clearprop.check.submission.instances import ClassCall, GlobalsCall
from clearprop.check.submission.loops import LoopCall
from clearprop.check.submission.namespace import Trouble, line_in, run_definitions

Data = dict[str, Any]
CALLS = {"functions": FunctionsCall, "class": ClassCall, "globals": GlobalsCall}


def replies(request: Mapping[str, Any]) -> Data:
    """Return the first attempt that gave a gradient, and the failures before it.

    Parameters
    ----------
    request : mapping
        ``path``, and ``attempts`` in the order in which they are to be tried.
    """
    script = Script(request["path"])
    failures = []
    for number, attempt in enumerate(request["attempts"]):
        call = None
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                call = script.call(attempt)
                found = call.run()
                found["numeric"] = script.call(attempt).numeric_gradient()
            return {"success": {"attempt": number, **found}, "failures": failures, **script.notes()}
        except (Exception, SystemExit) as error:
            stage = call.stage if call is not None else "preparing"
            failures.append(
                {
                    "attempt": number,
                    "stage": stage,
                    "cannot_call": isinstance(error, CannotCallError),
                    **Trouble.of(error, line_in(error, request["path"]))._asdict(),
                }
            )
            if isinstance(error, MemoryError | PermissionError):
                break  # other shapes of the arrays would not help
    return {"success": None, "failures": failures, **script.notes()}


class Script:
    """A person's script, run as far as each kind of attempt needs it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.tree = ast.parse(Path(path).read_text(encoding="utf-8-sig"), filename=path)
        self.troubles: list[Trouble] = []
        self.globals_until = cache(self._globals_until)

    def call(self, attempt: Data) -> FunctionsCall:
        """Return one attempt, ready to run."""
        kind = attempt["interface"]["kind"]
        with_path = {**attempt, "path": self.path}
        if kind == "loop":
            namespace = self.globals_until(attempt["interface"]["place"])
            return LoopCall(namespace, with_path, self.tree.body)
        namespace = self.globals_until(len(self.tree.body) if attempt["whole"] else None)
        if kind == "loop in a function":
            name = attempt["interface"]["signature"]["name"]
            [*_, node] = (part for part in self.tree.body if is_function(part, name))
            return LoopCall(namespace, with_path, node.body)
        return CALLS[kind](namespace, attempt)

    def _globals_until(self, place: int | None) -> Data:
        namespace, troubles = run_definitions(self.tree, self.path, place)
        self.troubles += [trouble for trouble in troubles if trouble not in self.troubles]
        return namespace

    def notes(self) -> Data:
        """Return what failed while the script itself ran."""
        return {"troubles": [trouble._asdict() for trouble in self.troubles]}


def is_function(node: ast.stmt, name: str) -> TypeGuard[ast.FunctionDef]:
    """Return whether a statement defines the function of this name."""
    return isinstance(node, ast.FunctionDef) and node.name == name
