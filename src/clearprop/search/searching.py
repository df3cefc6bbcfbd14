"""What is searched where sizes are left open: the prior, the sizes or the weight decay, company."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix, as_weights
from clearprop.network.network import Network
from clearprop.search import wide
from clearprop.search.averaging import passes_on
from clearprop.search.candidates import SIZES, Build, Candidate, Step, best_of, climb, sizes_for
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.deadline import Deadline, OutOfTimeError
from clearprop.search.priors import choose_prior, choose_start
from clearprop.search.solver_choice import WIDE
from clearprop.training.solvers import BatchSolver
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule

CLIMBING_EPOCHS = 60
"""Iterations of a second-order solver on a rung of the ladder."""
JUDGE = 2
"""The rung on which priors are judged."""
ROWS_IF_DEEP = 5
"""Targets for every parameter from which small networks have two hidden layers beside wide ones."""
DECAYS = (10.0, 1.0, 0.1, 0.01)
"""α = λ · rows of the weight decays to choose from; 1 says that weights are about 1 in size."""
SHARED = ("initializer", "scale_inputs", "scale_targets", "batch_size", "n_jobs")
Rule = BatchSolver | UpdateRule


@dataclass(frozen=True)
class Found:
    """What is to be trained on all rows."""

    hidden: tuple[int, ...]
    rule: Rule
    penalty: float
    company: wide.Blend | None = None
    """How wide networks take part."""


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
    deadline: Deadline
    """When what is not yet known is no longer looked for."""
    welcome: bool = False
    """Whether wide networks may join those that Bayesian regularisation trains."""
    reasons: list[Text] = field(default_factory=list)

    @staticmethod
    def of(
        build: Build,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        rule: Rule,
        random: RandomSource,
        settings: dict[str, Any],
        deadline: Deadline,
        *,
        welcome: bool = False,
    ) -> "Search":
        """Return the search over the training rows of ``settings["division"]``.

        Raises
        ------
        InputError
            If the data cannot be used.
        """
        network = build(SIZES[0])
        X = as_matrix("X", X, network.inputs, network.dtype)
        Y = as_matrix("Y", Y, network.outputs, network.dtype)
        if len(Y) != len(X):
            why = f"`X` has {len(X)} rows and `Y` has {len(Y)}."
            raise invalid_argument("Y", Y.shape, why, "one target a sample.")
        weights = as_weights(settings.get("sample_weight"), len(X), network.dtype)
        division, stopping = settings.get("division"), settings["stopping"]
        rows = np.arange(len(X)) if division is None else division.train
        if weights is not None:
            rows = rows[weights[rows] > 0]
        own = {name: settings[name] for name in SHARED if settings.get(name) is not None}
        own["stopping"] = Stopping(max_epochs=stopping.max_epochs)
        if (inspect := deadline.watched()) is not None:
            own["inspect"] = inspect
        kept = None if weights is None else weights[rows]
        return Search(build, X[rows], Y[rows], rule, random, own, kept, deadline, welcome)

    def run(self, penalty: float | None) -> Found:
        """Return what is to be trained; no penalty leaves it to be chosen."""
        rows = len(self.X)
        if isinstance(self.rule, UpdateRule):
            self.reasons.append(_usual(WIDE, rows))
            return Found(WIDE, self.rule, penalty or 0.0)
        if self.rule.name == "lbfgs" and penalty is None:
            steps = [Step(WIDE, alpha / rows) for alpha in DECAYS]
            best = self._best(steps, self._leave_out()) if rows > 1 else None
            return Found(WIDE, self.rule, (best.step if best else steps[0]).penalty)
        self.welcome = self.welcome and passes_on(self.build(wide.HIDDEN))
        sizes = [hidden for hidden in sizes_for(self.build, rows) if self._bears(hidden)]
        if len(sizes) == 1 or rows == 1:
            self.reasons.append(_usual(sizes[0], rows))
            return Found(sizes[0], self.rule, penalty or 0.0)
        asked, stopping = dict(self.settings), self.settings["stopping"]
        if self.rule.name != "lbfgs":
            epochs = min(stopping.max_epochs, CLIMBING_EPOCHS)
            self.settings["stopping"] = replace(stopping, max_epochs=epochs)
        if self.rule == BayesianRegularization():
            network = self.build(sizes[min(JUDGE, len(sizes) - 1)])
            self._choose_start(network)
            self._choose_prior(network)
        data = self._leave_out()
        best = self._best([Step(hidden, penalty or 0.0) for hidden in sizes], data)
        if best is None:
            hidden = sizes[min(JUDGE, len(sizes) - 1)]
            return Found(hidden, self.rule, penalty or 0.0)
        found = Found(best.step.hidden, self.rule, best.step.penalty)
        if not self.welcome or self.deadline.passed:
            return found
        return replace(found, company=self._company(best, data, asked))

    def _bears(self, hidden: tuple[int, ...]) -> bool:
        """Return whether a rung is tried.

        Beside wide networks, which have two hidden layers, small ones have one where rows are few:
        with two they are apt to say wild things between them.
        """
        if not self.welcome or len(hidden) < 2:
            return True
        return self.Y.size >= ROWS_IF_DEEP * self.build(hidden).parameter_count

    def _company(
        self, best: Candidate, data: CrossValidation, settings: dict[str, Any]
    ) -> wide.Blend | None:
        """Return how wide networks take part beside those of the best rung."""
        stopping, jobs = settings["stopping"], settings.pop("n_jobs", None)
        batch_size = settings.get("batch_size") or wide.BATCH_SIZE
        epochs = wide.marks(len(self.X), batch_size, stopping.max_epochs)
        settings |= wide.terms(epochs[-1], batch_size, stopping)
        seed = int(self.random.permutation(2**20)[0])
        training = Training(self.build(wide.HIDDEN), wide.RULE, seed, jobs, settings)
        try:
            pairs, epochs = wide.pairs_after(training, data, best.pair, epochs)
        except OutOfTimeError:
            return None
        company = wide.company_of(best.pair, pairs, epochs)
        self.reasons.append(_why_company(company, best.loss))
        return company

    def _leave_out(self) -> CrossValidation:
        return CrossValidation.of(self.X, self.Y, self.weights, self.random)

    def _choose_start(self, network: Network) -> None:
        """Choose what draws the first parameters, where it is open and units can be spread."""
        ranges = [layer.activation.range for layer in network.layers[:-1]]
        if "initializer" in self.settings or not ranges or not np.isfinite(ranges).all():
            return
        name, why = self._judged(choose_start, network)
        if not self.deadline.passed:
            self.settings["initializer"] = name
            self.reasons.append(why)

    def _choose_prior(self, network: Network) -> None:
        """Choose which weights share an α, where there are several inputs."""
        if network.inputs > 1:
            rule, why = self._judged(choose_prior, network)
            if not self.deadline.passed:
                self.rule = rule
                self.reasons.append(why)

    def _judged(self, choose: Callable[..., tuple[Any, Text]], network: Network) -> Any:
        settings = self.settings | {"sample_weight": self.weights}
        return choose(network, self.X, self.Y, self.rule, self.random, **settings)

    def _best(self, steps: Sequence[Step], data: CrossValidation) -> Candidate | None:
        """Return the rung whose average will do best on left-out rows; None if time was short."""
        try:
            rungs = climb(self.build, steps, data, self.rule, seed=self.random, **self.settings)
        except OutOfTimeError:
            self.reasons.append(_NO_TIME)
            return None
        found = best_of(rungs)
        best = found.step
        if len({step.hidden for step in steps}) == 1:
            rows = len(self.X)
            tried = ", ".join(f"{rung.step.penalty * rows:g}: {rung.loss:.4g}" for rung in rungs)
            chosen = f"{best.penalty * rows:g}"
            self.reasons += [
                _usual(best.hidden, rows),
                _lowest("Weight decay", "权重衰减", chosen, tried),
            ]
        else:
            tried = ", ".join(f"{spelled(rung.step.hidden)}: {rung.loss:.4g}" for rung in rungs)
            chosen = spelled(best.hidden)
            self.reasons.append(_lowest("Hidden units", "隐藏单元", chosen, tried))
        return found


def spelled(hidden: tuple[int, ...]) -> str:
    """Return hidden sizes as people write them."""
    return " + ".join(map(str, hidden)) or "0"


_NO_TIME = Text(
    "Time: too little of it to compare sizes or decays on rows that are left out.",
    "时间：不足以在留出数据上比较网络大小或权重衰减。",
)


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


def _why_company(company: wide.Blend | None, alone: float) -> Text:
    """Return what was found out about wide networks."""
    units = spelled(wide.HIDDEN)
    if company is None:
        return Text(
            f"Wide networks: none, since {units} units trained by mini-batches do not lower the "
            "loss on rows that were left out.",
            f"宽网络：不采用。以小批量训练的 {units} 个单元未能降低留出数据的损失。",
        )
    losses = f"{company.loss:.4g}; {alone:.4g}"
    if company.share == 1:
        return Text(
            f"Wide networks: {units} units, {company.epochs} epochs of mini-batches, in place of "
            f"the others, for the lowest loss on rows that were left out ({losses} without).",
            f"宽网络：{units} 个单元，小批量训练 {company.epochs} 个周期，取代其他网络，"
            f"其留出数据的损失最低（{losses} 为不采用时）。",
        )
    return Text(
        f"Wide networks: {units} units, {company.epochs} epochs of mini-batches, count "
        f"{company.share:.0%}, for the lowest loss on rows that were left out ({losses} without).",
        f"宽网络：{units} 个单元，小批量训练 {company.epochs} 个周期，权重占 {company.share:.0%}，"
        f"其留出数据的损失最低（{losses} 为不采用时）。",
    )
