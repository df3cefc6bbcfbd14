"""The arrays that a script computed on a fixture, and the questions that its numbers answer."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.propagate import ForwardPass, forward, output_error_term
from clearprop.backprop.structure import Layer, Parameters
from clearprop.check.case import Case
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.problem import Problem
from clearprop.check.reading import in_rows, read
from clearprop.check.script.fixtures import STEP, Fixture
from clearprop.check.script.messages import Form, Found, Trial
from clearprop.check.script.recognition import (
    LossForm,
    combinations,
    loss_forms,
    outputs_as_rows,
    recognized_activations,
    recognized_loss,
    recognized_penalty,
    same,
    shared_penalty,
    with_wrong_softmax,
)
from clearprop.check.script.report import OwnLossCheck
from clearprop.check.script.schema import MAX_NUMBERS, UnusableError
from clearprop.check.search import MAX_MISTAKES
from clearprop.check.verdict import verdict
from clearprop.losses import LOSSES
from clearprop.network.network import Network

SECONDS = 1.0
"""Of processor time, in which several mistakes at once are looked for under one loss."""
MAX_LAYERS, MAX_UNITS = 8, 5000
MAX_MIXED = 2000
"""Parameters up to which networks with several kinds of hidden layers are tried."""


class Computed:
    """The outputs, the loss and the gradient of one successful attempt.

    Parameters
    ----------
    form : Form
        The form in which the code was given its arrays.
    trial : Trial
        The arrays that it gave.
    fixture : Fixture
        The fixture that it was given.
    others : sequence of Computed
        The same code on other fixtures, on which the same activations must be recognised.

    Raises
    ------
    UnusableError
        If they cannot belong to a network.
    """

    def __init__(
        self, form: Form, trial: Trial, fixture: Fixture, others: Sequence["Computed"] = ()
    ) -> None:
        self.others = others
        self.found, self.losses = trial.found, trial.losses
        self.form = form
        self.convention, self.samples = form.convention, form.samples
        sizes = checked_sizes(form, trial.found)
        self.fixture = replace(fixture, sizes=sizes)
        check_shapes(trial.found, Parameters(sizes))
        self.deduced: FloatArray | None = None
        """Outputs that only the loss lets one infer, where they are not the network's own."""

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.fixture.sizes) - 1

    @cached_property
    def params(self) -> Parameters:
        """The parameters that the code was given; without biases these are 0."""
        params = self.fixture.params.copy()
        for name in params:
            if name not in self.found.own_shapes:
                params[name] = np.zeros(params[name].shape)
        return params

    @cached_property
    def outputs(self) -> FloatArray | None:
        """The code's outputs, (m, K); None where it gave none."""
        given = self.found.output
        if given is None:
            return None
        m, K = self.fixture.m, self.fixture.sizes[-1]
        return outputs_as_rows(np.asarray(given), self.samples, m, K)

    @cached_property
    def gradients(self) -> dict[str, FloatArray]:
        """The code's gradient, in its own shapes."""
        return read("gradients", self.found.gradients, self.fixture.sizes, gradients=True)

    def recognized(self) -> tuple[Activation, ...] | None:
        """Return the activations that the outputs show, or, without outputs, loss and gradient."""
        X = self.fixture.X
        if self.outputs is not None:
            fitting = recognized_activations(self.params, X, self.outputs, self.combinations())
            return self.fitting_all(fitting) or with_wrong_softmax(
                self.params, X, self.outputs, self.combinations()
            )
        if self.found.loss is not None:
            fitting = [f for f in self.combinations() if self.printed_form(f) is not None]
            right = (f for f in fitting if self.exact_forms(f))
            return next(right, fitting[0] if fitting else self.with_wrong_softmax())
        alike = combinations(self.depth, mixed=False)  # the gradient alone shows no more
        exact = next((f for f in alike if self.exact_forms(f)), None)
        return exact or self.with_own_loss()

    def with_own_loss(self) -> tuple[Activation, ...] | None:
        """Return the activations whose loss is that around the parameters: the code prints it.

        So a wrong gradient has a network where only its loss was handed out, on the way forward.
        """
        if not self.losses:
            return None
        ahead, behind = next(iter(self.losses.values())).reshape(-1, 2)[0]
        value = float(ahead + behind) / 2
        for f in self.combinations():
            if recognized_loss(value, f[-1], self.outputs_of(f), self.fixture.Y) is not None:
                self.found = replace(self.found, loss=value)
                return f
        return None

    def fitting_all(
        self, candidates: Iterable[tuple[Activation, ...]]
    ) -> tuple[Activation, ...] | None:
        """Return the first candidate that also fits the other fixtures; else the first of all.

        On few samples two activations may agree, as ReLU and the identity on positive numbers.
        """
        first = None
        for activations in candidates:
            first = first or activations
            if all(other.has_outputs_of(activations) is not False for other in self.others):
                return activations
        return first

    def combinations(self) -> Iterator[tuple[Activation, ...]]:
        """Yield the activations that the network may have; for a large one all hidden ones alike.

        A script names its sizes itself, and must not choose how long it is judged.
        """
        return combinations(self.depth, mixed=count(self.fixture.sizes) <= MAX_MIXED)

    def with_wrong_softmax(self) -> tuple[Activation, ...] | None:
        """Return the activations whose loss is the printed one with softmax over the samples."""
        for activations in self.combinations():
            if not activations[-1].is_identity:
                continue
            z = self.outputs_of(activations)
            found = (*activations[:-1], ACTIVATIONS.make("softmax"))
            self.deduced = found[-1].value(z.T).T
            if self.printed_form(found) is not None:
                return found
        self.deduced = None
        return None

    def outputs_of(self, activations: Sequence[Activation]) -> FloatArray:
        """Return the outputs of the network with these activations, (m, K)."""
        weights = self.params.layers
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        return forward(layers, weights, self.fixture.X).output

    def has_outputs_of(self, activations: Sequence[Activation]) -> bool | None:
        """Return whether outputs or loss are those of this network; None where neither is there."""
        if self.outputs is not None:
            return same(self.outputs_of(activations), self.outputs)
        if self.deduced is not None:
            return False
        if self.found.loss is not None:
            return True if self.printed_form(activations) is not None else None
        return None

    def printed_form(self, activations: Sequence[Activation]) -> LossForm | None:
        """Return the loss that the code prints, None if it prints none that is known."""
        value = self.found.loss
        if value is None:
            return None
        seen = self.outputs if self.outputs is not None else self.deduced
        outputs = self.outputs_of(activations) if seen is None else seen
        return recognized_loss(value, activations[-1], outputs, self.fixture.Y)

    def penalty_of_loss(
        self, activations: Sequence[Activation], form: LossForm, decay: float
    ) -> float | None:
        """Return λ of the ½ λ Σ W² in the loss that the code computes; None where it has none.

        `decay` is the λ of its gradient, which is else that of `form`.
        """
        value = self.found.loss
        if value is None:
            return None
        known = [
            (self.value_of(each, activations), each == form) for each in loss_forms(activations[-1])
        ]
        return recognized_penalty(value, known, self.squares, decay, self.fixture.m)

    def penalty_left_out(self, activations: Sequence[Activation], form: LossForm) -> float | None:
        """Return λ of the ½ λ Σ W² that the code adds to this loss, on all data; None without."""
        runs = [run for run in (self, *self.others) if run.found.loss is not None]
        if len(runs) < 2:
            return None
        return shared_penalty(
            [np.array([run.found.loss]) for run in runs],
            [run.value_of(form, activations) for run in runs],
            [run.squares for run in runs],
        )

    def value_of(self, form: LossForm, activations: Sequence[Activation]) -> float:
        """Return a loss of the network with these activations."""
        m, K = self.fixture.m, self.fixture.sizes[-1]
        with np.errstate(all="ignore"):
            total = float(form.rule.value(self.outputs_of(activations), self.fixture.Y).sum())
        return total * form.factor(K) / (m if form.reduction == "mean" else 1)

    @property
    def squares(self) -> float:
        """Σ W²."""
        return sum(float(np.sum(W**2)) for W, _ in self.params.layers)

    def from_logits(self, activations: Sequence[Activation]) -> tuple[Activation, ...]:
        """Return the activations with the one that the loss alone applies, softmax or sigmoid.

        Code may hand out weighted sums as its outputs, and turn them into shares in its loss.
        """
        value = self.found.loss
        if value is None or not activations[-1].is_identity or self.printed_form(activations):
            return tuple(activations)
        for name in [name for name in ACTIVATIONS if canonical_losses(name)]:
            found = (*activations[:-1], ACTIVATIONS.make(name))
            outputs = self.outputs_of(found)
            if recognized_loss(value, found[-1], outputs, self.fixture.Y) is not None:
                self.outputs = outputs
                return found
        return tuple(activations)

    def network(self, activations: Sequence[Activation], form: LossForm) -> Network:
        """Return the network with these activations and this loss."""
        sizes = self.fixture.sizes
        layers = [Layer(n, f) for n, f in zip(sizes[1:], activations, strict=True)]
        return Network(sizes[0], layers, form.rule, form.reduction, engine="reference")

    def case(self, activations: Sequence[Activation], form: LossForm, penalty: float = 0.0) -> Case:
        """Return the gradient beside the right one of this loss, in the person's own shapes."""
        factor = form.factor(self.fixture.sizes[-1])
        problem = Problem(
            network=self.network(activations, form),
            params=self.params,
            X=self.fixture.X,
            Y=self.fixture.Y,
            learning_rate=self.fixture.learning_rate,
            penalty=penalty / factor,
        )
        gradients = {name: array / factor for name, array in self.gradients.items()}
        return Case.of(problem, gradients, self.convention, self.found.own_shapes)

    def diagnosis(
        self,
        activations: Sequence[Activation],
        form: LossForm,
        penalty: float = 0.0,
        most: int = MAX_MISTAKES,
    ) -> Diagnosis:
        """Return the diagnosis of the gradient as one of this loss, with ½ penalty Σ W² or not.

        No more than `most` mistakes are assumed.
        """
        return verdict(self.case(activations, form, penalty), self.convention, SECONDS, most)

    def exact_forms(self, activations: Sequence[Activation]) -> list[LossForm]:
        """Return the losses of which the gradient is exactly the right one."""
        weights = self.params.layers
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        passed = forward(layers, weights, self.fixture.X)
        forms = [
            f for f in loss_forms(activations[-1]) if self.fits_top(passed, activations[-1], f)
        ]
        return [f for f in forms if not self.case(activations, f).wrong]

    def factor_of_weights(
        self, activations: Sequence[Activation], forms: Iterable[LossForm]
    ) -> float | None:
        """Return c > 0 where all dW are c times those of one of these losses; None without one."""
        for form in forms:
            case = self.case(activations, form)
            names = [name for name in case.given if name[0] == "W"]
            given, right = case.given, case.right
            if any(np.shape(given[name]) != np.shape(right[name]) for name in names):
                continue
            one, other = (np.concatenate([np.ravel(a[n]) for n in names]) for a in (given, right))
            with np.errstate(all="ignore"):
                factor = float(one @ other / (other @ other)) if other.any() else 0.0
            scaled = case.divided_by(factor) if 0 < factor < np.inf else None
            if scaled is not None and all(scaled.agrees(name, right[name]) for name in names):
                return factor
        return None

    def divide(self, factor: float) -> None:
        """Take the gradient as so many times too large."""
        self.gradients = {name: array / factor for name, array in self.gradients.items()}

    def fits_top(self, passed: ForwardPass, output: Activation, form: LossForm) -> bool:
        """Return whether the topmost gradient may be that of this loss: a quick first look."""
        top, m = self.depth, self.fixture.m
        z, a = passed.weighted_sums[-1], passed.output
        with np.errstate(all="ignore"):
            delta = output_error_term(form.rule, output, z, a, self.fixture.Y)
        share = form.factor(self.fixture.sizes[-1]) / (m if form.reduction == "mean" else 1)
        db, dW = share * delta.sum(axis=0), share * passed.activations[-2].T @ delta
        given = self.gradients.get(f"b{top}", self.gradients.get(f"W{top}"))
        right = db if f"b{top}" in self.gradients else dW
        if given is None or np.size(given) != right.size:
            return given is None
        turned = given.T if given.ndim == 2 and self.convention == "column" else given
        return bool(np.allclose(np.reshape(turned, right.shape), right, rtol=1e-4, atol=1e-9))

    def against_own_loss(self, unknown: Text, *, goes_down: bool = False) -> OwnLossCheck | None:
        """Return the comparison with differences of the code's own loss; None where it has none.

        Nor where no array goes down it, which the code may only show: a count of errors, say; but
        for code of which it is known that it `goes_down` its loss.
        """
        if self.losses is None:
            return None
        numeric = slopes(self.losses, self.params)
        if numeric.keys() != self.found.own_shapes.keys():
            return None
        given = in_rows(self.gradients, self.fixture.sizes, self.convention).arrays
        expected = in_rows(numeric, self.fixture.sizes, self.convention).arrays
        names = [name for name in given if name in expected]
        if not names:
            return None
        wrong = [n for n in names if not close(given[n], expected[n])]
        ratio = common_ratio(given, expected, names)
        shown = [n for n in names if n not in wrong and np.size(given[n]) > 1]
        if wrong and ratio is None and not shown and not goes_down:
            return None
        return OwnLossCheck(unknown, tuple(f"d{name}" for name in wrong), ratio)


def canonical_losses(name: str) -> list[str]:
    """Return the losses whose canonical output activation this is."""
    return [loss for loss, rule in LOSSES.items() if rule.canonical == name]


def checked_sizes(form: Form, found: Found) -> tuple[int, ...]:
    """Return n₀ … n_L: those that were handed over, or those of a class of its own."""
    sizes = found.sizes
    is_network = 2 <= len(sizes) <= MAX_LAYERS and all(1 <= n <= MAX_UNITS for n in sizes)
    is_own = form.kind != "functions"
    if not is_network or (sizes != form.sizes and not is_own) or count(sizes) > MAX_NUMBERS:
        raise UnusableError(f"no network has the sizes {sizes}")
    return sizes


def check_shapes(found: Found, params: Parameters) -> None:
    """Refuse shapes of parameters that cannot hold those that were handed over."""
    missing = [name for name in params if name[0] == "W" and name not in found.own_shapes]
    if missing:
        raise UnusableError(f"{missing} are missing")
    for name, shape in found.own_shapes.items():
        if name not in params or math.prod(shape) != params[name].size or min(shape, default=1) < 0:
            raise UnusableError(f"{name} has not the shape {shape}")


def count(sizes: Sequence[int]) -> int:
    """Return P, the number of parameters."""
    return sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))


def slopes(losses: Mapping[str, FloatArray], params: Parameters) -> dict[str, FloatArray]:
    """Return centred differences from the losses ahead and behind, (…, 2), by name."""
    return {
        name: (pair[..., 0].astype(float) - pair[..., 1]) / (2 * STEP)
        for name, pair in losses.items()
        if name in params and pair.shape[-1:] == (2,) and pair.size == 2 * params[name].size
    }


def close(given: FloatArray, expected: FloatArray) -> bool:
    """Return whether a gradient equals differences, as far as these are exact."""
    if np.shape(given) != np.shape(expected):
        return False
    scale = max(1e-3, float(np.abs(expected).max(initial=0.0)))
    return bool(np.abs(given - expected).max(initial=0.0) <= 1e-5 * scale)


def common_ratio(
    given: Mapping[str, FloatArray], expected: Mapping[str, FloatArray], names: Sequence[str]
) -> float | None:
    """Return c where all arrays are c ≠ 1 times the expected ones."""
    if any(np.shape(given[name]) != np.shape(expected[name]) for name in names):
        return None
    one, other = (np.concatenate([np.ravel(a[n]) for n in names]) for a in (given, expected))
    ratio = float(one @ other / (other @ other)) if other.any() else 1.0
    return ratio if abs(ratio - 1) > 1e-4 and close(one, ratio * other) else None
