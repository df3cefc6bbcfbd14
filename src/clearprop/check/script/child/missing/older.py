"""Names and calls that older versions of libraries had, which old programs use."""

import builtins
import contextlib
import fractions
import functools
import importlib
import importlib.util
import math
import operator
import pickle
import sys
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.check.script.child.missing.older_tables import numbers_as_before

OLD_NUMPY: dict[str, Any] = {
    "asfarray": lambda given, dtype=float: np.asarray(given, dtype),
    "float": float,
    "int": int,
    "bool": bool,
    "object": object,
    "str": str,
    "float_": np.float64,
    "int_": np.int64,
    "infty": np.inf,
    "Inf": np.inf,
    "Infinity": np.inf,
    "NaN": np.nan,
    "NAN": np.nan,
    "product": np.prod,
    "alltrue": np.all,
    "sometrue": np.any,
    "cumproduct": np.cumprod,
    "row_stack": np.vstack,
    "mat": np.asmatrix,
    "trapz": np.trapezoid if hasattr(np, "trapezoid") else None,
    "in1d": np.isin,
    "rank": np.ndim,
    "bool8": np.bool_,
    "int0": np.intp,
    "complex": complex,
    "complex_": np.complex128,
    "longfloat": np.longdouble,
    "string_": np.bytes_,
    "unicode_": np.str_,
    "PINF": np.inf,
    "NINF": -np.inf,
    "math": math,
    "asscalar": lambda given: given.item(),
    "msort": lambda given: np.sort(given, axis=0),
    "ndfromtxt": lambda *given, **settings: np.genfromtxt(*given, **settings),
}
"""What each of them is now."""


OLD_BUILTINS: dict[str, Any] = {
    "xrange": range,
    "raw_input": lambda *asked: input(*asked),
    "unicode": str,
    "basestring": str,
    "long": int,
    "reduce": functools.reduce,
}
"""What Python 2 knew without an import."""
OLD_STANDARD: tuple[tuple[Any, str, Any], ...] = (
    (time, "clock", time.process_time),
    (fractions, "gcd", math.gcd),
)
"""What Python's own modules no longer have: the module, the name, and what it is now."""
OLD_HOMES = {
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.grid_search": "sklearn.model_selection",
    "sklearn.datasets.samples_generator": "sklearn.datasets",
    "sklearn.datasets.base": "sklearn.datasets",
    "sklearn.datasets.mldata": "sklearn.datasets",
    "sklearn.preprocessing.label": "sklearn.preprocessing",
    "collections": "collections.abc",
}
"""Modules whose contents are now elsewhere."""
OLD_KEYWORDS = {"OneHotEncoder": {"sparse": "sparse_output"}}
"""Arguments that are now called otherwise, by the function that takes them."""


ARRAY_METHODS: dict[str, Callable[..., Any]] = {
    "ptp": np.ptp,
    "itemset": lambda array, *given: array.__setitem__(given[:-1], given[-1]),
    "tostring": lambda array: array.tobytes(),
    "get": lambda array: array,
}
"""Methods that arrays no longer have, or have on a graphics card."""
TABLE_METHODS: dict[str, Callable[..., Any]] = {
    "as_matrix": lambda table, *_: table.to_numpy(),
    "append": lambda table, other, ignore_index=False, **_: appended(table, other, ignore_index),
    "iteritems": lambda table: table.items(),
    "get_value": lambda table, row, column: table.at[row, column],
    "set_value": lambda table, row, column, value: table.at.__setitem__((row, column), value),
    "applymap": lambda table, function: table.map(function),
}
"""Methods that tables of pandas no longer have."""


class Places:
    """Rows and columns by their names or, where these say nothing, by their numbers: ``table.ix``.

    Parameters
    ----------
    table : DataFrame or Series
    """

    def __init__(self, table: Any) -> None:
        self.table = table

    def __getitem__(self, key: Any) -> Any:
        return self.by(key)[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.by(key)[key] = value

    def by(self, key: Any) -> Any:
        """Return the rows and columns by numbers, unless one of them is asked for by its name."""
        parts = key if isinstance(key, tuple) else (key,)
        ends = [
            end
            for part in parts
            for end in ((part.start, part.stop) if isinstance(part, slice) else (part,))
        ]
        named = any(isinstance(word, str) for end in ends for word in np.ravel(end))
        return self.table.loc if named else self.table.iloc


def is_of_pandas(value: Any) -> bool:
    """Return whether a value is a table of pandas, or one that is made up."""
    return type(value).__module__.partition(".")[0] in ("pandas", "clearprop")


def tables_as_before() -> None:
    """Let tables hold words as objects, as they did before pandas 3, and more of old."""
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        with contextlib.suppress(KeyError):
            pandas.set_option("future.infer_string", False)
        pandas.DataFrame.ix = pandas.Series.ix = property(Places)
        numbers_as_before(pandas)


def in_place(method: Callable[..., Any], column: Any, table: Any, name: str) -> Callable[..., Any]:
    """Return a method of a column that also changes the table which the column was read from.

    ``table["Age"].fillna(0, inplace=True)`` did so before pandas 3.
    """

    def call(*given: Any, **settings: Any) -> Any:
        found = method(*given, **settings)
        if settings.get("inplace") is True and len(column) == len(table):
            table[name] = column
        return found

    return call


def appended(table: Any, other: Any, ignore_index: bool) -> Any:
    """Return a table with the rows of another, or of a dict, below its own."""
    pandas = importlib.import_module("pandas")
    rows = pandas.DataFrame([other]) if isinstance(other, dict) else other
    return pandas.concat([table, rows], ignore_index=ignore_index or rows is not other)


def pandas_table() -> Any:
    """Return pandas' class of tables, if a program has imported it."""
    return getattr(sys.modules.get("pandas"), "DataFrame", types.SimpleNamespace)


def bring_six() -> None:
    """Let a program import ``six``, which gave the names of both Pythons, where it is missing."""
    if importlib.util.find_spec("six") is not None:
        return
    moves = types.ModuleType("six.moves")
    vars(moves).update(
        cPickle=pickle, xrange=range, range=range, zip=zip, map=map, filter=filter, input=input,
        reduce=functools.reduce,
    )  # fmt: skip
    six = types.ModuleType("six")
    vars(six).update(moves=moves, PY2=False, PY3=True, string_types=(str,), text_type=str)
    sys.modules |= {"six": six, "six.moves": moves, "six.moves.cPickle": pickle}


def older_home(module: str, name: str) -> Any:
    """Return a name from the place that it has moved to; None where it is nowhere."""
    for place in (module, OLD_HOMES.get(module, module)):
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(importlib.import_module(place), name)
    return None


def older_keywords(found: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that also takes the names that its arguments had."""
    renamed = OLD_KEYWORDS.get(getattr(found, "__name__", ""))
    if renamed is None:
        return found
    return lambda *given, **settings: found(
        *given, **{renamed.get(name, name): value for name, value in settings.items()}
    )


def once_more(function: Callable[..., Any], given: Any, settings: Any, error: Exception) -> Any:
    """Call a function of NumPy or SciPy as its older versions took it.

    Raises
    ------
    Exception
        The same error, where they would have failed as well.
    """
    said = str(error)
    if "inhomogeneous" in said or "setting an array element with a sequence" in said:
        own = [of_objects(part) if isinstance(part, list | tuple) else part for part in given]
        if getattr(function, "__name__", "") in ("array", "asarray"):
            return own[0]
        return function(*own, **settings)
    if "Calling np.sum(generator)" in said:
        return function(list(given[0]), *given[1:], **settings)
    if "'x0' must only have one dimension" in said:  # SciPy flattened it
        if "x0" in settings:
            return function(*given, **{**settings, "x0": np.ravel(settings["x0"])})
        return function(given[0], np.ravel(given[1]), *given[2:], **settings)
    if "threshold must be non-NAN" in said:  # NaN showed all of an array
        return function(*given, **{**settings, "threshold": sys.maxsize})
    if "newshape" in said:
        return function(*given, settings["newshape"])
    if "binary mode of fromstring" in said:
        return np.frombuffer(*given, **settings).copy()
    if "0-dimensional arrays" in said or "only integer scalar arrays" in said:
        return function(*map(single, given), **settings)
    raise error


def compared(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Return ``left == right`` or ``left != right``: before NumPy 1.25, arrays might not fit."""
    try:
        return compare(left, right)
    except ValueError:
        if not isinstance(left, np.ndarray) or not isinstance(right, np.ndarray):
            raise
        return compare is operator.ne


def of_objects(values: Any) -> Any:
    """Return a list of unequal arrays as an array of objects, as NumPy made it before 1.24."""
    widths = {len(part) if isinstance(part, list | tuple) else None for part in values}
    width = widths.pop() if len(widths) == 1 else None
    made = np.empty(len(values) if width is None else (len(values), width), dtype=object)
    for place in np.ndindex(made.shape):
        made[place] = values[place[0]] if width is None else values[place[0]][place[1]]
    return made


def single(value: Any) -> Any:
    """Return the number in an array of one; of a tuple or list, of each part; else what it was."""
    if isinstance(value, np.ndarray) and value.size == 1 and value.ndim:
        return value.item()
    if isinstance(value, tuple):
        return tuple(map(single, value))
    return value


def of_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of single numbers that also takes arrays of one, as before NumPy 2.4."""

    def call(*given: Any, **settings: Any) -> Any:
        try:
            return function(*given, **settings)
        except TypeError:
            if all(single(part) is part for part in given):
                raise
            return function(*map(single, given), **settings)

    return call


def allow_old_names() -> None:
    """Let a program find them.

    ``from numpy import *`` brought none of Python's own names, and no module.
    """
    for name, value in OLD_NUMPY.items():
        if name not in vars(np):
            setattr(np, name, value)
            if not hasattr(builtins, name) and not isinstance(value, types.ModuleType):
                np.__all__.append(name)
    for name, value in OLD_BUILTINS.items():
        setattr(builtins, name, value)
    for module, name, value in OLD_STANDARD:
        if not hasattr(module, name):
            setattr(module, name, value)


def older_method(owner: Any, name: str) -> Any:
    """Return a method that an array or a table no longer has, or no longer takes so; else None."""
    if isinstance(owner, np.ndarray) and name in ARRAY_METHODS and not hasattr(owner, name):
        return functools.partial(ARRAY_METHODS[name], owner)
    if isinstance(owner, str) and name == "format":
        return of_single(owner.format)
    if isinstance(owner, str) and name == "decode":  # a text was one of bytes
        return lambda *_, **__: owner
    if owner is pandas_table() and name == "from_csv":
        return lambda path, *_, **__: importlib.import_module("pandas").read_csv(path, index_col=0)
    if not is_of_pandas(owner):
        return None
    if name in TABLE_METHODS and not hasattr(type(owner), name):
        return functools.partial(TABLE_METHODS[name], owner)
    if name == "drop" and hasattr(owner, "columns"):
        return lambda labels=None, axis=0, **settings: owner.drop(labels, axis=axis, **settings)
    return None
