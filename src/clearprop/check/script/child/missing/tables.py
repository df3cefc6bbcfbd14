"""Made-up tables in the place of missing ones: a column that a program asks for is there."""

import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.check.script.child.missing.stubs import asked_by_program

if TYPE_CHECKING:
    import pandas as pd

TARGETS = re.compile(
    r"target|label|class|surviv|outcome|diagnos|species|variety|quality|churn|^y$|exited|result"
    r"|letter|digit|categor|sentiment",
    re.IGNORECASE,
)
"""Names of columns that say what a row is."""


def made_up_table(values: Any, names: list[str] | None) -> "pd.DataFrame":
    """Return a table that makes up whatever column a program asks it for.

    Where words are mapped to numbers, the table's rows hold these numbers in turn.
    """
    import pandas as pd

    class Column(pd.Series):
        """One column."""

        @property
        def _constructor(self) -> Any:
            return Column

        @property
        def _constructor_expanddim(self) -> Any:
            return Table

        def map(self, arg: Any, na_action: Any = None, **settings: Any) -> Any:
            """Return the mapped column; of words that are not there the numbers in turn."""
            mapped = super().map(arg, na_action, **settings)
            if isinstance(arg, dict) and mapped.isna().all() and arg:
                given = list(arg.values())
                return Column([given[n % len(given)] for n in range(len(self))], self.index)
            return mapped

        def apply(self, func: Any, *given: Any, **settings: Any) -> Any:
            """Return what a function makes of each entry; ``dict.get`` is a map."""
            own = getattr(func, "__self__", None)
            if isinstance(own, dict) and not given:
                return self.map(own)
            return super().apply(func, *given, **settings)

    class Table(pd.DataFrame):
        """The table."""

        @property
        def _constructor(self) -> Any:
            return Table

        @property
        def _constructor_sliced(self) -> Any:
            return Column

        def __getitem__(self, key: Any) -> Any:
            wanted = key if isinstance(key, list) else [key]
            for name in wanted if asked_by_program() else ():
                if isinstance(name, str) and name not in self.columns:
                    own = same_column(name, list(self.columns))
                    if own is None:
                        self[name] = column(name, len(self))
                    else:
                        self.rename(columns={own: name}, inplace=True)
            return super().__getitem__(key)

        @property
        def loc(self) -> Any:
            """Rows and columns by their names; columns that a program asks for are there."""
            return Places(self, super().loc)

        def __getattr__(self, name: str) -> Any:  # type: ignore[bad-override]
            try:
                return super().__getattr__(name)
            except AttributeError:
                if name.startswith("_") or name in self.columns or not asked_by_program():
                    raise
                return self[name]

        def drop(self, labels: Any = None, **settings: Any) -> Any:
            """Drop what is there of these columns or rows."""
            return super().drop(labels, **{**settings, "errors": "ignore"})

        def to_csv(self, *_: Any, **__: Any) -> None:
            """Write nothing: whoever reads it again gets a made-up table again."""

    return Table(values, columns=names)


def named_columns(values: Any, names: list[str]) -> "pd.DataFrame":
    """Return a made-up table with these names; the columns that say what a row is are whole.

    One of them takes the classes that stand in the last column.
    """
    classes = values[:, -1].astype(int)
    table = made_up_table(values, names)
    whole = [name for name in names if TARGETS.search(str(name))]
    for name in whole[:1] or names[-1:]:
        table[name] = classes
    if whole and names[-1] not in whole:
        table[names[-1]] = column(str(names[-1]), len(table))
    return table


class Places:
    """Rows and columns of a made-up table, by their names."""

    def __init__(self, table: Any, places: Any) -> None:
        self.table, self.places = table, places

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and isinstance(key[-1], str | list) and asked_by_program():
            self.table[key[-1]]
        return self.places[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.places[key] = value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.places, name)


def same_column(name: str, columns: list[Any]) -> Any:
    """Return the column that a name means: spelled otherwise, or the one that says what a row is.

    Examples
    --------
    >>> same_column("Species", ["x", "species"]), same_column("class", ["x", "species"])
    ('species', 'species')
    """
    words = {each: re.sub(r"[\W_]", "", str(each)).lower() for each in columns}
    alike = [each for each in columns if words[each] == re.sub(r"[\W_]", "", name).lower()]
    if not alike and TARGETS.search(name):
        alike = [each for each in columns if TARGETS.search(str(each))]
    return alike[0] if alike else None


def column(name: str, rows: int) -> Any:
    """Return a made-up column: two classes in turn, or numbers.

    Examples
    --------
    >>> column("letter", 4).tolist(), column("height", 4).dtype.kind
    ([0, 1, 0, 1], 'f')
    """
    if TARGETS.search(name):
        return np.arange(rows) % 2
    return np.random.default_rng(zlib.crc32(name.encode())).normal(size=rows)
