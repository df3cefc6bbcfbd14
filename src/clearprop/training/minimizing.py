"""The loop of every training, over iterations of a batch solver or epochs of mini-batches."""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from clearprop._interruption import ending_after, without_limit
from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.blas import one_blas_thread
from clearprop.training.checkpoint import Saver
from clearprop.training.descending import MiniBatchDescent
from clearprop.training.minibatches import MiniBatches
from clearprop.training.monitor import Monitor
from clearprop.training.solvers import BatchSolver
from clearprop.training.solvers.solver import S as SolverState
from clearprop.training.stopping import StopReason
from clearprop.updates import UpdateRule

S = TypeVar("S")


class Method(Protocol[S]):
    """A way to train, as `minimize` sees it; its state is a dataclass that can be saved."""

    def init(self) -> S:
        """Return the state before training."""
        ...

    def record(self, state: S, monitor: Monitor) -> None:
        """Record the state before training, if anything is known of it."""
        ...

    def advance(self, state: S, monitor: Monitor) -> S | StopReason:
        """Return the state after the next epochs, which the monitor has recorded."""
        ...


def minimize(method: Method[S], monitor: Monitor, saver: Saver | None = None) -> S:
    """Train until the method or the monitor says stop; return the state at the end.

    With a saver that has an earlier run's state, continue from there.

    Raises
    ------
    KeyboardInterrupt, OutOfTimeError
        If Ctrl-C was pressed, or the time is used up, within a step; the monitor has what came
        before.
    """
    with without_limit():
        state = method.init()
        restored = saver.restore(type(state)) if saver else None
        if restored is None:
            method.record(state, monitor)
        else:
            state = restored
    seconds = monitor.rules.max_seconds
    with ending_after(seconds - (time.perf_counter() - monitor.began), of=seconds):
        while monitor.reason is None:
            if saver is not None:
                saver.offer(state)
            following = method.advance(state, monitor)
            if isinstance(following, StopReason):
                monitor.reason = following
            else:
                state = following
    return state


def minimize_full_batch(
    objective: PenalizedLoss,
    theta: FloatArray,
    solver: BatchSolver[SolverState],
    monitor: Monitor,
    saver: Saver | None = None,
) -> None:
    """Minimise by a batch solver from `theta`; the monitor has the result."""
    monitor.best_theta = theta.copy()
    with one_blas_thread() if solver.order == 2 else nullcontext():
        minimize(FullBatch(objective, theta, solver), monitor, saver)


def minimize_by_batches(
    objective: Objective,
    start: Descent,
    rule: UpdateRule,
    batch_size: int,
    batches: MiniBatches,
    random: RandomSource,
    monitor: Monitor,
    saver: Saver | None = None,
) -> Descent:
    """Descend by mini-batches from `start`; return the state of the descent at the end."""
    if monitor.best_theta is None:
        monitor.best_theta = start.theta.copy()
    method = MiniBatchDescent(objective, start, rule, batch_size, batches, random)
    monitor.reduce_on_plateau = lambda record: method.reduces_on_plateau(record, monitor)
    return minimize(method, monitor, saver).descent


@dataclass(frozen=True)
class FullBatch(Generic[SolverState]):
    """Training by a batch solver: an iteration is an epoch.

    Attributes
    ----------
    objective : PenalizedLoss
    theta : array of shape (P,)
        The first parameters.
    solver : BatchSolver
    """

    objective: PenalizedLoss
    theta: FloatArray
    solver: BatchSolver[SolverState]

    def init(self) -> SolverState:
        """Return the solver's first state."""
        return self.solver.init(self.objective, self.theta)

    def record(self, state: SolverState, monitor: Monitor) -> None:
        """Record an iteration; the first state is epoch 0."""
        theta = state.theta.astype(self.objective.network.dtype, copy=False)
        penalty = self.objective.penalty_value(theta) if state.penalty is None else state.penalty
        monitor.on_epoch_end(
            len(monitor.history),
            theta,
            state.value - penalty,
            state.gradient_norm,
            state.details,
            penalty,
            state.hyperparameters,
        )

    def advance(self, state: SolverState, monitor: Monitor) -> SolverState | StopReason:
        """Return the state after one iteration of the solver."""
        following = self.solver.step(self.objective, state)
        if not isinstance(following, StopReason):
            self.record(following, monitor)
        return following
