"""Answer attempts at a person's script: call it on a fixture, and tell what it gave."""

import ast
import warnings
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from clearprop.check.script.child.attempts.calling import FunctionsCall
from clearprop.check.script.child.attempts.instances import ClassCall, GlobalsCall
from clearprop.check.script.child.attempts.loops import LoopCall
from clearprop.check.script.child.namespace import names_bound, run_definitions
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.messages import Answer, Failed
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.syntax import is_function
from clearprop.check.script.source.vocabulary import ROLES

Data = dict[str, Any]
CALLS = {"functions": FunctionsCall, "class": ClassCall, "globals": GlobalsCall}


class Script:
    """A person's script, run as far as each kind of attempt needs it.

    Parameters
    ----------
    path : str
        Named in tracebacks.
    tree : ast.Module
    """

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.troubles: list[Trouble] = []
        self.counted: set[str] = set()
        """Globals that are to hold the number of samples."""
        self.globals_until = cache(self._globals_until)

    def answer(self, attempt: Data) -> Answer:
        """Return the arrays that an attempt gives, or how it failed."""
        call = None
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                call = self.call(attempt)
                found = call.run()
        except (Exception, SystemExit) as error:
            return Answer(failed=self.failed(call, error), troubles=tuple(self.troubles))
        self.remember(call.troubles)
        return Answer(found, takes_penalty=call.takes_penalty, troubles=tuple(self.troubles))

    def losses(self, attempt: Data) -> Answer:
        """Return the code's own loss around the parameters of an attempt, where it has one."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Answer(losses=self.call(attempt).losses_around())

    def failed(self, call: FunctionsCall | None, error: BaseException) -> Failed:
        """Return how far a call came, and what stopped it."""
        return Failed(
            stage=call.stage if call is not None else "preparing",
            trouble=trouble_of(error, line_in(error, self.path)),
            hint=call.hint if call is not None else None,
            has_outputs=bool(call is not None and call.has_outputs),
            cannot_call=isinstance(error, CannotCallError) or "abstract class" in str(error),
            final=isinstance(error, MemoryError | PermissionError),
        )

    def call(self, attempt: Data) -> FunctionsCall:
        """Return one attempt, ready to run."""
        kind = attempt["interface"]["kind"]
        with_path = {**attempt, "path": self.path}
        if kind == "loop":
            namespace = self.globals_for(attempt, attempt["interface"]["place"])
            return LoopCall(namespace, with_path, self.tree.body)
        namespace = self.globals_for(attempt, len(self.tree.body) if attempt["whole"] else None)
        if kind == "loop in a function":
            name = attempt["interface"]["signature"]["name"]
            [*_, node] = (part for part in self.tree.body if is_function(part, name))
            return LoopCall(namespace, with_path, node.body)
        return CALLS[kind](namespace, attempt)

    def globals_for(self, attempt: Data, place: int | None) -> Data:
        """Return the globals; of data that are not there, with the number of samples given.

        ``m, n = data.shape`` fails where the file is missing, and the gradient divides by m.
        """
        namespace = self.globals_until(place)
        bound = {name for node in self.tree.body for name in names_bound(node)}
        self.counted |= (bound & ROLES["samples"]) - set(namespace)
        namespace.update(dict.fromkeys(self.counted, attempt["fixture"]["m"]))
        return namespace

    def _globals_until(self, place: int | None) -> Data:
        namespace, troubles = run_definitions(self.tree, self.path, place)
        self.remember(troubles)
        return namespace

    def remember(self, troubles: Iterable[Trouble]) -> None:
        """Keep what failed outside the code that is checked, each once."""
        self.troubles += [trouble for trouble in troubles if trouble not in self.troubles]
