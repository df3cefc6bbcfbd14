"""What is searched where sizes are left open: the prior, then the sizes or the weight decay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop.arrays import as_matrix, as_weights
from clearprop.errors import refuse
from clearprop.initializers import RandomSource
from clearprop.language import Text
from clearprop.network import Network
from clearprop.structure import FloatArray
from clearprop.training.choice import WIDE
from clearprop.training.ladder import LADDER, Build, Step, best_of, climb, sizes_for
from clearprop.training.priors import choose_prior, choose_start
from clearprop.training.solvers import BatchSolver
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule

CLIMBING_EPOCHS = 60
"""Iterations of a second-order solver on a rung of the ladder."""
JUDGE = 2
"""The rung on which priors are judged."""
DECAYS = (10.0, 1.0, 0.1, 0.01)
"""α = λ · rows of the weight decays to choose from; 1 says that weights are about 1 in size."""
SHARED = ("initializer", "scale_inputs", "scale_targets", "batch_size", "n_jobs")
Rule = BatchSolver | UpdateRule


@dataclass
class Search:
    """The rows that may train, and what is found by training on them."""

    build: Build
    X: FloatArray
    Y: FloatArray
    rule: Rule
    random: RandomSource
    settings: dict[str, Any]
    """As for `train`, with ``n_jobs``."""
    weights: FloatArray | None
    reasons: list[Text] = field(default_factory=list)

    @staticmethod
    def of(
        build: Build,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        rule: Rule,
        random: RandomSource,
        settings: dict[str, Any],
    ) -> "Search":
        """Return the search over the training rows of ``settings["division"]``.

        Raises
        ------
        InputError
            If the data cannot be used.
        """
        network = build(LADDER[0])
        X = as_matrix("X", X, network.inputs, network.dtype)
        Y = as_matrix("Y", Y, network.outputs, network.dtype)
        if len(Y) != len(X):
            why = f"`X` has {len(X)} rows and `Y` has {len(Y)}."
            raise refuse("Y", Y.shape, why, "one target a sample.")
        weights = as_weights(settings.get("sample_weight"), len(X), network.dtype)
        division, stopping = settings.get("division"), settings["stopping"]
        rows = np.arange(len(X)) if division is None else division.train
        if weights is not None:
            rows = rows[weights[rows] > 0]
        own = {name: settings[name] for name in SHARED if settings.get(name) is not None}
        own["stopping"] = Stopping(max_epochs=stopping.max_epochs, max_seconds=stopping.max_seconds)
        kept = None if weights is None else weights[rows]
        return Search(build, X[rows], Y[rows], rule, random, own, kept)

    def run(self, penalty: float | None) -> tuple[tuple[int, ...], Rule, float]:
        """Return hidden sizes, rule and penalty; no penalty leaves it to be chosen."""
        rows = len(self.X)
        if isinstance(self.rule, UpdateRule):
            self.reasons.append(_usual(WIDE, rows))
            return WIDE, self.rule, penalty or 0.0
        if self.rule.name == "lbfgs" and penalty is None:
            steps = [Step(WIDE, alpha / rows) for alpha in DECAYS]
            if rows > 1:
                return WIDE, self.rule, self._best(steps).penalty
            return WIDE, self.rule, steps[0].penalty
        sizes = sizes_for(self.build, rows)
        if len(sizes) == 1 or rows == 1:
            self.reasons.append(_usual(sizes[0], rows))
            return sizes[0], self.rule, penalty or 0.0
        stopping = self.settings["stopping"]
        if self.rule.name != "lbfgs":
            epochs = min(stopping.max_epochs, CLIMBING_EPOCHS)
            self.settings["stopping"] = replace(stopping, max_epochs=epochs)
        if self.rule == BayesianRegularization():
            network = self.build(sizes[min(JUDGE, len(sizes) - 1)])
            self._choose_start(network)
            self._choose_prior(network)
        best = self._best([Step(hidden, penalty or 0.0) for hidden in sizes])
        return best.hidden, self.rule, best.penalty

    def _choose_start(self, network: Network) -> None:
        """Choose what draws the first parameters, where it is open and units can be spread."""
        ranges = [layer.activation.range for layer in network.layers[:-1]]
        if "initializer" in self.settings or not ranges or not np.isfinite(ranges).all():
            return
        name, why = self._judged(choose_start, network)
        self.settings["initializer"] = name
        self.reasons.append(why)

    def _choose_prior(self, network: Network) -> None:
        """Choose which weights share an α, where there are several inputs."""
        if network.inputs > 1:
            self.rule, why = self._judged(choose_prior, network)
            self.reasons.append(why)

    def _judged(self, choose: Callable[..., tuple[Any, Text]], network: Network) -> Any:
        settings = self.settings | {"sample_weight": self.weights}
        return choose(network, self.X, self.Y, self.rule, self.random, **settings)

    def _best(self, steps: Sequence[Step]) -> Step:
        """Return the step whose average will do best on rows that were left out."""
        rungs = climb(
            self.build,
            steps,
            self.X,
            self.Y,
            self.rule,
            seed=self.random,
            sample_weight=self.weights,
            **self.settings,
        )
        best = best_of(rungs).step
        if len({step.hidden for step in steps}) == 1:
            rows = len(self.X)
            tried = ", ".join(f"{rung.step.penalty * rows:g}: {rung.loss:.4g}" for rung in rungs)
            found = f"{best.penalty * rows:g}"
            self.reasons += [
                _usual(best.hidden, rows),
                _lowest("Weight decay", "权重衰减", found, tried),
            ]
        else:
            tried = ", ".join(f"{spelled(rung.step.hidden)}: {rung.loss:.4g}" for rung in rungs)
            found = spelled(best.hidden)
            self.reasons.append(_lowest("Hidden units", "隐藏单元", found, tried))
        return best


def spelled(hidden: tuple[int, ...]) -> str:
    """Return hidden sizes as people write them."""
    return " + ".join(map(str, hidden)) or "0"


def _usual(sizes: tuple[int, ...], rows: int) -> Text:
    return Text(
        f"Hidden units: {spelled(sizes)}, the usual number for {rows:,} rows.",
        f"隐藏单元：{spelled(sizes)}，{rows:,} 行数据的常用数目。",
    )


def _lowest(what: str, what_zh: str, found: str, tried: str) -> Text:
    return Text(
        f"{what}: {found}, with the lowest loss on rows that were left out ({tried}).",
        f"{what_zh}：{found}，其留出数据的损失最低（{tried}）。",
    )
