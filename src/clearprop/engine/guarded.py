"""An engine that hands over to the reference when compiled code fails.

Numba and llvmlite change from version to version, and compile on machines nobody has seen. What
they raise must end no training: the reference engine gives the same answer, later.
"""

from collections.abc import Callable
from typing import TypeVar

from clearprop._errors import ClearpropError, invalid_argument
from clearprop._interruption import OutOfTimeError
from clearprop._sparse import Rows
from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.shuffling import Draws, Orders
from clearprop.engine.notices import warn_of_reference
from clearprop.engine.protocol import Engine

Answer = TypeVar("Answer")

OF_THE_USER = (ClearpropError, MemoryError, ArithmeticError, OutOfTimeError)
"""Errors that the reference engine would raise as well."""

failures: list[str] = []
"""Failures of compiled code in this process; after one it is not tried for other networks."""


class RuleError(Exception):
    """A rule's kernel cannot be compiled; other networks are not concerned."""


def reason_of(error: BaseException) -> str:
    """Return an error as part of a sentence."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


class GuardedEngine:
    """Asks an engine; from its first failure on, the reference.

    Without a reference a failure is an `InputError`: that engine was asked for by name.
    """

    def __init__(self, engine: Engine, reference: Engine | None) -> None:
        self.engine = engine
        self.reference = reference
        self._has_descended = False

    def __repr__(self) -> str:
        return repr(self.engine)

    def outputs(self, theta: FloatArray, X: Rows) -> FloatArray:
        """See `Engine.outputs`."""
        return self._ask(lambda engine: engine.outputs(theta, X))

    def value(self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray) -> float:
        """See `Engine.value`."""
        return self._ask(lambda engine: engine.value(theta, X, Y, share))

    def gradient(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """See `Engine.gradient`."""
        return self._ask(lambda engine: engine.gradient(theta, X, Y, share))

    def gauss_newton(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray, memory: int
    ) -> tuple[float, FloatArray, FloatArray]:
        """See `Engine.gauss_newton`."""
        return self._ask(lambda engine: engine.gauss_newton(theta, X, Y, share, memory))

    def close_loop(self, theta: FloatArray, signals: FloatArray, taps: Taps, first: int) -> None:
        """See `Engine.close_loop`."""
        self._ask(lambda engine: engine.close_loop(theta, signals, taps, first))

    def laid_out(self, X: Rows) -> Rows:
        """See `Engine.laid_out`."""
        return self._ask(lambda engine: engine.laid_out(X))

    def run_epochs(
        self, descent: Descent, X: Rows, Y: FloatArray, schedule: Schedule
    ) -> FloatArray:
        """See `Engine.run_epochs`; after a failure the descent begins where it began before."""
        if self._has_descended:  # what has been compiled does not fail
            return self.engine.run_epochs(descent, X, Y, schedule)
        before = descent.copy()

        def run(engine: Engine) -> FloatArray:
            descent.theta[:], descent.slots[:] = before.theta, before.slots
            descent.steps = before.steps
            return engine.run_epochs(descent, X, Y, schedule)

        losses = self._ask(run)
        self._has_descended = True
        return losses

    def orders_from(self, draws: Draws) -> Orders:
        """See `Engine.orders_from`."""
        return self._ask(lambda engine: engine.orders_from(draws))

    def _ask(self, question: Callable[[Engine], Answer]) -> Answer:
        engine = self.engine
        try:
            return question(engine)
        except OF_THE_USER:
            raise
        except Exception as error:
            if engine is self.reference:
                raise
            self._give_up(error)
        return question(self.engine)

    def _give_up(self, error: Exception) -> None:
        """Turn to the reference, with a warning; without one, refuse."""
        concerns_others = not isinstance(error, RuleError)
        reason = f"Compiled code fails ({reason_of(error)})." if concerns_others else str(error)
        if self.reference is None:
            raise invalid_argument("engine", "compiled", reason, "'reference'.") from error
        if concerns_others:
            failures.append(reason)
            reason = failures[0]  # networks that fail side by side warn once
        self.engine = self.reference
        warn_of_reference(reason)
