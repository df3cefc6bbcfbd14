"""The loss of training, validation and test rows over the epochs."""

from typing import TYPE_CHECKING

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.parts import TEST, TRAINING, VALIDATION, Look
from clearprop.plots.style import INK, MUTED, count_along, drawing, log_axis, one_axes, wrapped
from clearprop.plots.values import short
from clearprop.training.history import History
from clearprop.training.result import TrainingResult
from clearprop.training.stopping import StopReason

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIVERGED = 1e100
"""Losses from which on nothing is drawn: no axis reaches there."""
_CURVES = (("loss", TRAINING), ("validation_loss", VALIDATION), ("test_loss", TEST))


def plot_performance(
    history: History | TrainingResult,
    best_epoch: int | None = None,
    stop_reason: StopReason | None = None,
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw the loss of every part over the epochs, with the best epoch and why training stopped.

    Parameters
    ----------
    history : History or TrainingResult
        At least one epoch.
    best_epoch : int, optional
        The epoch whose parameters were kept.
    stop_reason : StopReason, optional
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the history is empty.

    Examples
    --------
    >>> from clearprop.training import History, Record
    >>> history = History([Record(n, 1 / n, 2 / n, None, None, 0.0) for n in range(1, 9)])
    >>> ax = plot_performance(history, best_epoch=8)
    >>> ax.get_title(loc="left")
    'Lowest validation loss 0.25 in epoch 8'
    """
    history = history_of(history)
    epochs = epochs_of(history)
    with drawing(language) as language:
        ax = one_axes(ax)
        drawn = [
            (look, losses)
            for name, look in _CURVES
            if np.isfinite(losses := column(history, name)).any()
        ]
        for look, losses in drawn:
            _draw_curve(ax, epochs, losses, look, language)
        if drawn:
            log_axis(ax, np.concatenate([losses for _, losses in drawn]))
        if best_epoch is not None:
            _mark_best(ax, epochs, drawn, best_epoch, language)
        below = [Text("Epoch", "周期").translate(language)]
        if stop_reason is not None:
            below.append(wrapped(stop_reason.sentence.translate(language), 76))
        ax.set_xlabel("\n".join(below))
        count_along(ax.xaxis)
        ax.set_ylabel(Text("Loss", "损失").translate(language))
        ax.legend()
    return ax


def history_of(given: History | TrainingResult) -> History:
    """Return the history of a training, which may be given as its result.

    Raises
    ------
    InputError
        If it is neither.
    """
    history = getattr(given, "history", given)
    if not isinstance(history, History):
        why = "it is no history of a training."
        raise invalid_argument("history", type(given).__name__, why, "result.history.")
    return history


def epochs_of(history: History) -> FloatArray:
    """Return the numbers of the epochs.

    Raises
    ------
    InputError
        If there are none.
    """
    if not len(history):
        raise invalid_argument(
            "history", history, "it has no epochs.", "train for one epoch at least."
        )
    return column(history, "epoch")


def column(history: History, name: str) -> FloatArray:
    """Return one quantity of every epoch, NaN where it was not measured or has diverged."""
    values = history.column(name)
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.where(np.abs(array) < DIVERGED, array, np.nan)


def _draw_curve(
    ax: "Axes", epochs: FloatArray, losses: FloatArray, look: Look, language: Language
) -> None:
    few = "" if len(epochs) > 40 else look.marker
    ax.plot(
        epochs,
        losses,
        look.line,
        marker=few,
        color=look.colour,
        label=look.name.translate(language),
    )


def _mark_best(
    ax: "Axes",
    epochs: FloatArray,
    drawn: list[tuple[Look, FloatArray]],
    best_epoch: int,
    language: Language,
) -> None:
    """Ring the best epoch on the validation curve, or on the training curve without one."""
    curves = {look.name.en: losses for look, losses in drawn}
    validated = VALIDATION.name.en in curves
    losses = curves.get(VALIDATION.name.en, curves.get(TRAINING.name.en))
    at = np.flatnonzero(epochs == best_epoch)
    if losses is None or not len(at) or not np.isfinite(losses[at[0]]):
        return
    best = losses[at[0]]
    ax.axvline(best_epoch, color=MUTED, linewidth=0.8, linestyle=":")
    ax.axhline(best, color=MUTED, linewidth=0.8, linestyle=":")
    ax.plot([best_epoch], [best], "o", markersize=9, fillstyle="none", color=INK)
    title = (
        Text("Lowest validation loss {} in epoch {}", "最低验证损失 {}，第 {} 周期")
        if validated
        else Text("Training loss {} in epoch {}", "训练损失 {}，第 {} 周期")
    )
    ax.set_title(title.translate(language).format(short(best, 4), best_epoch))
