"""Models to export: every kind of column, target and answer, with names that are hard to write.

Their parameters are drawn, not trained: what is tested is that both sides compute the same.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.data import (
    CategoricalColumn,
    ClassificationTarget,
    DateColumn,
    Encoding,
    MultilabelTarget,
    NumericColumn,
    RegressionTarget,
)
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics

AREA, GARDEN = NumericColumn("area"), NumericColumn("garden")
CITY = CategoricalColumn("city", ("Oslo", "Rome", "北京"))
PLAIN = (AREA, CITY, GARDEN)
GAPS = (
    NumericColumn("area", fill=70.5, says_missing=True),
    NumericColumn("age", fill=12.0),
    CategoricalColumn("city", ("", "Rome")),
    DateColumn("sold", fill=20000.0, says_missing=True),
    NumericColumn("discount", percent=True),
)
HOSTILE = (
    NumericColumn("int"),
    NumericColumn("end"),
    NumericColumn("2nd */ ??/ \\ 'quoted' \"price\" %d {x} ${y} \n#"),
    NumericColumn("2nd price"),
    NumericColumn("2nd-price"),
    NumericColumn("label"),
    NumericColumn("价格"),
    NumericColumn("class"),
    CategoricalColumn(
        "it's", ('say "so"', "back\\slash", "it's", "??/", "</script>", "%s", "3", "é1")
    ),
)


@dataclass(frozen=True)
class Case:
    """A model to export, by a name for the test."""

    name: str
    model: cp.Model

    def __str__(self) -> str:
        return self.name


def statistics_for(encoding: Encoding, outputs: int) -> TrainingStatistics:
    """Return what training rows may have held: areas of 30 to 200, and so on."""
    n = len(encoding.features)
    low, high = np.full(n, -1.0), np.full(n, 2.0)
    if encoding.features[0] == "area":
        low[0], high[0] = 30.0, 200.0
    for i, name in enumerate(encoding.features):
        if name == "sold":
            low[i], high[i] = 19000.0, 19500.5
    spread = (high - low) / 4
    each = ColumnStatistics(*(tuple(v.tolist()) for v in ((low + high) / 2, spread, low, high)))
    targets = ColumnStatistics(
        (0.0,) * outputs, (1.0,) * outputs, (0.0,) * outputs, (1.0,) * outputs
    )
    return TrainingStatistics(100, each, targets)


def model_of(
    columns: tuple[Any, ...],
    target: Any,
    output: str,
    loss: str = "half_squared_error",
    hidden: str = "tanh",
    dtype: Any = "float64",
) -> cp.Model:
    """Return a model with drawn parameters, whose first layer suits the ranges of its columns."""
    encoding = Encoding(columns)
    layers = [cp.Layer(5, hidden), cp.Layer(4, hidden), cp.Layer(target.outputs, output)]
    network = cp.Network(len(encoding.features), layers, loss=loss, dtype=dtype)
    parameters = network.initialize("xavier", seed=3)
    known = statistics_for(encoding, target.outputs)
    W, b = parameters.layers[0]
    W /= np.array(known.inputs.spread)[:, None]
    b -= (np.array(known.inputs.mean) @ W).astype(b.dtype)
    return cp.Model(network, parameters, encoding, target, statistics=known)


TEXTS = ClassificationTarget(("kind",), ("flat", "house", 'the "hut"'))
TWO = ClassificationTarget(("sold",), ("no", "是"))
CROSS, BINARY = "categorical_cross_entropy", "binary_cross_entropy"

CASES = [
    Case("a number", model_of(PLAIN, RegressionTarget(("price",)), "identity")),
    Case("numbers", model_of(PLAIN, RegressionTarget(("price", "area?")), "identity")),
    Case("two classes", model_of(PLAIN, TWO, "sigmoid", BINARY)),
    Case("classes", model_of(PLAIN, TEXTS, "softmax", CROSS)),
    Case("gaps", model_of(GAPS, TEXTS, "softmax", CROSS)),
    Case("hostile names", model_of(HOSTILE, TWO, "sigmoid", BINARY)),
    Case("one text", model_of((CITY,), RegressionTarget(("city",)), "identity")),
    Case(
        "whole classes", model_of(PLAIN, ClassificationTarget(("n",), (1, 2, 30)), "softmax", CROSS)
    ),
    Case(
        "fractions", model_of(PLAIN, ClassificationTarget(("n",), (0.5, 1.25)), "sigmoid", BINARY)
    ),
    Case("truth", model_of(PLAIN, ClassificationTarget(("n",), (False, True)), "sigmoid", BINARY)),
    Case("labels", model_of(PLAIN, MultilabelTarget(("new", "big")), "sigmoid", BINARY)),
    Case("shares of sigmoids", model_of(PLAIN, TEXTS, "sigmoid", BINARY)),
    Case("clipped", model_of(PLAIN, TWO, "identity")),
    Case("clipped labels", model_of(PLAIN, MultilabelTarget(("new", "big")), "identity")),
    Case("single precision", model_of(PLAIN, TEXTS, "softmax", CROSS, dtype="float32")),
    Case("softmax inside", model_of(PLAIN, RegressionTarget(("y",)), "identity", hidden="softmax")),
]
