"""A student's sheet: kind numbers, drawn from a seed, that tell the known mistakes apart.

Kind numbers have one decimal. A draw is refused if something happens in it by accident (a dead
unit, an error term of 0, a number that vanishes in the digits asked for), or if two known mistakes
that are different in general look alike in it: marking could not say which one was made.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.check.backward import gradient
from clearprop.check.problem import Gradients, Problem
from clearprop.teach.asked import Asked
from clearprop.teach.mistakes import possible
from clearprop.teach.steps import Numbers, Quantity, Working, order

WEIGHTS = np.array([one / 10 for one in range(-9, 10) if one])
BIASES = np.array([one / 10 for one in range(-5, 6) if one])
INPUTS = np.array([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0])
TRIES = 400
"""So many draws are looked at before it is said that none will do."""
SHAKEN = 0.02
FAINT = 0.02
"""A mistake that changes the gradient by less than this part of it can be seen on no sheet."""
FLAT = 0.05
"""A weighted sum nearer to a kink than this is an accident."""


@dataclass(frozen=True)
class Sheet:
    """One student's numbers.

    Attributes
    ----------
    asked : Asked
        What all sheets of the class have in common.
    student : str
        Whose it is.
    code : str
        The code that stands on it.
    problem : Problem
        Network, weights, samples, learning rate.
    seed : int
        From which everything on it is drawn.
    """

    asked: Asked
    student: str
    code: str
    problem: Problem
    seed: int

    @cached_property
    def key(self) -> Working:
        """The right numbers."""
        return Working(self.problem)


def draw(asked: Asked, student: str, code: str, seed: int, dead_unit: bool = False) -> Sheet:
    """Return the sheet of a seed: the first draw in which nothing goes wrong.

    Raises
    ------
    InputError
        If no draw will do: with so few digits, or such a network, mistakes cannot be told apart.
    """
    random = np.random.default_rng(seed)
    for _ in range(TRIES):
        problem = problem_of(asked, random)
        if is_kind(problem, asked, dead_unit) and (
            dead_unit or not look_alike(problem, asked.digits)
        ):
            return Sheet(asked, student, code, problem, seed)
    if dead_unit:
        why = f"in {TRIES} draws no unit of layer 1 was dead, and only one."
        raise invalid_argument("blanks", "dead", why, "--activations relu,sigmoid.")
    why = f"in {TRIES} draws, two mistakes looked alike or a number vanished, with {asked.digits}"
    raise invalid_argument(
        "digits", asked.digits, f"{why} decimals.", "one digit more, or a smaller network."
    )


def problem_of(asked: Asked, random: np.random.Generator) -> Problem:
    """Return a problem with kind numbers."""
    net = asked.network
    params = Parameters(net.sizes)
    for name in params:
        numbers = WEIGHTS if name.startswith("W") else BIASES
        params[name] = random.choice(numbers, size=params[name].shape)
    X = random.choice(INPUTS, size=(asked.samples, net.inputs))
    return Problem(net, params, X, targets(asked, random), asked.learning_rate)


def targets(asked: Asked, random: np.random.Generator) -> FloatArray:
    """Return targets that the loss takes."""
    net = asked.network
    kind, shape = net.loss_rule.target_kind, (asked.samples, net.outputs)
    if kind == "class":
        return np.eye(net.outputs)[random.integers(net.outputs, size=asked.samples)]
    low, _ = net.loss_rule.output_range
    between = net.layers[-1].activation.range
    if kind == "yes_no" or between == (0.0, 1.0):
        return random.integers(2, size=shape).astype(float)
    if kind == "count" or low == 0:
        return random.integers(1, 4, size=shape).astype(float)
    return random.choice(INPUTS, size=shape)


def dead_units(problem: Problem) -> list[int]:
    """Return the units of layer 1 that are flat for every sample."""
    z = Working(problem).value(Quantity("z", 1))
    rule = problem.activation(1)
    slopes = rule.derivative(z, rule.value(z))
    return [int(unit) for unit in np.flatnonzero((abs(slopes) < 1e-3).all(axis=0))]


def is_kind(problem: Problem, asked: Asked, dead_unit: bool) -> bool:
    """Return whether nothing vanishes, saturates or stands on a kink by accident."""
    working = Working(problem)
    with np.errstate(all="ignore"):
        values = {one.name: working.value(one) for one in order(problem.depth, True)}
    if not all(np.isfinite(value).all() for value in values.values()):
        return False
    if len(np.unique(problem.X, axis=0)) < problem.m:
        return False
    for layer in range(1, problem.depth + 1):
        z = values[f"z{layer}"]
        if any((abs(z - kink) < FLAT).any() for kink in problem.activation(layer).kinks):
            return False
    if dead_unit:
        return len(dead_units(problem)) == 1
    least = 5 * 10.0**-asked.digits
    return float(values["L"]) > least and all(
        is_lively(problem, layer, values, least) for layer in range(1, problem.depth + 1)
    )


def is_lively(problem: Problem, layer: int, values: Numbers, least: float) -> bool:
    """Return whether error terms show; behind a ReLU some units are off, so that the mask shows."""
    delta = abs(values[f"delta{layer}"])
    if not problem.activation(layer).is_one_sided:
        return bool((delta.max(axis=0) > least).all())
    on = values[f"z{layer}"] > 0
    return bool(on.any() and not on.all() and (delta[on] > least).all())


Signatures = dict[tuple[str, str], FloatArray]
"""By name and evidence of a mistake, the gradient that it gives in a row; "" is the right one."""


def signatures(problem: Problem) -> Signatures:
    """Return the gradient of the right pass, and of a pass with each known mistake."""
    found: Signatures = {("", ""): _flat(gradient(problem))}
    for one in possible(problem):
        found[one.name, one.evidence.en] = _flat(one.gradients)
    return found


def _flat(gradients: Gradients) -> FloatArray:
    return np.concatenate([np.ravel(gradients[name]) for name in sorted(gradients)])


def look_alike(problem: Problem, digits: int) -> bool:
    """Return whether a mistake agrees with the right pass, or with another mistake, by accident.

    It is an accident if it is not so, too, in the same pass with slightly other numbers.
    """
    here, nearby = signatures(problem), signatures(shaken(problem))
    if here.keys() != nearby.keys():
        return True
    from scipy.spatial.distance import pdist  # loads slowly, and only drawing needs it

    names = [name for name in here if here[name].shape == here["", ""].shape]
    mistakes = np.array([name for name, _ in names])
    apart = 0.6 * 10.0**-digits
    distances = [
        pdist(np.stack([found[name] for name in names]), "chebyshev") for found in (here, nearby)
    ]
    i, j = np.triu_indices(len(names), 1)
    # pairs stand in the order of the upper triangle; the right pass is the first
    large = FAINT * np.abs(here["", ""]).max()
    elsewhere = np.where(i == 0, np.minimum(large, apart), apart)
    accident = (distances[0] < apart) & (distances[1] >= elsewhere) & (mistakes[i] != mistakes[j])
    return bool(accident.any())


def shaken(problem: Problem) -> Problem:
    """Return the problem with numbers near to its own, among which nothing is alike by accident."""
    random = np.random.default_rng(0)
    theta = problem.params.vector * (1 + SHAKEN * random.normal(size=problem.params.vector.size))
    X = problem.X * (1 + SHAKEN * random.normal(size=problem.X.shape))
    params = Parameters(problem.params.sizes, theta)
    return Problem(problem.network, params, X, problem.Y, problem.learning_rate)
