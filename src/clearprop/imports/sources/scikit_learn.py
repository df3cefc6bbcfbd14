"""A fitted MLP of scikit-learn, alone or at the end of a pipeline of scalers and encoders."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    MultilabelTarget,
    RegressionTarget,
    Target,
)
from clearprop.imports.chain import Affine, Piece
from clearprop.imports.source import Answers, Asked, Imported, Source
from clearprop.imports.transformers import Features, refuse, transformed

ACTIVATION_NAMES = {"logistic": "sigmoid"}
"""scikit-learn's names of activations, where they are not ours."""


class ScikitLearn(Source):
    """An object of scikit-learn."""

    name = "scikit-learn object"

    def recognises(self, given: Any) -> bool:
        """Return whether its class is one of scikit-learn's."""
        return type(given).__module__.partition(".")[0] == "sklearn"

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return network and columns; the object itself answers for the proof."""
        steps = [step for _, step in getattr(given, "steps", [("", given)])]
        model, before = steps[-1], steps[:-1]
        if not hasattr(model, "coefs_"):
            raise refuse(model, "a fitted MLPClassifier or MLPRegressor at the end.")
        names = list(
            asked.columns or _names_of(next(step for step in steps if not isinstance(step, str)))
        )
        features = Features.plain(names)
        for step in before:
            features = transformed(step, features)
        pieces: list[Piece] = [features.map]
        rules = [model.activation] * (len(model.coefs_) - 1) + [model.out_activation_]
        for W, b, rule in zip(model.coefs_, model.intercepts_, rules, strict=True):
            activation = ACTIVATIONS.make(ACTIVATION_NAMES.get(rule, rule))
            pieces += [Affine(W.astype(np.float64), b.astype(np.float64)), activation]
        dtype = "float32" if model.coefs_[0].dtype == np.float32 and not before else "float64"
        answers = _answers(given, names, features, framed=hasattr(given, "feature_names_in_"))
        encoding = Encoding(features.columns)
        return Imported(
            tuple(pieces), encoding, _target(model, asked), dtype, answers, "scikit-learn"
        )


def _names_of(step: Any) -> list[str]:
    """Return the names of the columns that a pipeline takes."""
    names = getattr(step, "feature_names_in_", None)
    if names is not None:
        return [str(name) for name in names]
    return [f"x{i}" for i in range(1, step.n_features_in_ + 1)]


def _target(model: Any, asked: Asked) -> Target:
    names = tuple(asked.target or ("y",))
    if not hasattr(model, "classes_"):
        outputs = len(model.intercepts_[-1])
        several = names if len(names) == outputs else tuple(f"y{k + 1}" for k in range(outputs))
        return RegressionTarget(names if outputs == 1 else several)
    if model._label_binarizer.y_type_.startswith("multilabel"):
        return MultilabelTarget(tuple(map(str, model.classes_)))
    return ClassificationTarget(names, tuple(model.classes_.tolist()))


def _answers(source: Any, names: Sequence[str], features: Features, *, framed: bool) -> Answers:
    """Return the source as a function of columns."""

    def answers(columns: Any) -> FloatArray:
        columns = {
            name: [features.values.get(name, {}).get(value, value) for value in columns[name]]
            if name in columns
            else [0.0] * len(next(iter(columns.values())))  # a column that is dropped
            for name in names
        }
        table: Any = np.column_stack([np.asarray(columns[name], dtype=object) for name in names])
        if all(isinstance(columns[name][0], float) for name in names):
            table = table.astype(float)
        if framed:
            import pandas

            table = pandas.DataFrame({name: columns[name] for name in names})
        ask = getattr(source, "predict_proba", source.predict)
        return np.asarray(ask(table))

    return answers
