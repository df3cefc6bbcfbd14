"""Program: a trained model as the steps that every target writes in its own language.

columns → features x → layers a = f((x − s) W + b) → answer
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.activations.softmax import Softmax
from clearprop.backprop.structure import Parameters
from clearprop.data import (
    CategoricalColumn,
    ClassificationTarget,
    Column,
    Encoding,
    MultilabelTarget,
    NumericColumn,
    RegressionTarget,
    Target,
)
from clearprop.data.statistics import TrainingStatistics
from clearprop.data.targets import Class
from clearprop.export.deviation import Deviation
from clearprop.export.kernels import Formula, formula_of
from clearprop.network.network import Network


@dataclass(frozen=True, eq=False)
class Dense:
    """A layer: z = (a − shift) W + b, then the activation function.

    Attributes
    ----------
    W : array of shape (n_in, n_out)
    b : array of shape (n_out,)
    activation : Activation
    shift : array of shape (n_in,) or None
        Taken off first where float32 would lose digits of a W + b.
    """

    W: FloatArray
    b: FloatArray
    activation: Activation
    shift: FloatArray | None = None

    @property
    def is_softmax(self) -> bool:
        """Whether units share one sum; every target writes this one rule by hand."""
        return isinstance(self.activation, Softmax)

    def formula(self, dtype: str) -> Formula:
        """Return the activation function of one unit."""
        return formula_of(
            self.activation.kernel,  # type: ignore[attr-defined]
            s=self.activation.kernel_setting(dtype),
        )


@dataclass(frozen=True)
class Answer:
    """What the outputs of the network stand for.

    Attributes
    ----------
    names : tuple of str
        The columns that are predicted.
    """

    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """The number of values that a program gives for a row."""
        return len(self.names)

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return what a program gives for outputs (m, K) of the network, shape (m, count)."""
        return outputs


@dataclass(frozen=True)
class Numbers(Answer):
    """Quantities: the outputs themselves."""


@dataclass(frozen=True)
class Classes(Answer):
    """One of several classes: the probability of each.

    Attributes
    ----------
    classes : tuple of str, int, float or bool
    divide : bool
        Whether outputs are divided by their sum, because they do not add up to 1 by themselves.
    """

    classes: tuple[Class, ...]
    divide: bool

    @property
    def count(self) -> int:
        """One probability a class."""
        return len(self.classes)

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return the probability of each class."""
        if not self.divide:
            return outputs
        total = outputs.sum(axis=1, keepdims=True)
        flat = np.full_like(outputs, 1 / self.count)
        return np.divide(outputs, total, out=flat, where=total > 0)


@dataclass(frozen=True)
class TwoClasses(Answer):
    """One of two classes: the only output is the probability of the second.

    Attributes
    ----------
    classes : tuple of two of str, int, float or bool
    clip : bool
        Whether the output may lie outside [0, 1], and is brought to it.
    """

    classes: tuple[Class, Class]
    clip: bool

    @property
    def count(self) -> int:
        """Two probabilities."""
        return 2

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return the probabilities of both."""
        p = np.clip(outputs, 0, 1) if self.clip else outputs
        return np.hstack([1 - p, p])


@dataclass(frozen=True)
class Labels(Answer):
    """Any number of classes, one a name: the probability of each by itself.

    Attributes
    ----------
    clip : bool
        As for `TwoClasses`.
    """

    clip: bool

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return the probability of each."""
        return np.clip(outputs, 0, 1) if self.clip else outputs


@dataclass(frozen=True, eq=False)
class Program:
    """What is exported.

    Attributes
    ----------
    name : str
        An identifier: names in the exported file begin with it.
    columns : tuple of Column
        The columns of a row, in the order of their features.
    layers : tuple of Dense
    answer : Answer
    dtype : {"float64", "float32"}
        The type of weights, and of arithmetic where a target has both.
    statistics : TrainingStatistics or None
    record : dict
        The table and the loss, in values that JSON can say: what an import needs besides.
    deviation : Deviation or None
        What the standard deviation is computed from, if the file is to give it.
    """

    name: str
    columns: tuple[Column, ...]
    layers: tuple[Dense, ...]
    answer: Answer
    dtype: str
    statistics: TrainingStatistics | None
    record: dict[str, Any]
    deviation: Deviation | None = None

    @classmethod
    def of(
        cls,
        name: str,
        network: Network,
        parameters: Parameters,
        encoding: Encoding,
        target: Target,
        statistics: TrainingStatistics | None = None,
        dtype: str | None = None,
        deviation: Deviation | None = None,
    ) -> "Program":
        """Return the program of a trained network; its `dtype` is the network's if none is given.

        Raises
        ------
        InputError
            If an activation function cannot be written in another language, or a name is no text
            that a file could hold.
        """
        dtype = dtype or network.dtype
        if dtype not in ("float64", "float32"):
            raise invalid_argument("dtype", dtype, "it is no type of numbers.", "'float32'.")
        _check_texts(encoding, target)
        layers = []
        for layer, (W, b) in zip(network.layers, parameters.layers, strict=True):
            layers.append(Dense(W, b, layer.activation))
            if layers[-1].is_softmax or layer.activation.is_identity:
                continue
            if not layer.activation.elementwise or not hasattr(layer.activation, "kernel"):
                why = "it states no kernel, the function of one number that is translated."
                hint = "add the static method kernel(z, s); see CONTRIBUTING.md."
                raise invalid_argument("activation", spelled(layer.activation), why, hint)
            layers[-1].formula(dtype)  # refuses what cannot be translated
        if dtype == "float32":
            layers[0] = _shifted(layers[0], statistics)
        record: dict[str, Any] = {
            "encoding": encoding.record(),
            "target": target.record(),
            "loss": spelled(network.loss_rule),
            "reduction": network.reduction,
            "activations": [spelled(layer.activation) for layer in network.layers],
        }
        if statistics is not None:
            record["statistics"] = statistics.record()
        answer = answer_of(target, network)
        columns = encoding.columns
        return cls(name, columns, tuple(layers), answer, dtype, statistics, record, deviation)

    @property
    def inputs(self) -> int:
        """n₀, the number of features."""
        return len(self.layers[0].W)

    @property
    def parameter_count(self) -> int:
        """P."""
        return sum(layer.W.size + layer.b.size for layer in self.layers)

    @property
    def places(self) -> Iterator[tuple[Column, int]]:
        """Each column with the number of its first feature, from 0."""
        first = 0
        for column in self.columns:
            yield column, first
            first += len(column.features)

    @property
    def rules(self) -> list[Activation]:
        """The activation functions that need a function in the file, each once."""
        every = [each.activation for each in self.layers if not each.is_softmax]
        return list(dict.fromkeys(rule for rule in every if not rule.is_identity))

    def formula(self, rule: Activation) -> Formula:
        """Return an activation function of one unit."""
        return formula_of(rule.kernel, s=rule.kernel_setting(self.dtype))  # type: ignore[attr-defined]

    def slope(self, rule: Activation) -> Formula:
        """Return the derivative of an activation function, from z and a."""
        setting = rule.kernel_setting(self.dtype)
        formula = formula_of(rule.kernel_derivative, s=setting)  # type: ignore[attr-defined]
        return replace(formula, arguments=("z", "a"))

    def range_of(self, feature: int) -> tuple[float, float] | None:
        """Return the lowest and the highest number of a feature in training, None if not known."""
        if self.statistics is None:
            return None
        inputs = self.statistics.inputs
        return inputs.low[feature], inputs.high[feature]

    def run(self, X: FloatArray, arithmetic: str | None = None) -> FloatArray:
        """Return what the exported file gives for features X (m, n₀), shape (m, count).

        The numbers are rounded as in the file, and `arithmetic` is the type that it computes in, or
        the weights' own.
        """
        a = X.astype(self.dtype).astype(arithmetic or self.dtype)
        for layer in self.layers:
            W, b = layer.W.astype(self.dtype), layer.b.astype(self.dtype)
            if layer.shift is not None:
                a = a - layer.shift.astype(self.dtype).astype(a.dtype)
            a = layer.activation.value(a @ W.astype(a.dtype) + b.astype(a.dtype))
        return self.answer.values(a)


def answer_of(target: Target, network: Network) -> Answer:
    """Return what the outputs of a network stand for.

    Raises
    ------
    InputError
        If there is only one class.
    """
    rule = network.layers[-1].activation
    clip = rule.range[0] < 0 or rule.range[1] > 1
    if isinstance(target, RegressionTarget):
        return Numbers(target.names)
    if isinstance(target, MultilabelTarget):
        return Labels(target.names, clip)
    if not isinstance(target, ClassificationTarget) or len(target.classes) < 2:
        why = "a model with one class predicts nothing."
        raise invalid_argument("model", target.record(), why, "data with two classes.")
    if len(target.classes) == 2:
        return TwoClasses(target.names, (target.classes[0], target.classes[1]), clip)
    return Classes(target.names, target.classes, divide=not rule.sums_to_one)


def gap_of(column: Column) -> float | str | None:
    """Return what stands for a missing value of a column; None where none may be missing."""
    if isinstance(column, NumericColumn):
        return column.fill
    if isinstance(column, CategoricalColumn) and "" in column.categories:
        return ""
    return None


def _shifted(layer: Dense, statistics: TrainingStatistics | None) -> Dense:
    """Return a first layer that takes the middle of each wide-ranging column off first.

    A year around 2020 has four digits that say nothing; in a W + b they would use up half of
    float32. Columns around 0 are left alone.
    """
    if statistics is None:
        return layer
    low, high = np.array(statistics.inputs.low), np.array(statistics.inputs.high)
    middle = low / 2 + high / 2
    far = np.abs(middle) > (high - low)
    if not far.any():
        return layer
    # the shift is rounded before b takes it in: both must mean the same number
    shift = np.where(far, middle, 0.0).astype(np.float32).astype(np.float64)
    b = layer.b.astype(np.float64) + shift @ layer.W.astype(np.float64)
    return Dense(layer.W, b, layer.activation, shift)


def _check_texts(encoding: Encoding, target: Target) -> None:
    """Refuse names and categories that are no Unicode text."""
    categories = [
        text
        for column in encoding.columns
        if isinstance(column, CategoricalColumn)
        for text in column.categories
    ]
    classes: Sequence[object] = getattr(target, "classes", ())
    for text in (*encoding.features, *categories, *target.names, *classes):
        if isinstance(text, str) and not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                why = "it is no Unicode text, which a file could hold."
                raise invalid_argument("model", text, why, "another name.") from None
