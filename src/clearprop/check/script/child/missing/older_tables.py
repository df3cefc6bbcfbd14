"""Let tables give and take the kinds of numbers that they did before pandas 2 and 3."""

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from clearprop.check.script.child.missing.everyday import few_kinds


def numbers_as_before(pandas: ModuleType) -> None:
    """Let dummies be 0 and 1, and columns of whole numbers take fractions."""
    if hasattr(pandas.get_dummies, "__wrapped__"):
        return
    vars(pandas)["get_dummies"] = of_0_and_1(pandas.get_dummies)
    table = pandas.DataFrame()
    for places in (type(table.loc), type(table.iloc)):
        places.__setitem__ = widening(places.__setitem__)


def of_0_and_1(get_dummies: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``get_dummies`` that gives numbers, with which the rest of a table can be one array.

    True and False beside fractions make an array of objects.
    """

    @functools.wraps(get_dummies)
    def call(data: Any, *given: Any, dtype: Any = np.uint8, **settings: Any) -> Any:
        return get_dummies(few_kinds(data), *given, dtype=dtype, **settings)

    return call


def widening(put: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    """Return ``table.loc[key] = value`` that makes room for fractions, or words, in its columns."""

    @functools.wraps(put)
    def put_in(places: Any, key: Any, value: Any) -> None:
        try:
            put(places, key, value)
        except TypeError as error:
            if "Invalid value" not in str(error) or places.obj.ndim < 2:
                raise
            kind = float if np.asarray(value).dtype.kind in "fiub" else object
            columns = key[1] if isinstance(key, tuple) else slice(None)
            part = getattr(places.obj[:0], places.name)[:, columns]
            names = [part.name] if part.ndim == 1 else list(part.columns)
            places.obj[names] = places.obj[names].astype(kind)
            put(places, key, value)

    return put_in
