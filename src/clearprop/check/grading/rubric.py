"""The rubric of a class: a TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop.check.mistakes import MISTAKES
from clearprop.check.script.description import described

PARTS = ("runs", "forward", "loss", "gradient")


@dataclass(frozen=True)
class Rubric:
    """The parts of a solution, and their points.

    Parameters
    ----------
    files : str
        Which files of the folder are submissions: patterns with spaces between them.
    main : str, optional
        Name of the script that is run where each submission is a folder of its own, such as
        ``"main.py"``: it may use the modules and data beside it.
    function, network : str, optional
        As for `clearprop.check.script.check_file`.
    data : sequence of Path
        Files that every script may read, beside itself; in the file by name, from its own folder.
    seconds, megabytes : int
        What each script may use.
    points : mapping
        What each part is worth: ``runs`` (its gradient could be computed), ``forward`` (its outputs
        are those of the network), ``loss`` (it computes the intended loss), ``gradient``.
    mistakes : mapping
        How many of the points for the gradient are kept with this first mistake. For others each
        right array earns its share.
    """

    files: str = "*.py *.ipynb"
    main: str | None = None
    function: str | None = None
    network: str | None = None
    data: Sequence[Path] = ()
    seconds: int = 10
    megabytes: int = 2048
    points: Mapping[str, float] = field(
        default_factory=lambda: {"runs": 2.0, "forward": 2.0, "loss": 1.0, "gradient": 5.0}
    )
    mistakes: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in (("points", self.points), ("mistakes", self.mistakes)):
            if not all(is_number(worth) and worth >= 0 for worth in value.values()):
                raise invalid_argument(
                    name, dict(value), "points are numbers that are not negative.", "1."
                )
        for part in self.points:
            if part not in PARTS:
                raise unknown_name("points", part, PARTS)
        for mistake in self.mistakes:
            if mistake not in MISTAKES:
                raise unknown_name("mistakes", mistake, MISTAKES)
        for name, value in (("seconds", self.seconds), ("megabytes", self.megabytes)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise invalid_argument(name, value, "it is no whole number above 0.", "10.")
        for name, text in (
            ("files", self.files),
            ("main", self.main),
            ("function", self.function),
            ("network", self.network),
        ):
            if text is not None and not isinstance(text, str):
                raise invalid_argument(name, text, "it is no text.", '"…" in quotes.')
        described(self.network)

    @property
    def possible(self) -> float:
        """The points of a submission without fault."""
        return float(sum(self.points.values()))

    def worth(self, part: str) -> float:
        """Return the points for a part, 0 where it is not marked."""
        return float(self.points.get(part, 0.0))


def is_number(value: Any) -> bool:
    """Return whether this is a number that points can be."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_rubric(path: Path) -> Rubric:
    """Return the rubric in a TOML file.

    Raises
    ------
    InputError
        If there is no such file, it is no TOML, or holds what a rubric has not.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise invalid_argument(
            "rubric", str(path), "it cannot be read.", "the path of a TOML file."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise invalid_argument(
            "rubric", str(path), f"it is no TOML: {error}.", "[points] …"
        ) from None
    known = [each.name for each in fields(Rubric)]
    for name in data:
        if name not in known:
            raise unknown_name("rubric", name, known)
    for name in ("points", "mistakes"):
        if not isinstance(data.get(name, {}), dict):
            raise InputError(f"{path}: {name} is no table. try: [{name}] on a line of its own.")
    data["data"] = data_files(data.get("data", []), path.parent)
    return Rubric(**data)


def data_files(names: Any, folder: Path) -> tuple[Path, ...]:
    """Return the data files that a rubric names, which lie beside it or in a folder below."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid_argument("data", names, "it is no list of names.", 'data = ["digits.csv"].')
    for name in names:
        if not (folder / name).is_file():
            raise invalid_argument(
                "data", name, "there is no such file beside the rubric.", "check the spelling."
            )
    return tuple(folder / name for name in names)
