"""Run attempts one after the other until one gives a gradient; this runs in the limited process."""

import ast
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.calling import PENALTY, STAGES, FunctionsCall
from clearprop.check.script.child.instances import ClassCall, GlobalsCall
from clearprop.check.script.child.loops import LoopCall
from clearprop.check.script.child.namespace import run_definitions
from clearprop.check.script.child.trouble import CannotCallError, Trouble, line_in
from clearprop.check.script.source.syntax import is_function, read_script

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
    failures: list[Data] = []
    for number, attempt in in_order_of_progress(request["attempts"], failures):
        call = None
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                call = script.call(attempt)
                found = call.run()
                found["numeric"] = script.call(attempt).numeric_gradient()
                if call.takes_penalty:
                    found["penalized"] = script.penalized(attempt)
            script.remember(call.troubles)
            return {"success": {"attempt": number, **found}, "failures": failures, **script.notes()}
        except (Exception, SystemExit) as error:
            stage = call.stage if call is not None else "preparing"
            failures.append(
                {
                    "attempt": number,
                    "stage": stage,
                    "hint": call.hint if call is not None else None,
                    "has_outputs": bool(call is not None and call.has_outputs),
                    "cannot_call": isinstance(error, CannotCallError),
                    **Trouble.of(error, line_in(error, request["path"]))._asdict(),
                }
            )
            if isinstance(error, MemoryError | PermissionError):
                break  # other shapes of the arrays would not help
    return {"success": None, "failures": failures, **script.notes()}


def in_order_of_progress(
    attempts: Sequence[Data], failures: Sequence[Data]
) -> Iterator[tuple[int, Data]]:
    """Yield the attempts with their numbers, but none that later failures have made pointless.

    `failures` grows while the attempts are tried. Code that gave outputs with several layers is
    written for them: to fail on the way back and then to run with fewer is no success. Equal
    widths come last, and only in the form in which the code came furthest with different ones.
    """
    numbered = list(enumerate(attempts))
    for number, attempt in numbered:
        if not attempt["equal"] and not any(
            failure["has_outputs"] and has_fewer_layers(attempt, attempts[failure["attempt"]])
            for failure in failures
        ):
            yield number, attempt
    reached: dict[Form, tuple[int, int]] = {}
    for failure in failures:
        form = Form.of(attempts[failure["attempt"]])
        progress = (STAGES.index(failure["stage"]), failure["line"])
        reached[form] = max(progress, reached.get(form, progress))
    furthest: dict[str, tuple[int, int]] = {}
    for form, progress in reached.items():
        code = form.code
        furthest[code] = max(progress, furthest.get(code, progress))
    for number, attempt in numbered:
        form = Form.of(attempt)
        if attempt["equal"] and reached.get(form) == furthest.get(form.code):
            yield number, attempt


def has_fewer_layers(attempt: Data, other: Data) -> bool:
    """Return whether an attempt asks the same code for fewer layers than another."""
    same_code = attempt["interface"] == other["interface"]
    return same_code and len(attempt["fixture"]["sizes"]) < len(other["fixture"]["sizes"])


class Form(NamedTuple):
    """What code an attempt calls, with how many layers and in which form of parameters."""

    code: str
    convention: str
    bias: str
    style: str
    sizes: int

    @staticmethod
    def of(attempt: Data) -> "Form":
        """Return the form of an attempt."""
        code = json.dumps(attempt["interface"])
        convention, bias, style = (attempt[key] for key in ("convention", "bias", "style"))
        return Form(code, convention, bias, style, len(attempt["fixture"]["sizes"]))


class Script:
    """A person's script, run as far as each kind of attempt needs it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.tree = ast.parse(read_script(Path(path)), filename=path)
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

    def penalized(self, attempt: Data) -> Data | None:
        """Return what the same code computes with an L2 penalty; None where that fails."""
        with_penalty = {**attempt, "penalty": PENALTY}
        try:
            found = self.call(with_penalty).run()
            return {**found, "numeric": self.call(with_penalty).numeric_gradient()}
        except (Exception, SystemExit):
            return None

    def _globals_until(self, place: int | None) -> Data:
        namespace, troubles = run_definitions(self.tree, self.path, place)
        self.remember(troubles)
        return namespace

    def remember(self, troubles: Iterable[Trouble]) -> None:
        """Keep what failed outside the code that is checked, each once."""
        self.troubles += [trouble for trouble in troubles if trouble not in self.troubles]

    def notes(self) -> Data:
        """Return what failed while the script itself ran."""
        return {"troubles": [trouble._asdict() for trouble in self.troubles]}
