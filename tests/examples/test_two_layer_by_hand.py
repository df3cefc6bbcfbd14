"""The numbers of the example, worked out here by the formulas of the notes."""

import math

import pytest

import clearprop as cp

# x = (1, 2): z1 = (.1 + .8 + .1, −.2 − 1 + .2, .3 + 1.2 − .3) = (1, −1, 1.2)
Z2 = 1 * 0.5 + 1.2 * 0.25 - 0.3
A2 = 1 / (1 + math.exp(-Z2))
DELTA2 = (A2 - 1) * A2 * (1 - A2)
DELTA1 = [DELTA2 * 0.5, 0, DELTA2 * 0.25]
GRADIENTS = {
    "W1": [[DELTA1[0], 0, DELTA1[2]], [2 * DELTA1[0], 0, 2 * DELTA1[2]]],
    "b1": DELTA1,
    "W2": [[1 * DELTA2], [0], [1.2 * DELTA2]],
    "b2": [DELTA2],
}


def test_forward_and_backward(example) -> None:
    trace = example.NETWORK.trace(example.first_parameters(), example.x, example.y)
    assert trace["z1"][0] == pytest.approx([1, -1, 1.2], abs=1e-15)
    assert trace["a1"][0] == pytest.approx([1, 0, 1.2], abs=1e-15)
    assert trace["z2"][0, 0] == pytest.approx(0.5, abs=1e-15)
    assert trace["a2"][0, 0] == pytest.approx(A2, rel=1e-15)
    assert trace.total_loss == pytest.approx((A2 - 1) ** 2 / 2, rel=1e-14)
    assert trace["delta2"][0, 0] == pytest.approx(DELTA2, rel=1e-14)
    assert trace["delta1"][0] == pytest.approx(DELTA1, rel=1e-14)
    for name, right in GRADIENTS.items():
        assert trace[f"d{name}"].ravel() == pytest.approx(
            [number for row in right for number in (row if isinstance(row, list) else [row])],
            rel=1e-14,
        )


def test_one_update(example) -> None:
    moved = example.one_update(example.first_parameters())
    assert moved["b2"][0] == pytest.approx(-0.3 - 0.5 * DELTA2, rel=1e-14)
    assert moved["W1"][1, 2] == pytest.approx(0.6 - 0.5 * 2 * DELTA2 * 0.25, rel=1e-14)
    assert moved["W2"][1, 0] == -0.4  # its unit is off


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_it_prints(printed, lang: str) -> None:
    text = printed(lang)
    assert "-0.08872" in text  # δ2 to four digits
    assert "L: 0.071268 -> 0.051798" in text
    assert "b2: [-0.3] -> [-0.255638]" in text
    assert ("dimension check" in text) == (lang == "en")
    assert ("维度检查" in text) == (lang == "zh")
    for step in cp.ACTIVATIONS["sigmoid"].derivation:
        assert step.why.translate(lang) in text


def test_it_draws_both_functions(printed, tmp_path) -> None:
    printed("en", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sigmoid.png", "relu.png"}
