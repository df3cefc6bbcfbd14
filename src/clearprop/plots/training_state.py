"""The state of training over the epochs: gradient norm, solver state, validation checks."""

from typing import TYPE_CHECKING

import numpy as np

from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.plots.parts import VALIDATION
from clearprop.plots.performance import column, epochs_of, history_of
from clearprop.plots.style import INK, count_along, drawing, log_axis, row_of_axes
from clearprop.training.history import History
from clearprop.training.result import TrainingResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

_GRADIENT = Text("Gradient norm ‖∂E/∂θ‖", "梯度范数 ‖∂E/∂θ‖")
_CHECKS = Text("Validation checks", "验证检查次数")
_KNOWN = {
    "damping": Text("Damping μ", "阻尼 μ"),
    "learning_rate": Text("Learning rate η", "学习率 η"),
    "mean_step": Text("Mean step Δ", "平均步长 Δ"),
    "batch_size": Text("Rows in a batch", "批大小"),
    "weight_precision": Text("Weight precision α", "权重精度 α"),
    "noise_precision": Text("Noise precision β", "噪声精度 β"),
    "effective_parameters": Text("Effective parameters γ", "有效参数个数 γ"),
    "log_evidence": Text("Log evidence", "对数证据"),
}
"""How details that solvers report are called; others appear under their own names."""


def plot_training_state(
    history: History | TrainingResult,
    *,
    figure: "Figure | SubFigure | None" = None,
    language: Language = "en",
) -> "list[Axes]":
    """Draw one panel each for gradient norm, the solver's details and validation checks.

    A validation check is an epoch without a new lowest validation loss; they are counted in a row.
    A quantity that was not measured has no panel.

    Parameters
    ----------
    history : History or TrainingResult
        At least one epoch.
    figure : Figure or SubFigure, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    list of Axes
        One a panel, from the top; empty if nothing of this was measured.

    Raises
    ------
    InputError
        If the history is empty.
    """
    history = history_of(history)
    epochs, series = epochs_of(history), _measured(history)
    if not series:
        return []
    margin = 0.04 * (epochs[-1] - epochs[0]) or 0.5
    with drawing(language) as language:
        panels = row_of_axes(figure, len(series), 1, (6.0, 1.5))
        for ax, (label, values) in zip(panels, series.items(), strict=True):
            if label is _CHECKS:
                ax.step(epochs, values, where="mid", color=VALIDATION.colour)
                count_along(ax.yaxis, most=3)
            else:
                ax.plot(epochs, values, color=INK, linewidth=1.3)
                log_axis(ax, values)
            ax.set_title(label.translate(language))
            count_along(ax.xaxis)
            ax.set_xlim(epochs[0] - margin, epochs[-1] + margin)  # also where a panel begins later
            ax.label_outer()
        panels[-1].set_xlabel(Text("Epoch", "周期").translate(language))
    return panels


def validation_checks(losses: FloatArray) -> FloatArray:
    """Return after each epoch how many epochs in a row had no new lowest validation loss.

    Examples
    --------
    >>> validation_checks(np.array([5.0, 4.0, 4.0, 6.0, 3.0]))
    array([0., 0., 1., 2., 0.])
    """
    checks, lowest = np.zeros(len(losses)), np.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            lowest = loss
        elif epoch:
            checks[epoch] = checks[epoch - 1] + 1
    return checks


def _measured(history: History) -> dict[Text, FloatArray]:
    """Return what was measured, by its label."""
    details = dict.fromkeys(name for record in history for name in record.details)
    labels = {"gradient_norm": _GRADIENT} | {
        name: _KNOWN.get(name, Text(name.replace("_", " "), name)) for name in details
    }
    series = {label: column(history, name) for name, label in labels.items()}
    losses = column(history, "validation_loss")
    series[_CHECKS] = validation_checks(losses) if np.isfinite(losses).any() else losses
    return {label: values for label, values in series.items() if np.isfinite(values).any()}
