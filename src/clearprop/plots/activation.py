"""An activation function and its derivative."""

import itertools
import re
from typing import TYPE_CHECKING

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.plots.style import MUTED, NEGATIVE, POSITIVE, drawing, one_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Z = Text("Weighted sum z", "加权和 z")
_Z_OF_TWO = Text("Weighted sum z₁ of one of two units; z₂ = 0", "两个单元之一的加权和 z₁；z₂ = 0")


def plot_activation(
    activation: str | Activation,
    span: tuple[float, float] = (-5.0, 5.0),
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw f and f′ over z, with the bounds of f and the kinks.

    Of softmax, whose units depend on each other, the first of two units is drawn; the z of the
    second one is 0.

    Parameters
    ----------
    activation : str or Activation
        A name from `clearprop.ACTIVATIONS`, with settings if need be, or a rule.
    span : two floats, default=(-5, 5)
        Lowest and highest z.
    ax : Axes, optional
        Where to draw; without it a new pyplot figure.
    language : {"en", "zh"}, default="en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the activation is not known, or the span is empty.

    Examples
    --------
    >>> plot_activation("tanh").get_xlabel()
    'Weighted sum z'
    """
    rule = ACTIVATIONS.make(activation)
    if not (np.isfinite(span).all() and span[0] < span[1]):
        raise invalid_argument("span", span, "it goes from a lower to a higher z.", "(-5, 5).")
    with drawing(language) as language:
        ax = one_axes(ax, (5.4, 3.8))
        ax.axhline(0, color=MUTED, linewidth=0.7)
        ax.axvline(0, color=MUTED, linewidth=0.7)
        for bound in rule.range:
            if np.isfinite(bound) and bound != 0:
                ax.axhline(bound, color=MUTED, linewidth=0.8, linestyle=":")
        formulas = mathtext(rule.latex), mathtext(rule.latex_derivative)
        for z, value, slope in _pieces(rule, span):
            ax.plot(z, value, color=POSITIVE, label=formulas[0])
            ax.plot(z, slope, "--", color=NEGATIVE, label=formulas[1])
            formulas = "_nolegend_", "_nolegend_"  # of several pieces the first one names all
        if rule.kinks:
            label = Text("kink: no derivative", "不可导点").translate(language)
            at = np.array(rule.kinks)
            ax.plot(at, rule.value(at), "o", fillstyle="none", color=POSITIVE, label=label)
        sum_of = (_Z if rule.elementwise else _Z_OF_TWO).translate(language)
        ax.set_xlabel(sum_of)
        legend = ax.legend(
            title=spelled(rule),
            alignment="left",
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.3,
            title_fontproperties={"weight": "bold"},
        )
        legend.set_in_layout(True)
    return ax


def mathtext(latex: str) -> str:
    r"""Return a formula as Matplotlib's own LaTeX sets it: cases on one line, fractions large.

    Examples
    --------
    >>> print(mathtext(r"f = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"))
    $f = 1\;\,(z > 0),\quad 0\;\,(z \leq 0)$
    """
    cases = r"\\begin\{cases\}(.*?)\\end\{cases\}"
    on_one_line = re.sub(cases, lambda found: _one_line(found[1]), latex)
    for ours, theirs in (
        (r"\le ", r"\leq "),
        (r"\ge ", r"\geq "),
        (r"\frac", r"\dfrac"),
        ("'", "′"),
    ):
        on_one_line = on_one_line.replace(ours, theirs)
    return f"${on_one_line}$"


def _one_line(rows: str) -> str:
    cases = (row.split("&") for row in rows.split(r"\\"))
    return r",\quad ".join(rf"{value.strip()}\;\,({when.strip()})" for value, when in cases)


def _pieces(
    rule: Activation, span: tuple[float, float]
) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    """Return z, f and f′ between kinks, at which f′ may jump."""
    cuts = [span[0], *(kink for kink in rule.kinks if span[0] < kink < span[1]), span[1]]
    pieces = []
    for left, right in itertools.pairwise(cuts):
        z = np.linspace(np.nextafter(left, right), np.nextafter(right, left), 401)
        if rule.elementwise:
            value = rule.value(z)
            pieces.append((z, value, rule.derivative(z, value)))
        else:
            both = np.stack([z, np.zeros_like(z)], axis=1)
            value = rule.value(both)
            pieces.append((z, value[:, 0], rule.derivative(both, value)[:, 0]))
    return pieces
