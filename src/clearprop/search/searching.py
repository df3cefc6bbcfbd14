"""Search over priors, hidden sizes and weight decay, and for wide networks to blend with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from clearprop._interruption import OutOfTimeError
from clearprop._random import RandomSource, seeds_from
from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search import wide
from clearprop.search.averaging import passes_on
from clearprop.search.candidates import Build, Candidate, Step, best_of, evaluate, sizes_for
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.deadline import Deadline
from clearprop.search.decays import best_held, decay_between, evaluate_decays
from clearprop.search.priors import Choice, choose_beginning, choose_prior
from clearprop.search.reasons import NO_TIME, spelled, usual, why_blend, why_held, why_taken
from clearprop.search.so_far import SoFar
from clearprop.training.config import Rule, TrainingConfig
from clearprop.training.result import LeftOut, TrainingResult
from clearprop.training.rows import TrainingData
from clearprop.training.solver_choice import WIDE
from clearprop.training.solvers import SOLVERS
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from clearprop.training.stages import Stage
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule

EVALUATION_EPOCHS = 60
"""Iterations of a second-order solver on a candidate."""
JUDGE = 2
"""The candidate by which first steps and priors are judged."""
ROWS_IF_DEEP = 5
"""Targets for every parameter from which small networks have two hidden layers beside wide ones."""
ROWS_IF_WIDE = 501
"""Rows from which wide networks are tried beside the small ones: fewer are not dense enough."""
PLATEAU, PROGRESS = 10, 1e-5
"""Iterations without so much progress, after which a held network is trained: left-out rows gain
nothing by more exactness, which kinks of the activations make expensive."""
FEWEST = 10
"""Rows that there must be more of for decays to be compared."""
DECAYS = (10.0, 1.0, 0.1, 0.01)
"""α = λ · rows of the weight decays to choose from; 1 says that weights are about 1 in size."""
FIRST_STEPS = Text("comparing first steps", "正在比较最初几步")
PRIORS = Text("comparing weight decays of inputs", "正在比较各输入的权重衰减")
DECAY = Text("comparing weight decays", "正在比较权重衰减")
UNITS = Text("comparing hidden units", "正在比较隐藏单元数")
BLEND = Text("comparing wide networks", "正在比较宽网络")


@dataclass(frozen=True)
class Found:
    """The network and configuration that do best on rows that were left out.

    Attributes
    ----------
    hidden : tuple of int
    config : TrainingConfig
        With solver, initializer and weight decay as they were found.
    smooth : bool
        Whether smooth activations were compared.
    blend : Blend, optional
        How wide networks take part.
    left_out : LeftOut, optional
        Predictions of the rows that were left out, by the average of two starts of the best
        candidate.
    starts : int, optional
        How many starts to average, where that is known.
    trained : tuple of TrainingResult
        Starts that were trained on all rows already.
    """

    hidden: tuple[int, ...]
    config: TrainingConfig
    smooth: bool
    blend: wide.Blend | None = None
    left_out: LeftOut | None = None
    starts: int | None = None
    trained: tuple[TrainingResult, ...] = ()


@dataclass
class Search:
    """A search on the rows that may train.

    Attributes
    ----------
    build : callable
        Returns the network with these hidden sizes.
    build_wide : callable
        The same for many units, which need not be smooth.
    data : TrainingData
        The rows that may train.
    asked : TrainingConfig
        As it came; its solver is chosen already.
    random : Generator or RandomState
    deadline : Deadline
        When the search ends with what is known by then.
    n_jobs : int, optional
    allow_wide : bool
        Whether wide networks may be blended with those that Bayesian regularisation trains, or
        take their place for classes.
    blends : bool
        Whether wide networks are tried beside the small ones, where they may.
    so_far : SoFar
        The best network that was trained on the way.
    reasons : list of Text
        What was found, and why.
    """

    build: Build
    build_wide: Build
    data: TrainingData
    asked: TrainingConfig
    random: RandomSource
    deadline: Deadline
    n_jobs: int | None = None
    allow_wide: bool = False
    blends: bool = True
    so_far: SoFar = field(default_factory=SoFar)
    reasons: list[Text] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set the configuration of the trainings that compare: theirs see no validation rows."""
        asked = self.asked
        self.config = TrainingConfig(
            solver=asked.solver,
            initializer=asked.initializer,
            seed=self.random,
            stopping=Stopping(max_epochs=asked.stopping.max_epochs),
            batch_size=asked.batch_size,
            scale_inputs=asked.scale_inputs,
            scale_targets=asked.scale_targets,
            checkpoint=asked.checkpoint,
            device=asked.device,
        )

    def run(self) -> Found:
        """Return what is to be trained on all rows."""
        rule, rows = self.rule, len(self.data.X)
        if isinstance(rule, UpdateRule):
            self.reasons.append(usual(WIDE, rows))
            return self._found(WIDE)
        if self._finds_classes and rows > FEWEST:
            return self._classify()
        if rule.order == 1 and self.asked.weight_decay is None:
            steps = [Step(WIDE, alpha / rows) for alpha in DECAYS]
            best = self._best(steps, self._leave_out()) if rows > 1 else None
            found = self._found(WIDE, (best.step if best else steps[0]).penalty)
            return replace(found, left_out=None if best is None else best.pair.left_out)
        self.allow_wide = (
            self.allow_wide
            and self.blends
            and rows >= ROWS_IF_WIDE
            and passes_on(self.build(wide.HIDDEN))
        )
        sizes = [hidden for hidden in sizes_for(self.build, rows) if self._bears(hidden)]
        if len(sizes) == 1 or rows == 1:
            self.reasons.append(usual(sizes[0], rows))
            return self._found(sizes[0])
        before = self.config
        if rule.order == 2:
            epochs = min(before.stopping.max_epochs, EVALUATION_EPOCHS)
            self.config = replace(before, stopping=replace(before.stopping, max_epochs=epochs))
        judge = sizes[min(JUDGE, len(sizes) - 1)]
        begun: tuple[TrainingResult, ...] = ()
        if rule == BayesianRegularization():
            network = self.build(judge)
            begun = self._choose_prior(network, self._choose_beginning(network))
        data = self._leave_out()
        best = self._best([Step(hidden, self._penalty) for hidden in sizes], data, {judge: begun})
        if best is None:
            return self._found(judge)
        left_out = None if best.pair.hopeful else best.pair.left_out  # there was no time to judge
        found = replace(self._found(best.step.hidden), left_out=left_out, trained=best.pair.begun)
        if not self.allow_wide or self.deadline.passed:
            return found
        return replace(found, blend=self._blend(best, data, before))

    def _announce(self, name: Text) -> None:
        """Tell whoever watches what is compared now."""
        if self.asked.on_stage is not None:
            seconds = self.deadline.left
            self.asked.on_stage(Stage(name, seconds_left=seconds if np.isfinite(seconds) else None))

    @property
    def rule(self) -> Rule:
        """The solver, as far as it is found."""
        rule = self.config.solver
        assert not isinstance(rule, str)
        return rule

    @property
    def _finds_classes(self) -> bool:
        """Whether decays of many units are compared: for classes, with all else left open."""
        is_open = self.allow_wide and self.asked.weight_decay is None
        return is_open and self.build(()).loss_rule.target_kind in ("yes_no", "class")

    def _classify(self) -> Found:
        """Return no hidden units or many, with the weight decay that does best."""
        config = replace(
            self.config, solver=SOLVERS.make("lbfgs"), initializer=self.asked.initializer
        )
        weights = self.data.weights
        samples = len(self.data.X) if weights is None else float(weights.sum())
        self._announce(DECAY)
        try:
            data = self._leave_out()
            tried = evaluate_decays(self.build_wide, data, config, self.n_jobs, self.so_far)
        except OutOfTimeError:
            self.reasons.append(NO_TIME)
            return self._found(())
        best = best_held(tried)
        alpha = decay_between(best, tried)
        self.reasons += [why_held(best.hidden, alpha, tried)]
        stopping = replace(self.asked.stopping, plateau=PLATEAU, tolerance=PROGRESS)
        decay = alpha / samples
        config = replace(self.asked, solver=config.solver, weight_decay=decay, stopping=stopping)
        return Found(best.hidden, config, smooth=False, left_out=best.pair.left_out, starts=1)

    @property
    def _penalty(self) -> float:
        return float(np.max(self.asked.penalty))

    def _found(self, hidden: tuple[int, ...], weight_decay: float | None = None) -> Found:
        """Return these sizes with what is known of solver and start."""
        rule = self.rule
        config = replace(
            self.asked,
            solver=rule,
            initializer=self.config.initializer,
            weight_decay=self.asked.penalty if weight_decay is None else weight_decay,
        )
        return Found(hidden, config, smooth=not isinstance(rule, UpdateRule) and rule.needs_smooth)

    def _bears(self, hidden: tuple[int, ...]) -> bool:
        """Return whether sizes are a candidate.

        Beside wide networks, which have two hidden layers, small ones have one where rows are few:
        deeper candidates extrapolate badly between sparse samples.
        """
        if not self.allow_wide or len(hidden) < 2:
            return True
        return self.data.Y.size >= ROWS_IF_DEEP * self.build(hidden).parameter_count

    def _blend(
        self, best: Candidate, data: CrossValidation, config: TrainingConfig
    ) -> wide.Blend | None:
        """Return how wide networks take part beside those of the best candidate."""
        batch_size = config.batch_size or wide.BATCH_SIZE
        epochs = wide.marks(len(self.data.X), batch_size, config.stopping.max_epochs)
        own = wide.config_of(config, epochs[-1])
        own = replace(own, seed=seeds_from(self.random, 1)[0])
        training = Training(self.build(wide.HIDDEN), own, self.n_jobs, self.so_far)
        self._announce(BLEND)
        try:
            pairs, epochs = wide.pairs_after(training, data, best.pair, epochs)
        except OutOfTimeError:
            return None
        blend = wide.best_blend(best.pair, pairs, epochs)
        self.reasons.append(why_blend(blend, best.loss))
        return blend

    def _leave_out(self) -> CrossValidation:
        return CrossValidation.of(self.data.X, self.data.Y, self.data.weights, self.random)

    def _choose_beginning(self, network: Network) -> tuple[TrainingResult, ...]:
        """Choose the beginning of the ascent: one costs less than all of them each time.

        Where units can be spread over the inputs no other is tried: it finds curves most often.
        Returns the starts that the choice has trained.
        """
        rule = self.rule
        assert isinstance(rule, BayesianRegularization)
        if len(network.layers) == 1:
            return ()
        if "spread" in rule.beginnings(network):
            self.config = replace(self.config, solver=replace(rule, beginning="spread"))
            return ()
        self._announce(FIRST_STEPS)
        given = (network, self.data, self.config, self.n_jobs, self.so_far)
        return self._take(choose_beginning(*given))

    def _choose_prior(
        self, network: Network, known: tuple[TrainingResult, ...]
    ) -> tuple[TrainingResult, ...]:
        """Choose which weights share an α, where there are several inputs; return its starts."""
        if network.inputs == 1:
            return known
        self._announce(PRIORS)
        given = (network, self.data, self.config, self.n_jobs, self.so_far, known)
        return self._take(choose_prior(*given))

    def _take(self, choice: Choice) -> tuple[TrainingResult, ...]:
        """Go on with a rule that was chosen, if there was time for it; return its starts."""
        if self.deadline.passed:
            return ()
        self.config = replace(self.config, solver=choice.rule)
        self.reasons.append(choice.why)
        return choice.starts

    def _best(
        self,
        steps: Sequence[Step],
        data: CrossValidation,
        begun: Mapping[tuple[int, ...], tuple[TrainingResult, ...]] | None = None,
    ) -> Candidate | None:
        """Return the candidate whose average does best on left-out rows; None if time was short."""
        self._announce(UNITS)
        try:
            tried = evaluate(
                self.build, steps, data, self.config,
                n_jobs=self.n_jobs, so_far=self.so_far, begun=begun, few=not self.allow_wide,
            )  # fmt: skip
        except OutOfTimeError:
            self.reasons.append(NO_TIME)
            return None
        found = best_of(tried, simplest=not self.allow_wide)  # beside wide ones none is small
        best = found.step
        if len({step.hidden for step in steps}) == 1:
            rows = len(self.data.X)
            decays = {f"{each.step.penalty * rows:g}": each for each in tried}
            self.reasons += [
                usual(best.hidden, rows),
                why_taken("Weight decay", "权重衰减", f"{best.penalty * rows:g}", decays),
            ]
        else:
            sizes = {spelled(each.step.hidden): each for each in tried}
            self.reasons.append(why_taken("Hidden units", "隐藏单元", spelled(best.hidden), sizes))
        return found
