"""The progress of a training: a bar on a terminal, a few plain lines elsewhere."""

import time
from types import TracebackType
from typing import Any, Self

from clearprop.cli.console import note
from clearprop.language import Language, Text
from clearprop.training import Record

EPOCH = Text("epoch", "周期")
LOSS = Text("loss", "损失")
VALIDATION = Text("validation", "验证")
TRAINING = Text("training", "训练")

REDRAW_EVERY = 0.05
"""Seconds; drawing must not slow the training down."""


class TrainingProgress:
    """Watches a training of at most `epochs` epochs: hand `observe` to it, inside of ``with``."""

    def __init__(self, epochs: int, lang: Language = "en", *, quiet: bool = False) -> None:
        self.epochs, self.lang, self.quiet = epochs, lang, quiet
        self.latest: Record | None = None
        self._bar: Any = None
        self._task: Any = None
        self._drawn = 0.0
        self._next_line = 1
        self._noted: Record | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(stderr=True)
        if console.is_terminal and not console.is_dumb_terminal and not self.quiet:
            self._bar = Progress(
                TextColumn(TRAINING.in_(self.lang)),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[losses]}"),
                console=console,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self.epochs, losses="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            if self.latest is not None:
                self._draw(self.latest, total=max(self.latest.epoch, 1))
            self._bar.stop()
        elif self.latest is not None and self.latest is not self._noted and not self.quiet:
            self._note(self.latest)

    def observe(self, record: Record) -> None:
        """Take notice of an epoch."""
        self.latest = record
        if self._bar is not None:
            now = time.monotonic()
            if now - self._drawn >= REDRAW_EVERY:
                self._drawn = now
                self._draw(record, total=self.epochs)
        elif not self.quiet and record.epoch >= self._next_line:
            self._next_line = next_round_number(record.epoch)
            self._note(record)

    def _note(self, record: Record) -> None:
        self._noted = record
        note(f"{EPOCH.in_(self.lang)} {record.epoch}: {self._losses(record)}")

    def _draw(self, record: Record, total: int) -> None:
        losses = self._losses(record)
        self._bar.update(self._task, completed=record.epoch, total=total, losses=losses)

    def _losses(self, record: Record) -> str:
        text = f"{LOSS.in_(self.lang)} {record.loss:.4g}"
        if record.validation_loss is not None:
            text += f", {VALIDATION.in_(self.lang)} {record.validation_loss:.4g}"
        return text


def next_round_number(number: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, 100 … after `number`.

    Examples
    --------
    >>> [next_round_number(n) for n in (1, 2, 7, 10, 3000)]
    [2, 5, 10, 20, 5000]
    """
    power = 10 ** (len(str(number)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power > number)
