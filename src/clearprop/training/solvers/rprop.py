"""Resilient backpropagation: steps that look at the signs of the gradient only."""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.network.objective import Objective
from clearprop.training import stopping
from clearprop.training.solvers.solver import BatchSolver, Iterate, Memory, Report
from clearprop.training.stopping import StopReason


@dataclass(frozen=True)
class Rprop(BatchSolver):
    """iRprop+: every parameter has a step length of its own.

    It grows by `increase` while the derivative keeps its sign and shrinks by `decrease` when the
    sign changes; a step that changed a sign and raised the objective is taken back.

    Source: Igel, Hüsken, "Improving the Rprop learning algorithm", 2000, algorithm 2; after
    Riedmiller, Braun, "A direct adaptive method for faster backpropagation learning", 1993.
    """

    name = "rprop"
    resumable = True

    initial_step: float = 0.07
    increase: float = 1.2
    decrease: float = 0.5
    max_step: float = 50.0
    min_step: float = 1e-12

    def __post_init__(self) -> None:
        if not 0 < self.min_step <= self.initial_step <= self.max_step:
            why = f"it is not between min_step ({self.min_step}) and max_step ({self.max_step})."
            raise invalid_argument("initial_step", self.initial_step, why, "0.07.")
        if not self.increase > 1:
            raise invalid_argument("increase", self.increase, "steps must be able to grow.", "1.2.")
        if not 0 < self.decrease < 1:
            raise invalid_argument(
                "decrease", self.decrease, "steps must be able to shrink.", "0.5."
            )

    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk down `objective`; see `BatchSolver.run`."""
        theta, going_on = theta.copy(), memory is not None
        length = np.full_like(theta, self.initial_step)
        step, before, highest = np.zeros_like(theta), np.zeros_like(theta), np.inf
        if memory is not None:
            length, step, before = (memory[name].copy() for name in ("length", "step", "before"))
            highest = float(memory["highest"])
        while True:
            with np.errstate(over="ignore", invalid="ignore"):
                value, gradient = objective.gradient(theta)
            details = {"mean_step": float(length.mean())}
            norm = float(np.linalg.norm(gradient))
            memory = {"length": length, "step": step, "before": before}
            memory |= {"highest": np.array(highest)}
            here = Iterate(theta.copy(), value, norm, details, memory=memory)
            if not going_on and report(here):
                return None
            going_on = False
            agreement = before * gradient
            kept, turned = agreement > 0, agreement < 0
            length[kept] = np.minimum(length[kept] * self.increase, self.max_step)
            length[turned] = np.maximum(length[turned] * self.decrease, self.min_step)
            if norm == 0:
                return stopping.gradient_vanished(norm, self.min_step)
            if not np.isfinite(norm):
                return stopping.gradient_overflowed()
            if (length[gradient != 0] <= self.min_step).all():
                return stopping.steps_vanished(self.min_step)
            back = turned & (value > highest)
            forward = -np.sign(gradient) * length
            step = np.where(turned, np.where(back, -step, 0.0), forward).astype(theta.dtype)
            before = np.where(turned, 0.0, gradient).astype(theta.dtype)
            theta += step
            highest = value
