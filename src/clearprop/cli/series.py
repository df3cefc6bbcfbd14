"""The options of a time series: which lags are typed, and what trains on them."""

from collections.abc import Callable, Sequence
from typing import Any

from clearprop._errors import invalid_argument
from clearprop.data import Table
from clearprop.fitting import TableFit, lags

MOST = 1000
"""So many lags may be typed."""


def learner(
    table: Table,
    target: Sequence[str],
    output_lags: str | None,
    input_lags: str | None,
    ignore: Sequence[str],
    given: dict[str, Any],
) -> Callable[..., TableFit]:
    """Return what trains on a table as a time series.

    Without --input-lags the inputs are looked at as far back as the target; without --lags the
    target's past is no input.

    Raises
    ------
    InputError
        If a lag is none, or an option that only other tables have is given.
    """
    for name, value in given.items():
        if value and value != "regression":
            why = "a time series has columns of numbers, and predicts numbers."
            raise invalid_argument(name, value, why, "leave it out, or leave --lags out.")
    of_output = lags_of("lags", output_lags) if output_lags is not None else ()
    of_input = lags_of("input_lags", input_lags) if input_lags is not None else of_output
    series = lags(table, target, input_lags=of_input, output_lags=of_output, ignore=ignore)
    return series.fit


def lags_of(option: str, text: str) -> tuple[int, ...]:
    """Return the lags that people wrote as 1-3, or 0,2,4-6.

    Examples
    --------
    >>> lags_of("lags", "1-3"), lags_of("lags", "0,2,4-6"), lags_of("lags", "none")
    ((1, 2, 3), (0, 2, 4, 5, 6), ())
    """
    if text.strip() == "none":
        return ()
    found: list[int] = []
    try:
        for part in text.split(","):
            first, dash, last = part.partition("-")
            ends = int(first), int(last if dash else first)
            if not 0 <= ends[0] <= ends[1] or len(found) + ends[1] - ends[0] >= MOST:
                raise ValueError
            found += range(ends[0], ends[1] + 1)
    except ValueError:
        why = "it is no list of whole numbers of rows."
        typed = option.replace("_", "-")
        raise invalid_argument(option, text, why, f"--{typed} 1-3, or --{typed} 1,2,5.") from None
    return tuple(found)
