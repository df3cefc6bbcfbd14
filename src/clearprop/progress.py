"""The progress of a training: a live bar on a terminal and in a notebook, plain lines elsewhere."""

import importlib.util
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self

from clearprop._extras import is_installed
from clearprop._text import Language, Text
from clearprop.training import Record
from clearprop.training.stages import Stage

EPOCH = Text("epoch", "周期")
LOSS = Text("loss", "损失")
VALIDATION = Text("validation", "验证")
TRAINING = Text("training", "训练")
EPOCHS_A_SECOND = Text("{rate}/s", "{rate}/秒")
LEFT = Text("{time} left", "还需 {time}")

REDRAW_EVERY = 0.05
"""Seconds; drawing must not slow the training down."""
NEXT_LINE_AFTER = 2.0
"""Seconds between two plain lines on one stage."""
BAR_WIDTH = 30


class TrainingProgress:
    """Watches a training of at most `epochs` epochs: hand `observe` to it, inside of ``with``.

    Parameters
    ----------
    epochs : int
        The most epochs that training may take.
    lang : {"en", "zh"}
    quiet : bool
        Whether nothing is shown.
    every_epoch : bool
        Whether plain lines tell of every epoch, not only of the 1st, 2nd, 5th, 10th …
    stream : {"stderr", "stdout"}
        Where it is shown.
    line : callable, optional
        Turns a record into what plain lines say of an epoch; its number and losses without it.
    """

    def __init__(
        self,
        epochs: int,
        lang: Language = "en",
        *,
        quiet: bool = False,
        every_epoch: bool = False,
        stream: Literal["stderr", "stdout"] = "stderr",
        line: Callable[[Record], str] | None = None,
    ) -> None:
        self.epochs, self.lang, self.quiet = epochs, lang, quiet
        self.every_epoch, self.stream, self.line = every_epoch, stream, line or self._line
        self.latest: Record | None = None
        self._display: _Display | None = None
        self._shown: Record | None = None
        self._drawn = -float("inf")
        self._next_line = 1
        self._stage = ""

    def __enter__(self) -> Self:
        if not self.quiet:
            self._display = _display_for(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._display is None:
            return
        if self.latest is not None and (self._display.live or self.latest is not self._shown):
            self._display.show(self.latest, max(self.latest.epoch, 1))
        self._display.close()

    def observe(self, record: Record) -> None:
        """Take notice of an epoch."""
        self.latest = record
        if self._display is None:
            return
        if self._display.live:
            now = time.monotonic()
            if now - self._drawn >= REDRAW_EVERY:
                self._drawn = now
                self._display.show(record, self.epochs)
        elif self.every_epoch or record.epoch >= self._next_line:
            self._next_line, self._shown = next_round_number(record.epoch), record
            self._display.show(record, self.epochs)

    def on_stage(self, stage: Stage) -> None:
        """Take notice of what is done before, or between, trainings that are shown."""
        if self._display is None:
            return
        now, name = time.monotonic(), stage.name.translate(self.lang)
        pause = REDRAW_EVERY if self._display.live else NEXT_LINE_AFTER
        if name != self._stage or now - self._drawn >= pause:
            self._stage, self._drawn = name, now
            self._display.show_stage(stage, name)

    def stage_line(self, stage: Stage, name: str) -> str:
        """Return a stage in words: its name, how much of it is done, and the time left."""
        done = "" if stage.total is None else f" {stage.done}/{stage.total}"
        left = ""
        if stage.seconds_left is not None:
            left = ", " + LEFT.translate(self.lang).format(time=_clock(stage.seconds_left))
        return f"{name}{done}{left}"

    def _line(self, record: Record) -> str:
        return f"{EPOCH.translate(self.lang)} {record.epoch}: {self.losses(record)}"

    def losses(self, record: Record) -> str:
        """Return what an epoch has come to, in words."""
        text = f"{LOSS.translate(self.lang)} {record.loss:.4g}"
        if record.validation_loss is not None:
            text += f", {VALIDATION.translate(self.lang)} {record.validation_loss:.4g}"
        return text

    def pace(self, record: Record, epochs: int) -> str:
        """Return how fast the epochs go, and how long the rest of them would take."""
        if not 0 < record.epoch < epochs or record.seconds <= 0:
            return ""
        rate = record.epoch / record.seconds
        left = LEFT.translate(self.lang).format(time=_clock((epochs - record.epoch) / rate))
        return EPOCHS_A_SECOND.translate(self.lang).format(rate=f"{rate:.3g}") + f", {left}"


class _Display(ABC):
    """One way to show progress."""

    live = True
    """Whether it is drawn over and over again."""

    @abstractmethod
    def show(self, record: Record, epochs: int) -> None:
        """Show an epoch, of so many at most."""

    @abstractmethod
    def show_stage(self, stage: Stage, name: str) -> None:
        """Show a stage under its name in the language of the progress."""

    def close(self) -> None:
        """Leave the last state on show."""
        return


class _TerminalBar(_Display):
    def __init__(self, progress: TrainingProgress, console: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.progress = progress
        self.bar = Progress(
            TextColumn(TRAINING.translate(progress.lang)),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[losses]}"),
            TextColumn("[dim]{task.fields[pace]}"),
            console=console,
        )
        self.bar.start()
        self.task = self.bar.add_task("", total=progress.epochs, losses="", pace="")

    def show(self, record: Record, epochs: int) -> None:
        losses, pace = self.progress.losses(record), self.progress.pace(record, epochs)
        self.bar.update(self.task, completed=record.epoch, total=epochs, losses=losses, pace=pace)

    def show_stage(self, stage: Stage, name: str) -> None:
        line = self.progress.stage_line(stage, name)
        self.bar.update(self.task, completed=stage.done, total=stage.total, losses=line, pace="")

    def close(self) -> None:
        self.bar.stop()


class _NotebookBar(_Display):
    """A line of text that a notebook replaces; it needs no widgets."""

    def __init__(self, progress: TrainingProgress) -> None:
        from IPython.display import display  # pyrefly: ignore[missing-import]  only in notebooks

        self.progress = progress
        self.handle: Any = display({"text/plain": ""}, raw=True, display_id=True)

    def show(self, record: Record, epochs: int) -> None:
        done = round(BAR_WIDTH * record.epoch / max(epochs, 1))
        bar = "━" * done + "─" * (BAR_WIDTH - done)
        words = [self.progress.losses(record), self.progress.pace(record, epochs)]
        line = f"{bar} {record.epoch}/{epochs} {'  '.join(filter(None, words))}"
        self.handle.update({"text/plain": line}, raw=True)

    def show_stage(self, stage: Stage, name: str) -> None:
        self.handle.update({"text/plain": self.progress.stage_line(stage, name)}, raw=True)


class _Lines(_Display):
    live = False

    def __init__(self, progress: TrainingProgress) -> None:
        self.progress = progress

    def show(self, record: Record, epochs: int) -> None:
        self._write(self.progress.line(record))

    def show_stage(self, stage: Stage, name: str) -> None:
        self._write(self.progress.stage_line(stage, name))

    def _write(self, line: str) -> None:
        stream = sys.stderr if self.progress.stream == "stderr" else sys.stdout
        stream.write(f"{line}\n")
        stream.flush()


def _display_for(progress: TrainingProgress) -> _Display:
    """Return the richest display that there is room for."""
    if not is_installed("rich"):
        return _Lines(progress)
    from rich.console import Console

    console = Console(stderr=progress.stream == "stderr")
    if console.is_jupyter and importlib.util.find_spec("IPython") is not None:
        return _NotebookBar(progress)
    if console.is_terminal and not console.is_dumb_terminal:
        return _TerminalBar(progress, console)
    return _Lines(progress)


def _clock(seconds: float) -> str:
    """Return a time as people say it: 8 s, 2:05, 1:00:00.

    Examples
    --------
    >>> [_clock(s) for s in (7.6, 125, 3600)]
    ['8 s', '2:05', '1:00:00']
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def next_round_number(number: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, 100 … after `number`.

    Examples
    --------
    >>> [next_round_number(n) for n in (1, 2, 7, 10, 3000)]
    [2, 5, 10, 20, 5000]
    """
    power = 10 ** (len(str(number)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power > number)
