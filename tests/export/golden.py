"""The file of each target for one small model, kept for people to read and compare.

python -m tests.export.golden writes them anew, from the root of the project.
"""

import re
from pathlib import Path

import numpy as np

import clearprop as cp
from clearprop.data import CategoricalColumn, ClassificationTarget, Encoding, NumericColumn
from clearprop.data.statistics import ColumnStatistics, TrainingStatistics
from clearprop.export import TARGETS
from clearprop.export.writing import render

FOLDER = Path(__file__).parent / "golden"
FILES = {
    "c": ("houses.h", "float32"),
    "formula": ("houses.md", None),
    "javascript": ("houses.js", None),
    "matlab": ("houses.m", None),
    "onnx": ("houses.onnx.txt", None),
    "pure_python": ("houses_pure.py", None),
    "python": ("houses.py", None),
}
"""The file of each target, and the type of its numbers."""


def houses() -> cp.Model:
    """Return a model with a column of each kind and weights that are easy to find again."""
    encoding = Encoding(
        (
            NumericColumn("built"),
            NumericColumn("area (m²)", fill=80.5, says_missing=True),
            CategoricalColumn("city", ("Oslo", "北京")),
        )
    )
    network = cp.Network(
        5,
        [cp.Layer(2, "tanh"), cp.Layer(3, "elu"), cp.Layer(3, "softmax")],
        loss="categorical_cross_entropy",
    )
    vector = (np.arange(network.parameter_count) % 13 - 6) / 8
    parameters = network.parameters(vector)
    parameters["W1"][0] = 0.02, -0.03
    parameters["b1"][:] = -40.1, 60.2
    parameters["W1"][1] /= 100
    target = ClassificationTarget(("kind",), ("flat", "house", "hut"))
    inputs = ColumnStatistics(
        mean=(2000.0, 80.5, 0.1, 0.5, 0.5),
        spread=(10.0, 20.0, 0.3, 0.5, 0.5),
        low=(1980.0, 30.0, 0.0, 0.0, 0.0),
        high=(2020.0, 200.0, 1.0, 1.0, 1.0),
    )
    targets = ColumnStatistics((0.3,) * 3, (0.5,) * 3, (0.0,) * 3, (1.0,) * 3)
    statistics = TrainingStatistics(100, inputs, targets)
    return cp.Model(network, parameters, encoding, target, statistics=statistics)


def text_of(to: str) -> str:
    """Return the file of a target as text, without what depends on the machine or the version."""
    name, dtype = FILES[to]
    content = render(houses().trained, name.removesuffix(".txt"), to, dtype=dtype).content
    if TARGETS[to].binary:
        import onnx

        text = onnx.printer.to_text(onnx.load_from_string(content)) + "\n"
        text = re.sub(r'producer_version: "[^"]*"', 'producer_version: "VERSION"', text)
    else:
        text = content.decode()
    text = re.sub(r"(exported by clearprop) [\w.]+\.", r"\1 VERSION.", text)
    return re.sub(r"(Largest difference from the model:) \S+ ", r"\1 SMALL ", text)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for target, (name, _) in FILES.items():
        (FOLDER / name).write_text(text_of(target), encoding="utf-8")
