"""The trainings of a search, kept in a folder: after a break the search goes on with them.

All that a search decides follows from its random numbers and from what its trainings found. So the
folder holds the state that the random numbers began in, and a checkpoint of each training, which
stays when the training ends. A search that begins anew takes the same decisions from them, to the
bit, and trains only what was not yet trained.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop.files import check_writable, read_container, write_container, write_whole
from clearprop.training.checkpoint import EVERY, Checkpoint, Saved, identity_of
from clearprop.training.flatten import Parts
from clearprop.training.randomness import generator_state, set_generator_state

BEGINNING = "beginning.search"
SUFFIX = ".training"
SETTINGS = ("stopping", "scale_inputs", "scale_targets", "weight_decay", "division")
"""What tells trainings of one search apart, besides network, rows, solver, start and seed."""


@dataclass(frozen=True)
class KeptTrainings:
    """A folder of checkpoints, one for each training of a search.

    Attributes
    ----------
    folder : Path
    every : float, default=1
        Seconds between two savings of a training that runs; see `Checkpoint`.
    """

    folder: Path
    every: float = EVERY

    @staticmethod
    def open(
        file: "str | os.PathLike[str] | Checkpoint", random: RandomSource, *data: object
    ) -> "KeptTrainings":
        """Return the trainings that are kept under this name; none where nothing was cut off.

        `random` is put into the state in which that search began.

        Parameters
        ----------
        file : path-like or Checkpoint
        random : Generator or RandomState
            What the search draws all its seeds from.
        *data
            What is trained on: arrays, or anything that prints as what it is.

        Raises
        ------
        InputError
            If the folder cannot be written, is something else, or belongs to another search.
        """
        own = file if isinstance(file, Checkpoint) else Checkpoint(file)
        kept = KeptTrainings(Path(own.path), own.every)
        identity, beginning = identity_of(type(random).__name__, *data), kept.folder / BEGINNING
        if not beginning.exists():
            kept._begin(identity, random)
            return kept
        _, notes = read_container(beginning)
        if notes.get("search") != identity:
            raise own.foreign()
        set_generator_state(random, notes["random"])
        return kept

    def _begin(self, identity: str, random: RandomSource) -> None:
        """Make the folder, with nothing trained yet."""
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            why = "a search keeps its trainings in a folder of its own, and this is something else."
            raise invalid_argument("checkpoint", str(self.folder), why, "a name that is free.")
        if not self.folder.exists():
            check_writable(self.folder)
            self.folder.mkdir()
        notes = {"search": identity, "random": generator_state(random)}
        write_container(self.folder / BEGINNING, {}, notes)

    def of(self, settings: Mapping[str, Any]) -> "KeptTraining | None":
        """Return the checkpoint of one training; None of one whose epochs are looked at.

        What was seen in them is not kept, so that such a training has to run again. `settings` are
        those of its `TrainingConfig`, with a generator as seed, and its ``start``, if it has one.
        """
        if settings["inspect"] is not None:
            return None
        parts, rule, start = Parts(), settings["initializer"], settings.get("start")
        for name in SETTINGS:
            parts.add(name, settings[name])
        names = getattr(rule, "__qualname__", rule), settings["device"]
        arrays = (array for name in sorted(parts.arrays) for array in (name, parts.arrays[name]))
        own = identity_of(
            names,
            generator_state(settings["seed"]),
            getattr(start, "vector", start),
            sorted(parts.notes.items()),
            *arrays,
        )
        return KeptTraining(self.folder, self.every, settings=own)

    def contents(self) -> dict[str, bytes]:
        """Return the files of all trainings, by name."""
        return {path.name: path.read_bytes() for path in self.folder.glob(f"*{SUFFIX}")}

    def add(self, contents: Mapping[str, bytes]) -> None:
        """Keep trainings that ran elsewhere."""
        for name, content in contents.items():
            if not (self.folder / name).exists():
                write_whole(self.folder / name, content)

    def remove(self) -> None:
        """Remove what is kept, because the search has ended."""
        for path in (*self.folder.glob(f"*{SUFFIX}"), self.folder / BEGINNING):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # somebody has put a file there
            self.folder.rmdir()


@dataclass
class KeptTraining(Checkpoint):
    """The checkpoint of one training of several.

    Attributes
    ----------
    settings : str
        A digest of what tells it from the others on the same rows.
    """

    settings: str = ""
    keeps_end: ClassVar[bool] = True

    def open(self, identity: str) -> Saved | None:
        """Return the content of the file of the training with this identity; None without one."""
        own = identity_of(identity, self.settings)
        self.path = Path(self.path) / f"{own}{SUFFIX}"
        return super().open(own)

    def remove(self) -> None:
        """Leave the file: the search needs it until it has ended."""
