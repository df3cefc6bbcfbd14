"""What an exported file does with values that it was not trained for, and what is not exported."""

import json
import math
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

import clearprop as cp
from clearprop.activations import Activation
from clearprop.data import ClassificationTarget, NumericColumn, RegressionTarget
from clearprop.export.runtimes import FailedRunError, MissingRuntimeError, call, find
from clearprop.export.targets.formula import MAX_PARAMETERS
from clearprop.export.writing import render
from export.cases import CASES, model_of
from refusals import refused

GAPS = next(case for case in CASES if case.name == "gaps").model
GOOD = {"area": 70.0, "age": 3.0, "city": "Rome", "sold": 19100.0, "discount": 0.5}
REFUSED = [
    ("city", "Oslo"), ("city", "rome"), ("discount", math.nan), ("area", math.inf),
    ("age", -math.inf),
]  # fmt: skip
ACCEPTED = [
    ("area", math.nan),
    ("age", math.nan),
    ("city", ""),
    ("city", " Rome "),
    ("sold", math.nan),
]


def python_predicts(folder, row, to="python"):
    (folder / "model.py").write_bytes(render(GAPS.trained, "model.py", to).content)
    given = {name: [value] for name, value in row.items()} if to == "python" else row
    first = "[0]" if to == "python" else ""
    code = f"import json, sys, model; print(model.predict(json.load(sys.stdin)){first})"
    return call([sys.executable, "-c", code], json.dumps(given), folder)


def javascript_predicts(folder, row):
    node = find("Node.js", "node")
    (folder / "model.mjs").write_bytes(render(GAPS.trained, "model.js", "javascript").content)
    (folder / "ask.mjs").write_text(
        'import { predict } from "./model.mjs";\n'
        "const row = JSON.parse(process.argv[2], (_, v) => ({ nan: NaN, inf: Infinity, "
        '"-inf": -Infinity })[v] ?? v);\nconsole.log(predict(row).label);'
    )
    spelled = {k: v if isinstance(v, str) or math.isfinite(v) else str(v) for k, v in row.items()}
    return call([node, folder / "ask.mjs", json.dumps(spelled)])


def matlab_predicts(folder, row):
    octave = find("Octave", "octave-cli")
    (folder / "model.m").write_bytes(render(GAPS.trained, "model.m", "matlab").content)
    values = {k: f"{{'{v}'}}" if isinstance(v, str) else repr(v) for k, v in row.items()}
    lines = [f"T.{name} = {value};" for name, value in values.items()]
    (folder / "ask.m").write_text("\n".join([*lines, "disp(model(T){1})"]) + "\n")
    return call([octave, "--quiet", "--no-gui", folder / "ask.m"], folder=folder)


def onnx_predicts(folder, row):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    (folder / "model.onnx").write_bytes(render(GAPS.trained, "model.onnx", "onnx").content)
    session = runtime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    fed = {
        k: np.array([[v]], dtype=object if isinstance(v, str) else float) for k, v in row.items()
    }
    try:
        return session.run(["label"], fed)[0][0]
    except Exception as error:
        raise FailedRunError(str(error)) from None


PREDICT = {
    "javascript": javascript_predicts,
    "matlab": matlab_predicts,
    "onnx": onnx_predicts,
    "pure_python": lambda folder, row: python_predicts(folder, row, "pure_python"),
    "python": python_predicts,
}
"""C is in test_c.py, spreadsheets in test_formula.py."""


def predicted(to, folder, row):
    try:
        return PREDICT[to](folder, row).strip()
    except MissingRuntimeError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("to", PREDICT)
@pytest.mark.parametrize(("column", "value"), REFUSED)
def test_a_value_that_the_library_refuses_is_refused_by_name(to, column, value, tmp_path):
    with pytest.raises(FailedRunError) as caught:
        predicted(to, tmp_path, GOOD | {column: value})
    assert column in str(caught.value)


@pytest.mark.parametrize("to", PREDICT)
@pytest.mark.parametrize(("column", "value"), ACCEPTED)
def test_a_gap_is_what_it_was_in_training(to, column, value, tmp_path):
    if value == " Rome " and to == "onnx":
        pytest.skip("ONNX has no operator that strips a text")
    row = GOOD | {column: value}
    # a date of the library is no number, so that the features are made here
    area, age, sold = math.isnan(row["area"]), math.isnan(row["age"]), math.isnan(row["sold"])
    city = row["city"].strip()
    x = [
        70.5 if area else row["area"], float(area), 12.0 if age else row["age"],
        float(city == ""), float(city == "Rome"), 20000.0 if sold else row["sold"], float(sold),
        row["discount"],
    ]  # fmt: skip
    wanted = GAPS.target.decode(GAPS.network.forward(GAPS.parameters, [x]))[0]
    assert predicted(to, tmp_path, row) == wanted


@dataclass(frozen=True)
class Pairs(Activation):
    """An activation whose units depend on each other, and which no target knows."""

    name = "pairs"
    derivative_in = "z"
    elementwise = False
    range = (-math.inf, math.inf)

    def value(self, z):
        return z[..., ::-1]

    def derivative(self, z, a):
        return z * 0


@dataclass(frozen=True)
class Unusual(Activation):
    """An activation of a user's own: its kernel is translated like any other."""

    name = "int"
    derivative_in = "z"
    range = (-math.inf, math.inf)

    def value(self, z):
        xp = z.__array_namespace__()
        return xp.where(z > 1, xp.log1p(xp.abs(z)), z * z / (1 + xp.exp(z)))

    def derivative(self, z, a):
        return z

    @staticmethod
    def kernel(z: float, s: float) -> float:
        end = math.exp(z)
        if z > 1:
            return math.log1p(abs(z))
        return z**2 / (1 + end)


@pytest.mark.parametrize(
    "to", ["c", "formula", "javascript", "matlab", "onnx", "pure_python", "python"]
)
def test_an_activation_of_ones_own_goes_everywhere(to):
    if to == "onnx":
        pytest.importorskip("onnx")
    network = cp.Network(2, [cp.Layer(3, Unusual()), cp.Layer(1)])
    model = cp.Model(network, network.initialize(seed=0))
    try:
        difference = render(model.trained, "model.x", to, check=True).difference
    except MissingRuntimeError as error:
        pytest.skip(str(error))
    assert difference.largest < 1e-14


def test_an_activation_without_a_kernel_is_refused():
    network = cp.Network(2, [cp.Layer(4, Pairs()), cp.Layer(1)])
    model = cp.Model(network, network.initialize("zeros"))
    with refused("activation", "kernel(z, s)"):
        render(model.trained, "model.h", "c")


def test_a_network_too_large_to_read_is_no_formula():
    network = cp.Network(30, [cp.Layer(40, "tanh"), cp.Layer(1)])
    assert network.parameter_count > MAX_PARAMETERS
    model = cp.Model(network, network.initialize("zeros"))
    with refused("to", "1281 parameters"):
        render(model.trained, "model.md", "formula")


def test_one_class_and_other_types_are_refused():
    columns = (NumericColumn("x"),)
    with refused("model", "one class"):
        model = model_of(columns, ClassificationTarget(("k",), ("a",)), "sigmoid")
        render(model.trained, "model.h", "c")
    model = model_of(columns, RegressionTarget(("y",)), "identity")
    with refused("dtype"):
        render(model.trained, "model.h", "c", dtype="float16")
    with refused("target"):
        render(model.trained, "model.f90", "fortran")


def test_a_name_that_is_no_text_is_refused():
    model = model_of((NumericColumn("a\ud800"),), RegressionTarget(("y",)), "identity")
    with refused("model", "Unicode"):
        render(model.trained, "model.h", "c")


def test_a_check_without_its_runtime_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with refused("check", "Node.js", "not installed"):
        CASES[0].model.export(tmp_path / "m.js", to="javascript", check=True)
    assert not (tmp_path / "m.js").exists()


def test_a_runtime_that_fails_leaves_no_file(monkeypatch, tmp_path):
    def fail(words, **options):
        return subprocess.CompletedProcess(words, 1, "", "no space")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(FailedRunError, match="no space"):
        CASES[0].model.export(tmp_path / "m.py", to="python", check=True)
    assert not (tmp_path / "m.py").exists()
