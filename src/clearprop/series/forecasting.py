"""Forecasts in the closed loop: every prediction is the past of the next one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.data import Table
from clearprop.data.statistics import ColumnStatistics
from clearprop.network.network import Network
from clearprop.series.lags import Lags, one_piece


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a closed loop gave.

    Attributes
    ----------
    values : array of shape (steps, K)
    notes : tuple of Text
        Where the loop left what training saw.
    """

    values: FloatArray
    notes: tuple[Text, ...]


def forecast(
    network: Network,
    parameters: Parameters,
    lags: Lags,
    past: Table,
    future: Table | None = None,
    steps: int | None = None,
    known: ColumnStatistics | None = None,
) -> Forecast:
    """Return the targets after the end of a series.

    Parameters
    ----------
    network : Network
    parameters : Parameters
    lags : Lags
    past : Table
        The series until now; its last rows are looked at.
    future : Table, optional
        The inputs of the steps to come; none is needed where they come late enough.
    steps : int, optional
        As many as `future` has rows without it.
    known : ColumnStatistics, optional
        What the targets were in training.

    Raises
    ------
    InputError
        If the past is too short or has gaps, or inputs are missing.
    """
    ahead = len(future) if future is not None else None
    steps = ahead if steps is None else steps
    if steps is None or isinstance(steps, bool) or steps < 1:
        why = "a forecast has at least one step."
        raise invalid_argument("steps", steps, why, "steps=10, or the inputs of the steps to come.")
    before = lags.values(past)
    if len(before) < lags.deepest:
        why = f"it has {len(before)} rows, and a prediction looks {lags.deepest} rows back."
        raise invalid_argument("past", past.source, why, "a longer series.")
    needed = steps - min(lags.input_lags, default=steps)
    given = np.full((steps, len(lags.signals)), np.nan)
    if future is not None:
        inputs = lags.values(future, targets=False)[:steps, : len(lags.inputs)]
        given[: len(inputs), : len(lags.inputs)] = inputs
    _check_inputs(lags, given[: max(needed, 0)], future)
    signals = np.vstack([before[len(before) - lags.deepest :], given])
    _check_past(lags, signals[: lags.deepest], past)
    signals[:, : len(lags.inputs)] = np.nan_to_num(signals[:, : len(lags.inputs)])
    filled = network.close_loop(parameters, signals, lags.taps, lags.deepest)
    values = filled[lags.deepest :, len(lags.inputs) :].astype(np.float64)
    return Forecast(values, beyond(lags, values, known))


def _check_inputs(lags: Lags, given: FloatArray, future: Table | None) -> None:
    """Refuse a forecast that lacks inputs of the steps to come."""
    missing = np.argwhere(np.isnan(given[:, : len(lags.inputs)]))
    if not len(missing):
        return
    step, column = missing[0].tolist()
    name = lags.inputs[column]
    if future is not None and step < len(future):
        raise future.missing_values(name, missing[missing[:, 1] == column, 0])
    why = f"{len(given)} rows of {', '.join(map(repr, lags.inputs))} are needed."
    has = "nothing" if future is None else f"{len(future)} rows"
    raise invalid_argument("future_inputs", has, why, "the inputs of the steps to come.")


def _check_past(lags: Lags, signals: FloatArray, past: Table) -> None:
    """Refuse a past with gaps where the first step looks."""
    for source, delay in zip(lags.taps.signals, lags.taps.delays, strict=True):
        if delay and np.isnan(signals[len(signals) - delay, source]):
            row = np.array([len(past) - delay])
            raise past.missing_values(lags.signals[source], row)


def beyond(lags: Lags, values: FloatArray, known: ColumnStatistics | None) -> tuple[Text, ...]:
    """Return where each target leaves the range of training by more than that range is wide."""
    notes = []
    for k, name in enumerate(lags.targets):
        outside = ~np.isfinite(values[:, k])
        if known is not None:
            width = known.high[k] - known.low[k]
            low, high = known.low[k] - width, known.high[k] + width
            outside |= ~((values[:, k] >= low) & (values[:, k] <= high))
        if not outside.any():
            continue
        step = int(outside.argmax()) + 1
        notes.append(
            Text(
                f"From step {step} on {name} is far beyond what training saw: the closed loop "
                "runs away.",
                f"从第 {step} 步起 {name} 远远超出训练范围：闭环发散。",
            )
        )
    return tuple(notes)


def closed_loop(
    network: Network,
    parameters: Parameters,
    lags: Lags,
    signals: FloatArray,
    rows: npt.NDArray[np.intp],
) -> FloatArray:
    """Return the closed-loop outputs for some rows of a series, shape (rows, K).

    Every stretch of rows that follow each other begins with the measured past before it, and runs
    on its own predictions to its end, with the measured inputs.

    Parameters
    ----------
    network : Network
    parameters : Parameters
    lags : Lags
    signals : array of shape (m, signals)
    rows : array of int
        Ascending numbers of rows whose past is known.
    """
    outputs = np.empty((len(rows), len(lags.targets)))
    for part in one_piece(rows):
        start, end = int(rows[part][0]), int(rows[part][-1]) + 1
        run = signals[start - lags.deepest : end]
        filled = network.close_loop(parameters, run, lags.taps, lags.deepest)
        outputs[part] = filled[lags.deepest :, len(lags.inputs) :]
    return outputs
