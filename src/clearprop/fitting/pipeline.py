"""The one pipeline from checked rows and options to a trained network, for every door."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from clearprop._errors import invalid_argument
from clearprop._interruption import finishing, hearing_ctrl_c, is_interrupted
from clearprop._random import RandomSource
from clearprop._sparse import is_sparse
from clearprop._text import Text
from clearprop.backprop.structure import Parameters
from clearprop.data.task import Task
from clearprop.fitting import plan
from clearprop.fitting.before import Before
from clearprop.fitting.bounded import mapped_back, mapping_of
from clearprop.fitting.options import FitOptions
from clearprop.fitting.rows import FitData, distinct, split_rows
from clearprop.fitting.watching import Watching, inspector_of, score_of
from clearprop.network.network import Network
from clearprop.search.auto import Starts, train_automatically
from clearprop.training import Division, StopReason, TrainingResult, train
from clearprop.training.config import AUTO, Rule, TrainingConfig
from clearprop.training.kept_trainings import KeptTrainings
from clearprop.training.rows import TrainingData
from clearprop.training.scaling import Scaling
from clearprop.training.solver_choice import choose_solver, choose_solver_for_any_size
from clearprop.training.solvers import BatchSolver, for_given_sizes
from clearprop.training.units import behind
from clearprop.updates import UpdateRule

MANY_ROWS = 200_000
"""Rows from which they train as they come: to put them in order would take another copy."""
SIZES_ON_SPARSE = (100,)
"""Hidden layers where they are to be chosen and inputs are sparse: scikit-learn's."""


@dataclass(frozen=True)
class Trained:
    """A training's result by the rows and in the type of the data.

    Attributes
    ----------
    result : TrainingResult
    parameters : Parameters
        Folded, in the type of the inputs.
    division : Division
        By the rows of the data.
    options : FitOptions
    """

    result: TrainingResult
    parameters: Parameters
    division: Division
    options: FitOptions


def train_task(
    task: Task,
    data: FitData,
    options: FitOptions,
    random: RandomSource,
    watching: Watching | None = None,
    before: Before | None = None,
    *,
    division: Division | None = None,
    allow_wide: bool | None = None,
) -> Trained:
    """Train the network that the options describe, from drawn parameters or on from earlier ones.

    Parameters
    ----------
    task : Task
    data : FitData
    options : FitOptions
    random : RandomState or Generator
        What the seed of the options stands for.
    watching : Watching, optional
    before : Before, optional
    division : Division, optional
        Which rows train, validate and test; drawn as the options say without it.
    allow_wide : bool, optional
        Whether wide networks may be blended in; without it where the solver is left open.

    Raises
    ------
    InputError
        If an option does not go with the data or with another option.
    KeyboardInterrupt
        If Ctrl-C was pressed before anything was trained; later, training ends where it is.
    """
    with hearing_ctrl_c():
        return _train_task(
            task, data, options, random, watching or Watching(), before, division, allow_wide
        )


def _train_task(
    task: Task,
    data: FitData,
    options: FitOptions,
    random: RandomSource,
    watching: Watching,
    before: Before | None,
    division: Division | None,
    allow_wide: bool | None,
) -> Trained:
    inputs, rows = data.X.shape[1], len(data.Y) - data.validating
    if before is not None:
        before = before.without_mapping(plan.output_of(task, options)[0])
    if data.is_sparse and options.finds_sizes:  # nothing is searched on tables so large
        options = replace(options, hidden=SIZES_ON_SPARSE)

    def build(sizes: tuple[int, ...], smooth: bool, dtype: str = "float64") -> Network:
        return plan.network_of(task, options, inputs, sizes, smooth=smooth, dtype=dtype)

    rule, reason = _rule(options, build, rows, before)
    if isinstance(rule, BatchSolver) and rule.order == 2:
        data = data.written_out(rule.name)
    smooth = before.is_smooth if before else not isinstance(rule, UpdateRule) and rule.needs_smooth
    single = isinstance(rule, UpdateRule) or rule.is_in_scikit_learn
    dtype = data.dtype if single else "float64"

    def network_with(sizes: tuple[int, ...]) -> Network:
        return build(sizes, smooth, dtype)

    sizes = () if options.hidden == AUTO else tuple(map(int, options.hidden))
    once = before is not None or options.trains_once
    kept = None
    if options.checkpoint is not None and not once:
        kept = _kept(options, data, random)
    start = network = None
    if once:
        network = network_with(before.parameters.sizes[1:-1] if before else sizes)
        if before is None:
            start = network.initialize(plan.initializer_of(options, network, rule), random)
    if division is None:
        division = split_rows(options, data, task.strata(data.Y[:rows]), random)
    example = network or network_with((1,) if options.finds_sizes else sizes)
    mapping = mapping_of(options, example, data, division, before)
    training, trained_on = _training_rows(data, division, rule)
    config = _config(options, rule, example, training, trained_on)
    if mapping is not None:
        training = replace(training, Y=mapping.apply(training.Y))
        config = replace(config, scale_targets="none")

    def in_units(parameters: Parameters) -> tuple[Network, Parameters]:
        trained = network_with(parameters.sizes[1:-1])
        return (trained, parameters) if mapping is None else behind(trained, parameters, mapping)

    config = replace(
        config,
        seed=random,
        observe=watching.observe,
        score=score_of(task, data, options, watching, in_units),
        inspect=inspector_of(watching, in_units),
        on_stage=watching.on_stage,
        checkpoint=kept or options.checkpoint,
    )
    is_watched = config.score is not None or config.inspect is not None
    if network is None:
        wide = options.finds_solver if allow_wide is None else allow_wide
        result = train_automatically(
            lambda sizes, wish: build(sizes, smooth if is_watched else wish, dtype),
            training.X,
            training.Y,
            config,
            hidden=AUTO if options.finds_sizes else sizes,
            starts=Starts(options.restarts, options.combine, options.n_jobs, options.compact),
            sample_weight=training.weights,
            allow_wide=wide,
        )
    else:
        if before is not None:
            start, config = before.scaled(network, training, trained_on, config)
        result = train(
            network,
            training.X,
            training.Y,
            config,
            sample_weight=training.weights,
            start=start,
            start_in="scaled",
        )
    with finishing():
        result = _finished(result, mapping)
        if kept is not None and result.stop_reason.name != "interrupted":
            kept.remove()
        if reason is not None and result.solver.name == rule.name:  # else a search has another one
            result = replace(result, reasons=(reason, *result.reasons))
        kept = Parameters(result.network.sizes, result.parameters.vector.astype(data.dtype))
        used = result.division if trained_on is division else division
        return Trained(result, kept, used, options)


def _kept(options: FitOptions, data: FitData, random: RandomSource) -> KeptTrainings:
    """Return the trainings of this search that an earlier run has kept."""
    assert options.checkpoint is not None
    X = (data.X.data, data.X.indices) if is_sparse(data.X) else (data.X,)
    seed = options.seed if isinstance(options.seed, int) else None
    return KeptTrainings.open(options.checkpoint, random, seed, *X, data.Y, data.weights)


def _finished(result: TrainingResult, mapping: Scaling | None) -> TrainingResult:
    """Return the result in the unit of the targets, and whether Ctrl-C has ended it.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed before anything was trained.
    """
    interrupted = result.stop_reason.name == "interrupted"
    if interrupted and not result.best_epoch:
        raise KeyboardInterrupt
    if is_interrupted() and not interrupted:
        reason = StopReason.of("interrupted", epoch=result.best_epoch)
        result = replace(result, stop_reason=reason)
    return result if mapping is None else mapped_back(result, mapping)


def _rule(
    options: FitOptions,
    build: Callable[[tuple[int, ...], bool], Network],
    rows: int,
    before: Before | None,
) -> tuple[Rule, Text | None]:
    """Return the solver that trains, and why it was chosen; no reason where it was asked for.

    Where training goes on from parameters, their number decides: those of an average of several
    starts may be too many for the solver that trained each.
    """
    if not options.finds_solver:
        return plan.rule_of(options, options.solver), None
    if options.drops_units or options.clip_norm < float("inf"):
        why = Text(
            "Solver: Adam, since dropout and clipping go with mini-batches.",
            "求解器：Adam。dropout 与梯度裁剪需要小批量。",
        )
        return plan.rule_of(options, "adam"), why
    if before is not None:
        choice = choose_solver(build(before.parameters.sizes[1:-1], before.is_smooth), rows)
    elif options.finds_sizes:
        choice = choose_solver_for_any_size(lambda units: build(units, True), rows)
    else:
        choice = choose_solver(build(tuple(map(int, options.hidden)), True), rows)
    rule = plan.rule_of(options, choice.solver)
    return rule if options.finds_sizes else for_given_sizes(rule), choice.reason


def _training_rows(data: FitData, division: Division, rule: Rule) -> tuple[TrainingData, Division]:
    """Return the rows to train on, equal ones together where all of them train at once."""
    training = TrainingData(data.X, data.Y, data.weights)
    held_back = len(division.validation) or len(division.test)
    many = len(training.Y) > MANY_ROWS
    if isinstance(rule, UpdateRule) or held_back or data.is_sparse or many:
        return training, division
    training = distinct(training)
    return training, Division.all_for_training(len(training.X))


def _config(
    options: FitOptions, rule: Rule, example: Network, data: TrainingData, division: Division
) -> TrainingConfig:
    """Return the configuration that the options mean for these rows.

    Raises
    ------
    InputError
        If a weight decay is given to a solver that estimates it.
    """
    rows = len(division.train)
    total = rows if data.weights is None else float(data.weights[division.train].sum())
    finds_own = not isinstance(rule, UpdateRule) and rule.finds_weight_decay
    decay = options.alpha / total if options.weight_decay is None else options.weight_decay
    if finds_own and options.weight_decay:
        why = f"the solver {rule.name} finds it itself."
        hint = "leave it out, or choose a solver that takes it, such as lbfgs."
        raise invalid_argument("weight_decay", options.weight_decay, why, hint)
    is_open = options.finds_solver and options.finds_sizes and options.weight_decay is None
    scaling = options.scale if options.standardize else "none"
    return TrainingConfig(
        solver=rule,
        initializer=options.initializer,
        stopping=plan.stopping_of(options, rule, example),
        minibatches=plan.mini_batches(options, rule, len(example.layers) - 1),
        batch_size=plan.batch_size_of(options, rows, rule),
        scale_inputs=scaling,
        scale_targets=scaling,
        weight_decay=None if is_open else 0.0 if finds_own else decay,
        division=division,
        device=options.device,
    )
