"""The subject of a report: a model, a table, and the model's outputs for its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.data import CategoricalColumn, ClassificationTarget, Table
from clearprop.diagnostics import Evidence, Finding, diagnose_training
from clearprop.fitting import fingerprint
from clearprop.measures import NAMES
from clearprop.model import Model
from clearprop.plots.parts import Look, parts_of
from clearprop.report.formatting import number, percent
from clearprop.report.training_record import TrainingRecord
from clearprop.sensitivity import InputSensitivity, center_categories, input_sensitivity
from clearprop.series import Laid
from clearprop.training.scaling import Scaling, fit_scaling, unfold
from clearprop.training.split import Division, Rows

SAMPLES = 1000
"""Training rows at which derivatives are taken at most."""


@dataclass(frozen=True)
class Subject:
    """A model and the m rows of a table, with everything that several sections need.

    Attributes
    ----------
    model : Model
        The trained model.
    name : str
        The name of the model's file.
    table : Table
        The rows that the report is about.
    X : array of shape (m, n₀)
        Encoded inputs.
    Y : array of shape (m, K)
        Encoded targets.
    outputs : array of shape (m, K)
        The network's outputs.
    record : TrainingRecord
        The model's record of its training.
    division : Division or None
        The division of training, where the table is the one of training.
    language : {"en", "zh"}
        The language of the report.
    laid : Laid or None
        The time series whose rows the table is, where the model is one of a series.
    """

    model: Model
    name: str
    table: Table
    X: FloatArray
    Y: FloatArray
    outputs: FloatArray
    record: TrainingRecord
    division: Division | None
    language: Language
    laid: Laid | None = None

    def say(self, en: str, zh: str, **values: object) -> str:
        """Return a sentence in the report's language with `values` put in their places."""
        return Text(en, zh).translate(self.language).format(**values)

    @property
    def classifies(self) -> bool:
        """True if the model names classes."""
        return isinstance(self.model.target, ClassificationTarget)

    @cached_property
    def parts(self) -> list[tuple[Look, Rows]]:
        """Look and rows of every part of the division; without one, all rows."""
        return parts_of(self.division, len(self.X))

    @cached_property
    def judged(self) -> tuple[Look, Rows]:
        """The part that tells most about new data: test, else validation, else what there is."""
        return self.parts[-1]

    @cached_property
    def learned_from(self) -> Rows:
        """The training rows; without a division, all rows."""
        return self.parts[0][1]

    @cached_property
    def has_held_back(self) -> bool:
        """True if the judged part took no part in fitting the weights."""
        return self.division is not None and len(self.parts) > 1

    def has_trained(self, look: Look) -> bool:
        """Return whether the rows of a part trained: they say little of new data."""
        return self.division is not None and look is self.parts[0][0]

    @property
    def left_out(self) -> str | None:
        """How good networks were on rows that they had not seen, where no part was held back."""
        found = [each for each in self.record.measures if each.left_out is not None]
        count = self.record.left_out_rows
        if self.division is None or self.has_held_back or not found or count is None:
            return None
        first = [each for each in found if each.column == found[0].column]
        values = (
            f"{NAMES[each.name].translate(self.language)} "
            + (percent(each.left_out) if each.name == "error_rate" else number(each.left_out))
            for each in first
        )
        return self.say(
            "On {n} rows that were left out in turn while networks were compared: {values}. That "
            "is nearer to what new data will show.",
            "在比较网络时轮流留出的 {n} 行上：{values}。这更接近对新数据的效果。",
            n=number(count, 9),
            values=self.say(", ", "，").join(values),
        )

    @cached_property
    def output_names(self) -> list[str]:
        """The names of the K outputs."""
        target = self.model.target
        if not isinstance(target, ClassificationTarget):
            return list(target.names)
        classes = target.classes[1:] if target.outputs == 1 else target.classes
        return [f"P({name})" for name in classes]

    @cached_property
    def scalings(self) -> tuple[Scaling, Scaling]:
        """The scalings that standardize inputs and outputs, measured on the training rows."""
        identity = self.model.network.layers[-1].activation.is_identity
        rows = self.learned_from
        return (
            fit_scaling(self.X[rows], "standardize"),
            fit_scaling(self.Y[rows], "standardize" if identity else None),
        )

    @cached_property
    def standardized(self) -> Parameters:
        """The parameters for standardized columns, in which weights can be compared."""
        inputs, outputs = self.scalings
        return unfold(self.model.parameters, inputs, outputs)

    @cached_property
    def centred(self) -> Parameters:
        """The parameters of raw columns, weights of categories relative to their column's mean."""
        encoding = self.model.encoding
        groups = [
            [encoding.features.index(feature) for feature in column.features]
            for column in encoding.columns
            if isinstance(column, CategoricalColumn)
        ]
        return center_categories(self.model.parameters, groups)

    @cached_property
    def sensitivity(self) -> InputSensitivity:
        """The derivatives by the inputs at training rows: of the outputs, of a classifier's logits.

        They are in spreads of the output per spread of the input.
        """
        inputs, outputs = self.scalings
        return input_sensitivity(
            self.model.network,
            self.centred,
            self.X[self.sample(SAMPLES)],
            input_spread=inputs.spread,
            output_spread=outputs.spread,
            of_logits=self.classifies,
        )

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings of the training's diagnosis, the most important first."""
        rows = self.learned_from
        evidence = Evidence(
            self.model.network,
            self.model.parameters,
            self.X[rows],
            self.Y[rows],
            self.record.history or (),
            equations=self.record.equations,
        )
        return diagnose_training(evidence)

    def place(self, row: int) -> str:
        """Return where a row stands in the table, in the report's language."""
        return self.table.place_text(row).translate(self.language)

    def sample(self, most: int) -> Rows:
        """Return at most `most` training rows, evenly chosen."""
        rows = self.learned_from
        return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.intp)]


def examine(model: Model, table: Table, language: Language, name: str) -> Subject:
    """Return what a report on `model` and `table` is about.

    Raises
    ------
    InputError
        If the table lacks a column, or a value cannot stand in it.
    """
    laid = model.laid_out(table)
    if laid is not None:
        laid, table = _with_targets(laid, model.target.names)
    table = table.with_values(model.target.names)  # as in training
    X, Y = model.encoding.matrix(table), model.target.encode(table)
    record = TrainingRecord.read(model.summary)
    same = record.data_sha256 == fingerprint(X, Y)
    return Subject(
        model=model,
        name=name,
        table=table,
        X=X,
        Y=Y,
        outputs=model.network.forward(model.parameters, X).astype(np.float64),
        record=record,
        division=record.division if same and fits(record.division, len(X)) else None,
        language=language,
        laid=laid,
    )


def _with_targets(laid: Laid, names: Sequence[str]) -> tuple[Laid, Table]:
    """Return the rows of a series that have their targets, and their table."""
    known = laid.table.rows_with_values(names)
    return replace(laid, rows=laid.rows[known]), laid.table


def fits(division: Division | None, m: int) -> bool:
    """Return whether a division has training rows and names none beyond `m`."""
    if division is None or not len(division.train):
        return False
    return all(part.max(initial=-1) < m for part in vars(division).values())
