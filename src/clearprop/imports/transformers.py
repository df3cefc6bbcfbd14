"""scikit-learn's transformers as affine maps of the features of columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, Column, NumericColumn
from clearprop.data.values import texts
from clearprop.imports.chain import Affine, columnwise


@dataclass(frozen=True, eq=False)
class Features:
    """What a step of a pipeline hands on: an affine map of the features of some columns.

    Attributes
    ----------
    columns : tuple of Column
    map : Affine
        From the features of the columns to what is handed on.
    values : dict of str to dict
        Of columns of categories the value that each text stands for: a number, perhaps.
    """

    columns: tuple[Column, ...]
    map: Affine
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def plain(cls, names: Sequence[str]) -> "Features":
        """Return columns of numbers, handed on as they are."""
        count = len(names)
        columns = tuple(NumericColumn(name) for name in names)
        return cls(columns, Affine(np.eye(count), np.zeros(count)))

    def then(self, after: Affine) -> "Features":
        """Return the same columns with another map after theirs."""
        return Features(self.columns, self.map.then(after), self.values)

    def take(self, places: Sequence[int]) -> "Features":
        """Return some of what is handed on, with the columns that it needs."""
        part = Affine(self.map.W[:, places], self.map.b[list(places)])
        kept, rows, first = [], [], 0
        for column in self.columns:
            own = list(range(first, first + len(column.features)))
            first += len(own)
            if part.W[own].any():
                kept.append(column)
                rows += own
        return Features(tuple(kept), Affine(part.W[rows], part.b), self.values)

    def beside(self, other: "Features") -> "Features":
        """Return what both hand on, one after the other; a column of both stands once."""
        columns = list(self.columns)
        for column in other.columns:
            known = next((each for each in columns if each.name == column.name), None)
            if known is None:
                columns.append(column)
            elif known != column:
                why = f"the column {column.name!r} is used in two ways."
                raise invalid_argument("source", column.name, why, "one way for each column.")
        W = np.hstack([self.placed(columns), other.placed(columns)])
        together = Affine(W, np.concatenate([self.map.b, other.map.b]))
        return Features(tuple(columns), together, self.values | other.values)

    def placed(self, columns: Sequence[Column]) -> FloatArray:
        """Return the map's matrix for the features of more columns."""
        counts = {column.name: len(column.features) for column in columns}
        starts = dict(zip(counts, np.cumsum([0, *counts.values()]).tolist(), strict=False))
        W, first = np.zeros((sum(counts.values()), self.map.W.shape[1])), 0
        for column in self.columns:
            count = len(column.features)
            W[starts[column.name] : starts[column.name] + count] = self.map.W[first : first + count]
            first += count
        return W


def transformed(step: Any, given: Features) -> Features:
    """Return what a fitted transformer makes of features.

    Raises
    ------
    InputError
        If the step is not one of those that are read.
    """
    kind = type(step).__name__ if not isinstance(step, str) else step
    reader = READERS.get(kind)
    if reader is None:
        known = ", ".join(READERS)
        raise refuse(step, f"one of {known}.")
    return reader(step, given)


def _standard(step: Any, given: Features) -> Features:
    count = step.n_features_in_
    shift = step.mean_ if step.with_mean else np.zeros(count)
    scale = step.scale_ if step.with_std else np.ones(count)
    return given.then(columnwise(shift, 1 / np.asarray(scale)))


def _minmax(step: Any, given: Features) -> Features:
    if step.clip:
        raise refuse(step, "clip=False.")
    return given.then(columnwise(np.zeros(len(step.scale_)), step.scale_, step.min_))


def _maxabs(step: Any, given: Features) -> Features:
    return given.then(columnwise(np.zeros(len(step.scale_)), 1 / step.scale_))


def _robust(step: Any, given: Features) -> Features:
    count = step.n_features_in_
    shift = step.center_ if step.with_centering else np.zeros(count)
    scale = step.scale_ if step.with_scaling else np.ones(count)
    return given.then(columnwise(shift, 1 / np.asarray(scale)))


def _pca(step: Any, given: Features) -> Features:
    rotation = step.components_.T
    if step.whiten:
        rotation = rotation / np.sqrt(step.explained_variance_)
    return given.then(Affine(rotation, -step.mean_ @ rotation))


def _imputer(step: Any, given: Features) -> Features:
    fills = np.asarray(step.statistics_)
    if step.add_indicator or fills.dtype.kind != "f" or not np.isfinite(fills).all():
        raise refuse(step, "numbers, without add_indicator.")
    columns = _own_columns(step, given)
    filled = tuple(
        NumericColumn(column.name, fill=float(fill), expects_gaps=True)
        for column, fill in zip(columns, fills, strict=True)
    )
    return Features(filled, given.map, given.values)


def _one_hot(step: Any, given: Features) -> Features:
    columns = _own_columns(step, given)
    if step.handle_unknown not in ("error", "ignore", "infrequent_if_exist", "warn"):
        raise refuse(step, "handle_unknown='error'.")
    if getattr(step, "_infrequent_enabled", False):
        raise refuse(step, "no min_frequency and no max_categories.")
    read, kept, first, values = [], [], 0, dict(given.values)
    for n, (column, categories) in enumerate(zip(columns, step.categories_, strict=True)):
        names = texts(categories.tolist())
        read.append(CategoricalColumn(column.name, tuple(names)))
        values[column.name] = dict(zip(names, categories.tolist(), strict=True))
        dropped = None if step.drop_idx_ is None else step.drop_idx_[n]
        kept += [first + k for k in range(len(categories)) if k != dropped]
        first += len(categories)
    every = np.eye(first)
    return Features(tuple(read), Affine(every[:, kept], np.zeros(len(kept))), values)


def _by_column(step: Any, given: Features) -> Features:
    names = list(getattr(step, "feature_names_in_", ()))
    parts: list[Features] = []
    for _, transformer, where in step.transformers_:
        places = _places(where, names, step.n_features_in_)
        if not places or (isinstance(transformer, str) and transformer == "drop"):
            continue
        part = given.take(places)
        parts.append(part if isinstance(transformer, str) else transformed(transformer, part))
    if not parts:
        raise refuse(step, "a transformer that keeps a column.")
    together, *others = parts
    for other in others:
        together = together.beside(other)
    return together


def _steps(step: Any, given: Features) -> Features:
    for _, each in step.steps:
        given = given if each in (None, "passthrough") else transformed(each, given)
    return given


def _unchanged(step: Any, given: Features) -> Features:
    if not isinstance(step, str) and (step.func is not None or step.inverse_func is not None):
        raise refuse(step, "a scaler.")
    return given


READERS = {
    "StandardScaler": _standard,
    "MinMaxScaler": _minmax,
    "MaxAbsScaler": _maxabs,
    "RobustScaler": _robust,
    "PCA": _pca,
    "SimpleImputer": _imputer,
    "OneHotEncoder": _one_hot,
    "ColumnTransformer": _by_column,
    "Pipeline": _steps,
    "FunctionTransformer": _unchanged,
    "passthrough": _unchanged,
}
"""The transformers that are read, by the names of their classes."""


def _own_columns(step: Any, given: Features) -> tuple[Column, ...]:
    """Return the columns of features that are columns as they stand in the table."""
    count = len(given.columns)
    if given.map.W.shape != (count, count) or not np.array_equal(given.map.W, np.eye(count)):
        raise refuse(step, "it at the beginning, on columns of the table.")
    return given.columns


def _places(where: Any, names: Sequence[str], count: int) -> list[int]:
    """Return the numbers of the columns that a ColumnTransformer's part takes."""
    if isinstance(where, slice) and not any(isinstance(v, str) for v in (where.start, where.stop)):
        return list(range(count))[where]
    chosen = [where] if isinstance(where, str | int) else list(where)
    if chosen and isinstance(chosen[0], bool | np.bool_):
        return np.flatnonzero(chosen).tolist()
    return [names.index(each) if isinstance(each, str) else int(each) % count for each in chosen]


def refuse(step: Any, hint: str) -> InputError:
    """Return the error for a step that is not read."""
    what = step if isinstance(step, str) else type(step).__name__
    why = f"{what} is not read here."
    return invalid_argument("source", what, why, hint)
