"""A model's record of its training, read back from its summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.measures import Measure
from clearprop.training import Division, Equations, History, StopReason


@dataclass(frozen=True)
class TrainingRecord:
    """A model's record of its training; None wherever it has none.

    Attributes
    ----------
    data : str or None
        The table's name.
    data_sha256 : str or None
        The fingerprint of the data; see `clearprop.fitting.fingerprint`.
    division : Division or None
        The rows that trained, validated and tested.
    history : History or None
        The losses, epoch by epoch.
    solver : str or None
        The solver with its settings.
    seed : int or None
        The seed of the random numbers.
    penalty : float or None
        The penalty on squared weights.
    epochs : int or None
        Epochs in all.
    best_epoch : int or None
        The epoch whose parameters were kept.
    stop_reason : StopReason or None
        The reason why training ended.
    seconds : float or None
        The time that training took.
    command : str or None
        The command that was typed.
    versions : dict of str to str
        The versions of Python, clearprop and the libraries below.
    equations : Equations or None
        How many parameters were fitted to how many equations.
    """

    data: str | None
    data_sha256: str | None
    division: Division | None
    history: History | None
    solver: str | None
    seed: int | None
    penalty: float | None
    epochs: int | None
    best_epoch: int | None
    stop_reason: StopReason | None
    seconds: float | None
    command: str | None
    versions: dict[str, str]
    notes: tuple[Text, ...] = ()
    """What was done to the table before."""
    equations: Equations | None = None
    measures: tuple[Measure, ...] = ()
    """How good the network was on each part, and on rows that were left out in turn."""
    left_out_rows: int | None = None
    """How many were left out in turn while networks were compared."""
    reasons: tuple[Text, ...] = ()
    """Why this solver, these layers and so many starts were chosen."""

    @classmethod
    def read(cls, summary: Mapping[str, Any]) -> "TrainingRecord":
        """Return the record in a model's summary.

        Raises
        ------
        InputError
            If an entry is not what its name says.
        """
        try:
            return cls(
                data=_maybe(str, summary.get("data")),
                data_sha256=_maybe(str, summary.get("data_sha256")),
                division=_maybe(Division.from_letters, summary.get("division")),
                history=_maybe(_history, summary.get("history")),
                solver=_maybe(str, summary.get("solver")),
                seed=_maybe(int, summary.get("seed")),
                penalty=_maybe(float, summary.get("penalty")),
                epochs=_maybe(int, summary.get("epochs")),
                best_epoch=_maybe(int, summary.get("best_epoch")),
                stop_reason=_maybe(_stop_reason, summary.get("stop_reason")),
                seconds=_maybe(float, summary.get("seconds")),
                command=_maybe(str, summary.get("command")),
                versions={str(k): str(v) for k, v in dict(summary.get("versions", {})).items()},
                equations=_maybe(_equations, summary.get("equations")),
                notes=_texts(summary.get("notes", ())),
                measures=tuple(map(_measure, summary.get("measures", ()))),
                left_out_rows=_maybe(int, dict(summary.get("rows", {})).get("left_out")),
                reasons=_texts(summary.get("reasons", ())),
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            why = "its record of the training cannot be read."
            raise invalid_argument("model", "summary", why, "train the model again.") from None


def _maybe(read: Any, value: Any) -> Any:
    return None if value is None else read(value)


def _history(record: Mapping[str, Any]) -> History | None:
    history = History.from_record(record)
    return history if len(history) else None


def _equations(record: Mapping[str, Any]) -> Equations:
    parameters, rows, outputs = (int(record[name]) for name in ("parameters", "rows", "outputs"))
    return Equations(parameters, rows, outputs, _maybe(float, record["effective"]))


def _measure(record: Mapping[str, Any]) -> Measure:
    parts = (
        _maybe(float, record.get(part)) for part in ("train", "validation", "test", "left_out")
    )
    return Measure(str(record["name"]), str(record["column"]), *parts)


def _texts(records: Iterable[Mapping[str, Any]]) -> tuple[Text, ...]:
    return tuple(Text(str(each["en"]), str(each["zh"])) for each in records)


def _stop_reason(record: Mapping[str, Any]) -> StopReason:
    return StopReason(str(record["name"]), Text(str(record["en"]), str(record["zh"])))
