"""Steps of one sample each, from an error at the output that belongs to no known loss."""

import numpy as np
import pytest

from clearprop.check.script.observed import ObservedLayer, ObservedStep, Piece, Run, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.any_loss import wrong_under_every_loss

TIMES = 3
SIZES = 4, 6, 2


def trained(change=lambda g, at: g, slope=lambda h: 1 - h * h, share=lambda e: e, samples=1):
    """Return some steps of a network with tanh below; `change` makes the step of a gradient.

    f′ is a `slope` of h, and `share` what goes back to a hidden layer.
    """
    rng = np.random.default_rng(4)
    W1, W2 = rng.normal(size=SIZES[:2]), rng.normal(size=SIZES[1:])
    theta = {"W1": W1, "b1": rng.normal(size=SIZES[1]), "W2": W2, "b2": rng.normal(size=SIZES[2])}
    steps = []
    for at in range(TIMES):
        x, d2 = rng.normal(size=(samples, SIZES[0])), rng.normal(size=(samples, SIZES[2]))
        h = np.tanh(x @ theta["W1"] + theta["b1"])
        z = h @ theta["W2"] + theta["b2"]
        d1 = share(d2 @ theta["W2"].T) * slope(h)
        g = {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
        taken = {name: change(array, (at, name, theta[name])) for name, array in g.items()}
        after = {name: theta[name] - taken[name] for name in theta}
        pieces = {name: Piece(theta[name], after[name], name, 1) for name in theta}
        layers = tuple(
            ObservedLayer(pieces[f"W{n}"], pieces[f"b{n}"], first=False, turned=False)
            for n in (1, 2)
        )
        steps.append(ObservedStep(layers, (Run((x, h), (z,), ()),), np.zeros(0)))
        theta = after
    return Watched(steps=tuple(steps))


class Momentum:
    """Each step holds 0.9 of the one before."""

    def __init__(self):
        self.kept = {}

    def __call__(self, g, at):
        _, name, _ = at
        self.kept[name] = 0.1 * g + 0.9 * self.kept.get(name, 0.0)
        return self.kept[name]


RIGHT = {
    "plain": {"change": lambda g, at: 0.1 * g},
    "rates of their own": {"change": lambda g, at: {"W": 0.1, "b": 0.3}[at[1][0]] * g},
    "a rate that falls": {"change": lambda g, at: g / (3 + at[0])},
    "weight decay": {"change": lambda g, at: 0.1 * g + 0.02 * at[2] * (at[1][0] == "W")},
    "momentum": {"change": Momentum()},
    "signs alone": {"change": lambda g, at: 0.1 * np.sign(g)},
    "of differently treated entries": {"change": lambda g, at: g / (0.1 + np.sqrt(np.abs(g)))},
    "cut entry by entry": {"change": lambda g, at: np.clip(g, -0.2, 0.2)},
}
WRONG = {
    "f' left out": ({"slope": np.ones_like}, ("W1", "b1"), "derivative_left_out"),
    "f' of another": ({"slope": lambda h: h * (1 - h)}, ("W1", "b1"), "derivative_of_another"),
    "an error cut below": ({"share": np.arctan}, ("W1", "b1"), None),
    "one array alone": (
        {"change": lambda g, at: 0.1 * (g if at[1] != "W1" else g[::-1])},
        ("W1",),
        None,
    ),
}


@pytest.mark.parametrize("way", RIGHT)
def test_no_rule_of_descent_is_called_wrong(way):
    """What an optimizer, a penalty or a rate makes of the gradient of some loss is accepted."""
    assert wrong_under_every_loss(SubmissionReport("x.py"), trained(**RIGHT[way])) is None


@pytest.mark.parametrize("slip", WRONG)
def test_what_no_loss_explains_is_wrong(slip):
    """Whatever the error at the output is, the layers below follow from it."""
    ways, names, mistake = WRONG[slip]
    report = wrong_under_every_loss(SubmissionReport("x.py"), trained(**ways))
    assert report is not None
    assert report.outcome == "wrong"
    if mistake is None:
        assert report.own_loss.wrong == tuple(f"d{name}" for name in names)
    else:
        assert report.mistake == mistake
        assert {a.name[1:] for a in report.diagnosis.arrays if not a.right} == set(names)


def test_a_few_samples_together_tell_as_much():
    """δ of each of two samples is told by the weights of six inputs."""
    report = wrong_under_every_loss(
        SubmissionReport("x.py"), trained(slope=np.ones_like, samples=2)
    )
    assert report is not None
    assert report.mistake == "derivative_left_out"
    assert wrong_under_every_loss(SubmissionReport("x.py"), trained(samples=2)) is None


def test_of_a_step_that_is_lost_in_the_parameters_nothing_is_said():
    """Before − after keeps no digit of a step of 10⁻¹⁴ times the weights."""
    below = trained(change=lambda g, at: g * (1e-15 if at[1] == "W1" else 0.1))
    assert wrong_under_every_loss(SubmissionReport("x.py"), below) is None


def test_many_samples_say_nothing():
    """With as many samples as numbers in the arrays, any step is the gradient of some loss."""
    slip = trained(slope=np.ones_like, samples=60)
    assert wrong_under_every_loss(SubmissionReport("x.py"), slip) is None
