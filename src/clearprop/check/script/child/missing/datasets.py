"""Made-up data sets, in the forms in which well-known loaders return them."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.missing import widgets
from clearprop.check.script.child.missing.album import Album
from clearprop.check.script.child.missing.everyday import (
    HELPERS,
    get_dummies,
    to_categorical,
    to_numeric,
)
from clearprop.check.script.child.missing.fitting import Shape, fitted
from clearprop.check.script.child.missing.holders import CLASSES, Batches, Bunch, Columns, Named
from clearprop.check.script.child.missing.idx_files import read_idx
from clearprop.check.script.child.missing.known_tables import known_table
from clearprop.check.script.child.missing.rows import Rows
from clearprop.check.script.child.missing.tables import made_up_table, named_columns
from clearprop.check.script.child.missing.unpacking import Pattern, made_for
from clearprop.check.script.child.missing.workbooks import Sheet, Workbook
from clearprop.check.script.child.missing.yaml_files import read_yaml
from clearprop.check.script.observed import Trouble

SAMPLES, _, _, MANY = ROWS = (48, 1200, 3600, 60_000)
"""Rows of made-up data: few; enough to hold some back; also for batches; as many as MNIST has."""
OF_A_CLASS = 100
"""Points of a made-up class: more would only make every step slower."""
PIXELS = 784
LABELS = re.compile(r"label|target|(^|[_\W])y([_\W]|$)|^y", re.IGNORECASE)
"""Names of files that hold what samples are."""


class DataSets:
    """The data sets, and what is to be said of those that were used."""

    def __init__(self) -> None:
        self.notes: list[Text] = []
        self.absent: list[Trouble] = []
        """Imports of modules that are not there."""
        self.random = np.random.default_rng(7)
        self.shape = Shape(SAMPLES)
        self.widths: set[int] = set()
        self.classes: set[int] = set()
        """Numbers of features and of classes that were made up."""
        self.album = Album(lambda: self.shape.features)

    @property
    def rows(self) -> int:
        """The number of samples that are made up."""
        return self.shape.rows

    @rows.setter
    def rows(self, rows: int) -> None:
        self.shape = replace(self.shape, rows=rows)

    def adapts(self, message: str) -> bool:
        """Return whether a failure tells the shape that data should have; they have it then."""
        widths = self.widths | self.album.sizes
        found = fitted(self.shape, message, widths, self.classes) if widths else None
        self.shape = found or self.shape
        return found is not None

    def say(self, en: str, zh: str) -> None:
        """Note what was made up, once."""
        note = Text(en, zh)
        if note not in self.notes:
            self.notes.append(note)

    def say_unread(self, name: str) -> None:
        """Note that what a file holds was made up: there is none, or nothing that reads it."""
        if os.path.lexists(name):
            self.say(
                f"{name} cannot be read here: numbers were made up in its place.",
                f"这里无法读取 {name}：用编造的数代替。",
            )
        else:
            self.say(
                f"{name} is not there: numbers were made up in its place.",
                f"没有 {name}：用编造的数代替。",
            )

    def is_pictures(self, name: str) -> bool:
        """Return whether a file's name speaks of handwritten digits."""
        return any(word in name.lower() for word in ("mnist", "digit", "train", "test"))

    def images(self, pixels: int = PIXELS) -> tuple[Any, Any]:
        """Return made-up pictures (n, pixels) with grey values 0 … 255, and their classes."""
        n, K = self.rows, self.shape.classes or CLASSES
        self.widths.add(pixels)
        self.classes.add(K)
        if n > SAMPLES:  # as many as a program counts on; how they look matters little
            labels = np.arange(n) % K
            few = self.random.integers(0, 256, (10 * K, pixels)).astype(np.uint8)
            return few[np.arange(n) % len(few)].view(Rows), labels.astype(np.uint8).view(Rows)
        labels = self.random.permutation(np.arange(n) % K)
        patterns = self.random.integers(0, 256, (K, pixels))
        noise = self.random.integers(0, 256, (n, pixels))
        keep = self.random.random((n, pixels)) < 0.3
        X = np.where(keep, noise, patterns[labels]).astype(np.uint8)
        return X.view(Rows), labels.astype(np.uint8).view(Rows)

    def table(self, columns: int = 5) -> Any:
        """Return a made-up table whose last column is a class."""
        features, K = self.shape.features or columns - 1, self.shape.classes or 2
        rows = self.rows if self.rows < MANY else SAMPLES
        self.widths.add(features)
        self.classes.add(K)
        X = self.random.normal(size=(rows, features))
        y = X.sum(axis=1) > 0 if K == 2 else np.arange(rows) % K
        return np.column_stack([X, y.astype(float)])

    def part_of_table(self, name: str) -> tuple[Any, list[str]]:
        """Return what a file of this name holds of a table, and the columns: samples, or classes.

        One that is called after classes holds nothing else; the other holds both, as far as known.
        """
        table = self.table()
        own = [*(f"x{n}" for n in range(1, table.shape[1])), "y"]
        if LABELS.search(os.path.basename(name)):
            return table[:, -1:], own[-1:]
        return (table, own) if self.shape.labelled else (table[:, :-1], own[:-1])

    def samples(self, X: Any) -> Any:
        """Return samples as the program takes them: in rows, or in columns."""
        return X.T.copy() if self.shape.turned else X

    def targets(self, y: Any) -> Any:
        """Return classes as the program takes them: as numbers, or as zeros and a one."""
        if not self.shape.hot:
            return y
        return self.samples(np.eye(int(y.max()) + 1)[y.astype(int)])

    def loaders(self) -> dict[str, Callable[..., Any]]:
        """Return what stands in for well-known functions that load data, where they fail."""
        return {
            "load_mnist": self.load_mnist,
            "load_data_wrapper": self.load_data_wrapper,
            "load_data": self.load_data,
            "fetch_openml": self.fetch_openml,
            "fetch_mldata": self.fetch_openml,
            "fetch_ucirepo": self.fetch_ucirepo,
            "load_boston": self.load_boston,
            "read_data_sets": self.read_data_sets,
            "CIFAR10": self.pictures_of_torch,
            "MNIST": self.pictures_of_torch,
            "FashionMNIST": self.pictures_of_torch,
            "load_dataset": self.load_dataset,
            "load_planar_dataset": self.load_planar_dataset,
            "to_categorical": to_categorical,
            "spiral_data": self.spiral_data,
            "vertical_data": self.spiral_data,
            "sine_data": self.sine_data,
            "read_csv": self.read_csv,
            "read_excel": self.read_excel,
            "get_dummies": get_dummies,
            "to_numeric": to_numeric,
            "loadmat": self.loadmat,
            "train_images": lambda: self.said_images()[0].reshape(-1, 28, 28),
            "test_images": lambda: self.tested(*self.said_images())[0].reshape(-1, 28, 28),
            "train_labels": lambda: self.said_images()[1],
            "test_labels": lambda: self.tested(*self.said_images())[1],
        }

    def offered(self) -> dict[str, Callable[..., Any]]:
        """Return what modules offer that are not there: loaders, and functions of every day."""
        return {**HELPERS, **self.loaders()}

    def tested(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Return as many pictures and classes as a program tests with."""
        count = self.shape.tested or self.rows
        return X[:count].copy(), y[:count].copy()

    def said_images(self) -> tuple[Any, Any]:
        """Return made-up pictures and their classes, and note that they are."""
        self.say("Made-up pictures stand in for MNIST.", "用编造的图片代替 MNIST。")
        return self.images()

    def read_csv(
        self, path: Any = "", *_: Any, header: Any = 0, names: Any = None, **__: Any
    ) -> Any:
        """Stand in for a table that pandas would read."""
        name = str(path)
        self.say_unread(name)
        known = known_table(name)
        if names is not None and known is not None and len(names) == len(known[0]):
            return made_up_table(known[1], list(names))
        if names is not None:
            return named_columns(self.table(max(2, len(names))), list(names))
        if known is not None:
            return made_up_table(known[1], None if header is None else known[0])
        if not self.is_pictures(name):
            table, own = self.part_of_table(name)
            return made_up_table(table, None if header is None else own)
        X, y = self.images(self.shape.features or PIXELS)
        labels, pixels = ["label"], [f"pixel{n}" for n in range(X.shape[1])]
        parts, own = [y, X], [*labels, *pixels]
        if LABELS.search(os.path.basename(name)):
            parts, own = [y], labels
        elif not self.shape.labelled:
            parts, own = [X], pixels
        whole = int if len(y) < MANY else np.uint8
        table = np.column_stack(parts).astype(whole)
        return made_up_table(table, None if header is None else own)

    def read_excel(self, path: Any = "", *_: Any, **settings: Any) -> Any:
        """Stand in for a sheet: the library that reads such files for pandas may be missing."""
        return self.read_csv(path, **settings)

    def loadmat(self, path: Any = "", *_: Any, **__: Any) -> Any:
        """Stand in for a file of MATLAB: the digits of a course, and its weights."""
        self.say_unread(str(path))
        X, y = self.images(400)
        weights = {
            f"{letter}heta{n}": self.random.normal(size=shape) / 8
            for letter in "Tt"
            for n, shape in ((1, (25, 401)), (2, (10, 26)))
        }
        y = y.astype(int)[:, None] + 1
        return Named(X / 255.0, y, np.arange(CLASSES), {**weights, "X": X / 255.0, "y": y})

    def load_mnist(
        self, normalize: bool = True, flatten: bool = True, one_hot_label: bool = False, **_: Any
    ) -> Any:
        """Stand in for the loader of "Deep Learning from Scratch"."""
        self.say("Made-up pictures stand in for MNIST.", "用编造的图片代替 MNIST。")

        def part() -> tuple[Any, Any]:
            X, y = self.images()
            pictures = X / 255.0 if normalize else X
            if not flatten:
                pictures = pictures.reshape(-1, 1, 28, 28)
            return pictures, np.eye(CLASSES)[y] if one_hot_label else y

        return part(), part()

    def load_data_wrapper(self, *_: Any, **__: Any) -> Any:
        """Stand in for the loader of "Neural Networks and Deep Learning": lists of pairs."""
        self.say("Made-up pictures stand in for MNIST.", "用编造的图片代替 MNIST。")
        X, y = self.images()
        columns = [x.reshape(784, 1) / 255.0 for x in X]
        pairs = list(zip(columns, (np.eye(10)[c].reshape(10, 1) for c in y), strict=True))
        tested = list(zip(columns, y, strict=True))
        return pairs, tested, tested

    def load_data(self, *_: Any, **__: Any) -> Any:
        """Stand in for Keras' loaders: ((X, y), (X, y))."""
        self.say("Made-up pictures stand in for the data set.", "用编造的图片代替数据集。")

        X, y = self.images()
        pictures = X.reshape(-1, 28, 28)
        return (pictures, y), self.tested(pictures, y)

    def fetch_openml(self, *_: Any, return_X_y: bool = False, **__: Any) -> Any:
        """Stand in for scikit-learn's download."""
        self.say("Made-up pictures stand in for the data set.", "用编造的图片代替数据集。")
        X, y = self.images()
        target = y.astype(str)
        if return_X_y:
            return X.astype(float), target
        return Bunch(data=X.astype(float), target=target)

    def data_for(self, loader: str, pattern: Pattern) -> Any:
        """Stand in for a loader that is missing, by the names that take what it returns."""
        called = loader.partition("(")[0]
        self.say(
            f"Made-up data stand in for what {called} would load.",
            f"用编造的数据代替 {called} 本应读取的数据。",
        )
        is_split = called.endswith("train_test_split")
        if PIXELS in self.widths or (self.is_pictures(loader) and not is_split):
            X, y = self.images(self.shape.features or PIXELS)
            return made_for(pattern, self.samples(X / 255.0), y, hot=self.shape.hot)
        table = self.table()
        y = table[:, -1].astype(int)
        return made_for(pattern, self.samples(table[:, :-1]), y, hot=self.shape.hot)

    def fetch_ucirepo(self, *_: Any, **__: Any) -> Any:
        """Stand in for a table of the repository of the University of California."""
        self.say("A made-up table stands in for the data set.", "用编造的表格代替数据集。")
        table = self.table()
        X = made_up_table(table[:, :-1], [f"x{n}" for n in range(1, table.shape[1])])
        y = made_up_table(table[:, -1:].astype(int), ["Class"])
        return Bunch(data=Bunch(features=X, targets=y, original=X), metadata=Bunch())

    def load_boston(self, *_: Any, return_X_y: bool = False, **__: Any) -> Any:
        """Stand in for a table of houses that scikit-learn no longer has."""
        self.say("A made-up table stands in for the data set.", "用编造的表格代替数据集。")
        X = self.random.normal(size=(SAMPLES, 13))
        y = 20 + X @ self.random.normal(size=13)
        names = np.array([f"x{n}" for n in range(1, 14)])
        return (X, y) if return_X_y else Bunch(data=X, target=y, feature_names=names)

    def pictures_of_torch(self, *_: Any, **__: Any) -> Any:
        """Stand in for a data set of torchvision, or of python-mnist, which loads when asked."""
        self.say("Made-up pictures stand in for the data set.", "用编造的图片代替数据集。")
        X, y = self.images()
        pictures = X.reshape(-1, 28, 28)
        load = dict.fromkeys(("load_training", "load"), lambda *_: (X, y))
        load["load_testing"] = lambda *_: self.tested(X, y)
        return Bunch(data=pictures, targets=y, train_data=pictures, train_labels=y, **load)

    def read_data_sets(self, *_: Any, one_hot: bool = False, **__: Any) -> Any:
        """Stand in for the loader of TensorFlow's first tutorial."""
        self.say("Made-up pictures stand in for MNIST.", "用编造的图片代替 MNIST。")
        X, y = self.images()
        part = Batches(X / 255.0, np.eye(CLASSES)[y] if one_hot else y)
        return Bunch(train=part, test=part, validation=part)

    def readers(self, module: str) -> dict[str, Callable[..., Any]]:
        """Return what stands in for a library that reads files or asks; nothing for another."""
        if module == "streamlit":
            self.say(*widgets.NOTE)
            return widgets.page()
        of_yaml = dict.fromkeys(("load", "safe_load", "full_load"), read_yaml)
        of_idx = {"convert_from_file": read_idx}
        of_excel = dict.fromkeys(("open_workbook", "load_workbook"), self.workbook)
        own = {"yaml": of_yaml, "h5py": {"File": self.hdf5}, "idx2numpy": of_idx}
        own |= {"xlrd": of_excel, "openpyxl": of_excel}
        return own.get(module, {})

    def workbook(self, filename: Any = "", *_: Any, **__: Any) -> Workbook:
        """Stand in for a file of Excel: sheets of numbers, the last a class."""
        self.say_unread(str(filename))
        return Workbook(Sheet(self.table()))

    def hdf5(self, path: Any = "", *_: Any, **__: Any) -> Any:
        """Stand in for a file of a course: pictures (n, 64, 64, 3), and classes 0 and 1."""
        self.say_unread(str(path))
        X, y, _, _, words = self.load_dataset()
        return Named(X, y.ravel(), words)

    def load_dataset(self, *given: Any, **__: Any) -> Any:
        """Stand in for the loader of a course: pictures (n, 64, 64, 3) and classes 0 and 1.

        Who names a data set means another loader: columns of pictures and of their classes.
        """
        self.say("Made-up pictures stand in for the data set.", "用编造的图片代替数据集。")
        if given and isinstance(given[0], str):
            X, y = self.images()
            pictures = list(np.asarray(X).reshape(-1, 28, 28))
            part = Columns(image=pictures, label=y.tolist())
            return Bunch(train=part, test=part)
        X = self.random.integers(0, 256, (20, 64, 64, 3)).astype(np.uint8)
        y = self.random.integers(0, 2, (1, 20))
        return X, y, X, y, np.array([b"no", b"yes"])

    def load_planar_dataset(self, *_: Any, **__: Any) -> Any:
        """Stand in for a flower of two classes: X (2, n), Y (1, n)."""
        self.say("Made-up points stand in for the data set.", "用编造的点代替数据集。")
        X = self.random.normal(size=(2, SAMPLES))
        return X, (X[:1] * X[1:] > 0).astype(np.uint8)

    def spiral_data(self, samples: int = 100, classes: int = 3) -> tuple[Any, Any]:
        """Stand in for the spirals of a course: X (samples · classes, 2), classes (m,)."""
        self.say("Made-up points stand in for the data set.", "用编造的点代替数据集。")
        y = np.repeat(np.arange(classes), min(samples, OF_A_CLASS))
        return self.random.normal(size=(len(y), 2)), y.astype(np.uint8)

    def sine_data(self, samples: int = 1000) -> tuple[Any, Any]:
        """Stand in for a sine: X (m, 1), y (m, 1)."""
        X = np.arange(samples).reshape(-1, 1) / samples
        return X, np.sin(2 * np.pi * X)
