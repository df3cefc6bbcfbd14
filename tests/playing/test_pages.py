"""Pages of networks, tables and models: what goes in, what is refused."""

import re
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pytest

import clearprop as cp
from clearprop._text import Text
from clearprop.activations.activation import Activation, Step
from clearprop.data import as_table
from clearprop.playing import play, play_model, play_table
from clearprop.playing.rules import rules
from clearprop.playing.translating import UntranslatableError, javascript
from clearprop.updates import UPDATES


@dataclass(frozen=True)
class InverseSquareRoot(Activation):
    """z / √(1 + z²), a rule of somebody's own."""

    name = "own_inverse_square_root"
    derivative_in = "z"
    range = (-1.0, 1.0)
    latex = r"f(z) = \frac{z}{\sqrt{1 + z^{2}}}"
    latex_derivative = r"f'(z) = \frac{1}{(1 + z^{2}) \sqrt{1 + z^{2}}}"
    derivation = (Step(latex, Text("definition", "定义")),)
    pros = Text("needs no exponential", "无需计算指数")
    cons = Text("saturates", "会饱和")

    def value(self, z):
        return z / np.sqrt(1 + z * z)

    def derivative(self, z, a):
        return 1 / ((1 + z * z) * np.sqrt(1 + z * z))

    @staticmethod
    def kernel(z, s):
        return z / sqrt(1.0 + z * z)

    @staticmethod
    def kernel_derivative(z, a, s):
        return 1.0 / ((1.0 + z * z) * sqrt(1.0 + z * z))


@dataclass(frozen=True)
class WithoutKernels(InverseSquareRoot):
    """A rule that states none."""

    name = "own_without_kernels"
    kernel = None


def own_network(rule: Activation) -> tuple:
    net = cp.Network(2, [cp.Layer(3, rule), cp.Layer(1)])
    return net, net.initialize(seed=0), [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]


def test_a_rule_of_ones_own_appears_by_itself(page):
    net, params, X, Y = own_network(InverseSquareRoot())
    page.open(play(net, params, X, Y).html, "#pick=a1[1]")
    found = page.do(
        "const {moment} = await import('clearprop/moment');"
        "const now = moment(); return [[...now.g], now.pass.loss,"
        "document.querySelector('#layers').innerText.includes('own_inverse_square_root')]"
    )
    loss, gradient = net.gradient(params, X, Y)
    assert np.array(found[0]) == pytest.approx(gradient.vector, rel=1e-12)
    assert found[1] == pytest.approx(loss, rel=1e-14)
    assert found[2]


def test_every_rule_of_the_registries_is_translated():
    written = rules([], [])
    assert len(written["activations"]) == len(cp.ACTIVATIONS)
    assert len(written["losses"]) == len(cp.LOSSES)
    assert set(written["updates"]) == set(UPDATES)
    assert written["updates"]["adam"].facts["corrections"] == {"m": "beta_1", "v": "beta_2"}
    assert written["updates"]["rmsprop"].facts["corrections"] == {}


def test_what_is_not_translated_is_named():
    def kernel(z, s):
        while z > 1:
            z = z / 2
        return z

    def calls(z, s):
        return np.linalg.norm(z)

    with pytest.raises(UntranslatableError, match="while"):
        javascript(kernel)
    with pytest.raises(UntranslatableError, match="linalg"):
        javascript(calls)
    with pytest.raises(UntranslatableError, match="source"):
        javascript(np.sin)


def refused() -> list:
    net, params, X, Y = own_network(cp.ACTIVATIONS.make("tanh"))
    own = own_network(WithoutKernels())
    wide = cp.Network(1000, [cp.Layer(1000), cp.Layer(1)])
    return [
        (lambda: play(*own), "`activation`"),
        (lambda: play(net), "`X`"),
        (lambda: play(net, params, [[1.0]], [[1.0]]), "`X`"),
        (lambda: play(net, params, X, [[1.0]]), "`Y`"),
        (lambda: play(net, params, X, Y, solver="levenberg"), "`solver`"),
        (lambda: play(net, params, X, Y, batch_size=0), "`batch_size`"),
        (lambda: play(net, params, X, Y, weight_decay=-1), "`weight_decay`"),
        (lambda: play(net, params, X, Y, validation=1), "`validation`"),
        (lambda: play(net, params, X, Y, seed=20), "`seed`"),
        (lambda: play(net, params, X, Y, convention="up"), "`convention`"),
        (lambda: play(net, params, X, Y, first_index=2), "`first_index`"),
        (lambda: play(wide, None, np.zeros((1, 1000)), [[1.0]]), "`net`"),
        (lambda: play_table({"a": [1, 2], "b": [1, 2]}, "c"), "the table: there is no column 'c'"),
    ]


@pytest.mark.parametrize(("call", "argument"), refused(), ids=[name for _, name in refused()])
def test_what_cannot_be_played_is_refused(call, argument):
    with pytest.raises(cp.InputError, match=argument):
        call()


def test_a_table_is_standardised_and_a_part_validates(page):
    random = np.random.default_rng(0)
    table = {"u": random.normal(5, 3, 60), "v": random.normal(-2, 9, 60),
             "kind": ["abc"[n % 3] for n in range(60)]}  # fmt: skip
    page.open(play_table(table, "kind", (5,)).html)
    found = page.do(
        "const {desk, train} = await import('clearprop/desk'); const {X, m, heldBack} = desk.data;"
        "train(50); return [desk.run.net.sizes, m, heldBack, X.reduce((a, b) => a + b) / m,"
        "desk.run.net.loss, desk.data.outputs, Number.isFinite(desk.run.losses.at(-1))]"
    )
    assert found[:3] == [[2, 5, 3], 60, 12]
    assert abs(found[3]) < 1e-3
    assert found[4:] == ["categorical_cross_entropy", ["kind=a", "kind=b", "kind=c"], True]


def test_a_trained_model_begins_where_it_stands(page):
    table = {"x": np.linspace(-2, 2, 40), "y": np.linspace(-2, 2, 40) ** 2}
    model = cp.fit(table, "y", hidden=(4,), solver="lbfgs", max_epochs=50).model
    page.open(play_model(model, table).html)
    loss, theta = page.do(
        "const {desk} = await import('clearprop/desk');"
        "return [desk.run.epochs[0].train, [...desk.run.theta]]"
    )
    X, Y = model.encoding.matrix(as_table(table)), table["y"][:, None]
    assert theta == model.parameters.vector.tolist()
    assert loss == pytest.approx(model.network.loss(model.parameters, X, Y), rel=1e-10)


def test_a_long_table_is_thinned_and_the_page_says_so():
    net, params, _, _ = own_network(cp.ACTIVATIONS.make("tanh"))
    X = np.random.default_rng(0).normal(size=(9000, 2))
    shown = play(net, params, X, np.zeros((9000, 1)))
    assert len(shown.html.encode()) < 400_000
    rows = re.fullmatch(r"the page holds (\d+) of the 9000 rows, evenly spread", shown.note.en)
    assert int(rows[1]) > 2000
    assert play(net, params, X.round(), np.zeros((9000, 1))).note is None


def test_text_of_a_table_cannot_become_markup(page):
    bad = '</script><img src=x onerror="window.hurt = 1">'
    table = {bad: [1.0, 2, 3, 4, 5, 6], "v": [1.0, 3, 2, 5, 1, 1], "y": [0.5, 1, 2, 3, 1, 2]}
    page.open(play_table(table, "y").html, "#pick=x[0]")
    assert page.do(
        "await new Promise((done) => setTimeout(done, 200)); return ["
        "window.hurt ?? 0, document.querySelector('img') === null]"
    ) == [0, True]
