"""Dataclasses come back from arrays and JSON as they were."""

import json
import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from clearprop._typing import FloatArray
from clearprop.training.flatten import DERIVED, Parts


@dataclass(frozen=True)
class Inner:
    scale: FloatArray
    growth: float


@dataclass(frozen=True, kw_only=True)
class Outer:
    theta: FloatArray
    value: float
    count: int
    generator: dict[str, int]
    inner: Inner
    other: Inner | None = None
    norm: float | None = None
    model: object = field(default=None, metadata=DERIVED)


def through_json(value: object, kind: type) -> object:
    parts = Parts()
    parts.add("it", value)
    return Parts(parts.arrays, json.loads(json.dumps(parts.notes, allow_nan=False))).get("it", kind)


@pytest.mark.parametrize("value", [0.1, math.inf, -0.0, 5e-324, np.float64(0.3)])
@pytest.mark.parametrize("other", [None, Inner(np.zeros((2, 0)), 1.5)])
@pytest.mark.parametrize("norm", [None, 2.5])
def test_a_dataclass_comes_back_with_its_types(value, other, norm):
    inner = Inner(np.array([1.0, np.nan], np.float32), math.inf)
    generator = {"state": 2**127 + 1}
    given = Outer(
        theta=np.arange(3.0),
        value=value,
        count=7,
        generator=generator,
        inner=inner,
        other=other,
        norm=norm,
        model=object(),
    )
    again = through_json(given, Outer)
    assert isinstance(again, Outer)
    assert (again.value, again.count, again.generator) == (value, 7, generator)
    assert math.copysign(1, again.value) == math.copysign(1, value)
    assert again.norm == norm
    assert again.model is None  # it follows from the others
    np.testing.assert_array_equal(again.theta, given.theta)
    np.testing.assert_array_equal(again.inner.scale, inner.scale)
    assert again.inner.scale.dtype == np.float32
    assert (again.other is None) == (other is None)
    if other is not None:
        assert again.other.scale.shape == (2, 0)


def test_a_field_that_was_not_saved_is_missed():
    parts = Parts()
    parts.add("it", Inner(np.ones(1), 2.0))
    with pytest.raises(KeyError):
        parts.get("it", Outer)
