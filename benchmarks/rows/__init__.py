"""One file a row of the table: what is computed, and the ratios to reach."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tasks import Task


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    rows: tuple[str, ...] = ()
    """Names of rows; empty for all."""
    peers: tuple[str, ...] = ()
    """Names of files of peers; empty for all."""
    rounds: int = 7
    quick: bool = False
    """A tenth of the epochs: for tuning, not for the record."""
    data: Path | None = None
    """MNIST as an .npz file; without it images are made up."""
    tables: Path | None = None
    """A folder of tables with splits."""
    splits: int = 20
    """Splits of each table at most."""
    fetched: Path | None = None
    """A folder that has KEEL's and R's tables, or gets them."""
    kept: Path | None = None
    """A file that keeps outcomes of the section on accuracy."""
    before: Path | None = None
    """A file in which an earlier commit has kept its outcomes."""

    def shortened(self, count: int) -> int:
        """Return this many epochs or batches, or a tenth of them where it is to be quick."""
        return max(1, count // 10) if self.quick else count


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    place: int
    """Where it stands in the table."""
    title: str
    targets: Mapping[str, float]
    """The ratio, peer's time ÷ ours, to reach against each peer."""
    build: Callable[[Options], Task]
    note: Callable[[Options], str] = lambda options: ""
    """What else a reader must know."""


def load() -> dict[str, Row]:
    """Return every row by the name of its file, in the order of the table."""
    names = [entry.name for entry in pkgutil.iter_modules(__path__)]
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    rows = {name: module.ROW for name, module in modules.items() if hasattr(module, "ROW")}
    return dict(sorted(rows.items(), key=lambda pair: pair[1].place))
