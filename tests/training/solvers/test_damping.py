"""The damping μ: less where the model held, more where a step was refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.training.solvers.damping import Damping


@given(st.floats(1e-3, 1.0), st.floats(1e-9, 1e3))
def test_damping_follows_the_gain_ratio(ratio, mu):
    refused = Damping(mu).after_refusal().after_refusal()
    assert refused.mu == pytest.approx(8 * mu)
    accepted = refused.after_acceptance(ratio)
    assert accepted.mu == pytest.approx(8 * mu * max(1 / 3, 1 - (2 * ratio - 1) ** 3))
    assert accepted.after_refusal().mu == pytest.approx(2 * accepted.mu)


@pytest.mark.parametrize(("ratio", "factor"), [(2.0, 1 / 3), (1.0, 1 / 3), (0.5, 1), (1e-4, 2)])
def test_a_step_better_than_predicted_is_no_reason_for_less_than_a_third(ratio, factor):
    accepted = Damping(0.5, growth=16.0).after_acceptance(ratio)
    assert accepted.mu == pytest.approx(0.5 * factor, rel=1e-3)
    assert accepted.growth == 2
    assert Damping(1e-20).after_acceptance(1.0).mu == 1e-20
