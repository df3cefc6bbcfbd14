"""Models trained in a moment, the tables they were trained on, and their reports."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from unittest.mock import patch

import numpy as np
import pandas as pd

from clearprop.fitting import FitOptions, fit
from clearprop.report import report_html
from clearprop.report.formatting import Markup

QUICK = FitOptions(
    hidden=(10,),
    activation="tanh",
    solver="lbfgs",
    max_epochs=8,
    early_stopping=True,
    validation=0.15,
    test=0.15,
    seed=0,
)


def houses(rows: int = 60) -> pd.DataFrame:
    """A number, a category, and prices that depend on both."""
    random = np.random.default_rng(0)
    area, city = random.uniform(30, 200, rows), random.choice(["Oslo", "Rome", "北京"], rows)
    price = 3 * area + 100 * (city == "Oslo") + random.normal(size=rows)
    return pd.DataFrame({"area": area, "city": city, "price": price, "tax": price**2 / 1000})


def shapes(classes: int) -> pd.DataFrame:
    """Two numbers, and which of some classes they belong to."""
    X = np.random.default_rng(1).normal(size=(80, 2))
    kind = np.array(["round", "square", "flat"])[np.digitize(X[:, 0], [-0.4, 0.4]) % classes]
    return pd.DataFrame({"width": X[:, 0], "height": X[:, 1], "kind": kind})


def _named(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return frame.rename(columns=names)


HOSTILE = "</style><script>alert(1)</script><img src=http://example.com/x onerror=alert(2)>"
EVIL_NAMES = {"width": HOSTILE, "height": "a & b $\\foo{", "kind": '"quoted\'"<b>'}
EVIL_VALUES = {"round": "<i>yes</i>", "square": "javascript:alert(3)", "flat": "_$no{}"}

CASES = {
    "one number": (houses, "price", {"ignore": ("tax",)}),
    "several numbers": (houses, ("price", "tax"), {"solver": "adam", "weight_decay": 0.1}),
    "two classes": (lambda: shapes(2), "kind", {"activation": "relu"}),
    "three classes": (lambda: shapes(3), "kind", {}),
    "no hidden layer": (houses, "price", {"hidden": ()}),
    "one input, all rows train": (
        lambda: houses(15)[["area", "price"]],
        "price",
        {"hidden": (3, 2), "early_stopping": False, "test": 0.0},
    ),
    "diverged": (houses, "price", {"solver": "sgd(learning_rate=1e4)"}),
    "hostile": (
        lambda: _named(shapes(3).replace(EVIL_VALUES), EVIL_NAMES),
        EVIL_NAMES["kind"],
        {"command": f"clearprop train {HOSTILE}"},
    ),
}
"""What is reported on: a table, a target, and how to train."""


@cache
def trained(name: str):
    """Return the model and the table of a case."""
    table, target, options = CASES[name]
    frame = table()
    return fit(frame, target, QUICK, **options).model, frame


def without_pictures() -> AbstractContextManager[object]:
    """Leave out the pictures of reports, which take seconds, where a test reads the words."""
    return patch("clearprop.report.pictures.svg", lambda *_: Markup("<svg></svg>"))


@cache
def html(name: str, language: str = "en", pictures: bool = True) -> str:
    """Return the report of a case."""
    model, frame = trained(name)
    with nullcontext() if pictures else without_pictures():
        return report_html(model, frame, language=language)
