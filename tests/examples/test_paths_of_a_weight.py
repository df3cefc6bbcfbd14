import math

import numpy as np
import pytest

from clearprop.derivation.topics.cost import layer_costs


def test_the_formulas_of_the_notes_are_the_gradient(example) -> None:
    params = example.parameters()
    notes, found = example.formulas_of_the_notes(params), example.by_backpropagation(params)
    assert set(notes) == {"W5", "b3", "W1"}
    for name, value in notes.items():
        assert found[name] == pytest.approx(value, rel=1e-13)


def test_the_gradient_of_w1_is_the_sum_of_its_two_chains(example) -> None:
    """∂E/∂W1 over z3 and over z4: the plain products of the notes' local derivatives."""
    (x1, x2), (y1, y2) = example.x, example.y
    a1 = 1 / (1 + math.exp(-(example.W1 * x1 + example.W2 * x2 + 0.35)))
    a2 = 1 / (1 + math.exp(-(example.W3 * x1 + example.W4 * x2 + 0.30)))
    p1 = 1 / (1 + math.exp(-(example.W5 * a1 + example.W6 * a2 + 0.60)))
    p2 = 1 / (1 + math.exp(-(example.W7 * a1 + example.W8 * a2 + 0.65)))
    by_z3 = (-y1 / p1 + (1 - y1) / (1 - p1)) * p1 * (1 - p1) * example.W5 * a1 * (1 - a1) * x1
    by_z4 = (-y2 / p2 + (1 - y2) / (1 - p2)) * p2 * (1 - p2) * example.W7 * a1 * (1 - a1) * x1
    found = example.by_backpropagation(example.parameters())
    assert found["W1"] == pytest.approx(by_z3 + by_z4, rel=1e-12)


@pytest.mark.parametrize("width", [2, 3, 10])
@pytest.mark.parametrize("depth", [1, 2, 5])
def test_operations_are_counted_as_the_derivation_counts_them(
    example, width: int, depth: int
) -> None:
    costs = layer_costs([width] * (depth + 1))
    walking, sharing = example.multiplications(width, depth)
    assert walking == sum(cost.walking for cost in costs)
    assert sharing == sum(cost.sharing for cost in costs)


def test_paths_grow_with_the_depth_to_a_power_and_weights_do_not(example) -> None:
    walking, sharing = np.array([example.multiplications(10, depth) for depth in range(1, 9)]).T
    assert (walking[2:] / walking[1:-1] > 10).all()
    assert set(np.diff(sharing)) == {210}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_it_prints(printed, tmp_path, lang: str) -> None:
    text = printed(lang, tmp_path)
    assert "P₁ + P₂" in text
    assert "  dE/dW1 = 0.003503234838   0.003503234838\n" in text
    assert "       6          119,753,100       1,150\n" in text
    assert "W1 → z1 → a1 → z3 → a3 → L" in text
    assert "W1 → z1 → a1 → z4 → a4 → L" in text
    assert "<svg" in (tmp_path / "graph.svg").read_text(encoding="utf-8")
