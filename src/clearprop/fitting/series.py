"""Train on a time series: from its columns and lags to a `Model` that predicts and forecasts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._text import Text
from clearprop.data import Table, as_table
from clearprop.data.values import numbers_or_missing
from clearprop.fitting.fitted import TableFit
from clearprop.fitting.options import FitOptions
from clearprop.fitting.parts import division_by_column
from clearprop.fitting.tables import fit
from clearprop.measures import Measure, r2, rmse
from clearprop.model import Model
from clearprop.series import Lags, Laid
from clearprop.series.forecasting import closed_loop
from clearprop.training import Division

TEST = 0.15
"""The part of a series at its end that shows how well the closed loop does, if none is asked."""


@dataclass(frozen=True, eq=False)
class Series:
    """A time series laid out for a network; see `lags`.

    Attributes
    ----------
    series : Table
    lags : Lags
    laid : Laid
    notes : tuple of Text
        What was left out.
    """

    series: Table
    lags: Lags
    laid: Laid
    notes: tuple[Text, ...] = ()

    @property
    def table(self) -> Any:
        """The laid-out columns and the target as a frame: a row for each row with a full past."""
        return self.laid.table.frame

    def fit(
        self, options: FitOptions | None = None, *, part: str | None = None, **changes: Any
    ) -> TableFit:
        """Train a network that predicts the target from the past: in the open loop.

        Parameters
        ----------
        options, **changes
            As for `clearprop.fit`. Blocks are held back, not random rows, and without a word on
            that the last 15 % of the series for a test.
        part : str, optional
            The column that says of each row whether it is to train, validate or test.

        Returns
        -------
        TableFit
            Its measures say how well the closed loop does, besides: each part of the series is run
            through on the model's own predictions, from the measured rows before it.

        Raises
        ------
        InputError
            As `clearprop.fit` does.
        """
        changes = self._by_blocks(options or FitOptions(), changes, part)
        table, y = self.laid.table, list(self.lags.targets)
        known = table.rows_with_values(y)
        if isinstance(changes.get("division"), Division):
            changes["division"] = changes["division"].among(known, len(table))
        given = table if len(known) == len(table) else table.take(known)
        fitted = fit(given, y, options, task="regression", strict=True, **changes)
        model, rows = fitted.model, self.laid.rows[known]
        notes = (*fitted.notes, *self.notes)
        measures = (*fitted.measures, *self._closed_loop(fitted, rows))
        summary = {
            **model.summary,
            "measures": [each.record() for each in measures],
            "notes": [{"en": note.en, "zh": note.zh} for note in notes],
        }
        parts = (model.network, model.parameters, model.encoding, model.target)
        kept = Model(*parts, summary, model.posterior, model.statistics, self.lags)
        return replace(fitted, model=kept, measures=measures, notes=notes)

    def _by_blocks(
        self, options: FitOptions, changes: dict[str, Any], part: str | None
    ) -> dict[str, Any]:
        """Return the changes with blocks held back, and a test where nothing is said of one."""
        new = dict(changes)
        if part is not None:
            if new.get("test") or new.get("validation"):
                why = "it says which rows are held back, and so do `validation` and `test`."
                raise invalid_argument("part", part, why, "one of them.")
            new["division"] = division_by_column(self.series, part)
        division = new.get("division", options.division)
        if isinstance(division, Division):
            new["division"] = division.among(self.laid.rows, len(self.series))
            return new
        if options.division == "random":
            new.setdefault("division", "block")
        if not options.holds_back and not {"test", "validation"} & set(new):
            new["test"] = TEST
        return new

    def _closed_loop(self, fitted: TableFit, rows: Any) -> list[Measure]:
        """Return the measures of the closed loop on each part that is one piece of the series."""
        if not self.lags.feeds_back:
            return []
        model, division = fitted.model, fitted.result.division
        parts = (division.train, division.validation, division.test)
        y = self.laid.signals[:, len(self.lags.inputs) :]
        found: list[list[list[float | None]]] = [
            [[None] * 3 for _ in self.lags.targets] for _ in CLOSED_LOOP
        ]
        for p, part in enumerate(parts):
            own = rows[np.sort(part)]
            others = rows[np.concatenate([each for each in parts if each is not part])]
            if not len(own) or ((others > own[0]) & (others < own[-1])).any():
                continue
            outputs = closed_loop(
                model.network, model.parameters, self.lags, self.laid.signals, own
            )
            for n, (_, rule) in enumerate(CLOSED_LOOP):
                for k in range(len(self.lags.targets)):
                    with np.errstate(over="ignore", invalid="ignore"):
                        value = rule(outputs[:, k], y[own, k])
                    finite = value is not None and np.isfinite(value)
                    found[n][k][p] = value if finite else None
        return [
            Measure(name, column, *found[n][k])
            for k, column in enumerate(self.lags.targets)
            for n, (name, _) in enumerate(CLOSED_LOOP)
        ]


CLOSED_LOOP = (("closed_loop_rmse", rmse), ("closed_loop_r2", r2))
"""The measures of the closed loop."""


def lags(
    table: Any,
    target: str | Sequence[str],
    inputs: Collection[str] | None = None,
    *,
    input_lags: Iterable[int] = (1, 2),
    output_lags: Iterable[int] = (1, 2),
    ignore: Collection[str] = (),
) -> Series:
    """Return a time series as rows for a network: inputs and outputs of some rows before each.

    Parameters
    ----------
    table : Table, DataFrame or mapping of columns
        A row for each moment, at equal distances, in the order of time.
    target : str or sequence of str
        The column y to predict, or several.
    inputs : collection of str, optional
        The columns u that are known from outside; all other columns of numbers without it.
    input_lags : iterable of int, default=(1, 2)
        How many rows back u is looked at; 0 is the same row.
    output_lags : iterable of int, default=(1, 2)
        How many rows back y itself is looked at, from 1; none for a model without feedback.
    ignore : collection of str
        Columns that are no inputs.

    Returns
    -------
    Series
        Its `fit` trains. Rows whose past has a gap are left out.

    Raises
    ------
    InputError
        If a column is not there or holds no numbers, a lag is none, or the series is too short.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> u = np.sin(np.arange(200) / 3)
    >>> y = np.zeros(200)
    >>> for t in range(1, 200):
    ...     y[t] = 0.6 * y[t - 1] + u[t - 1] / (1 + y[t - 1] ** 2)
    >>> series = cp.lags({"u": u, "y": y}, "y", ["u"], input_lags=[1], output_lags=[1])
    >>> series.lags.columns
    ('u(t-1)', 'y(t-1)')
    >>> fitted = series.fit(hidden=(5,), solver="levenberg_marquardt")
    >>> future = np.sin(np.arange(200, 210) / 3)
    >>> fitted.model.forecast({"u": u, "y": y}, {"u": future}).shape
    (10,)
    """
    table = as_table(table)
    targets = (target,) if isinstance(target, str) else tuple(target)
    for name in (*targets, *(inputs or ()), *ignore):
        if name not in table.names:
            raise table.unknown_column(name)
    chosen, notes = tuple(inputs or ()), list(table.notes)
    if inputs is None:
        others = [name for name in table.names if name not in (*targets, *ignore)]
        chosen = tuple(name for name in others if _holds_numbers(table, name))
        left = ", ".join(name for name in others if name not in chosen)
        if left:
            en, zh = (
                f"{left}: no numbers, and no inputs of a series.",
                f"{left}：非数值，不作输入。",
            )
            notes.append(Text(en, zh))
    rule = Lags(targets, chosen, tuple(input_lags), tuple(output_lags))
    laid = rule.lay_out(table)
    gaps = rule.gaps(laid)
    return Series(table, rule, laid, (*notes, *([gaps] if gaps else [])))


def _holds_numbers(table: Table, name: str) -> bool:
    try:
        return bool(np.isfinite(numbers_or_missing(table, name)).any())
    except InputError:
        return False
