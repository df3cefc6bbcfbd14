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


ROWS = [GOOD | {column: value} for column, value in (*REFUSED, *ACCEPTED)]


def spelled(row):
    """Return a row as JSON has it: what it lacks as text."""
    return {
        k: v if isinstance(v, str) or math.isfinite(v) else {"not": str(v)} for k, v in row.items()
    }


def python_predicts(folder, to="python"):
    (folder / "model.py").write_bytes(render(GAPS.trained, "model.py", to).content)
    given, first = ("{k: [v] for k, v in row.items()}", "[0]") if to == "python" else ("row", "")
    code = f"""
import json, sys, model
read = lambda found: float(found["not"]) if "not" in found else found
found = []
for row in json.load(sys.stdin, object_hook=read):
    try:
        found.append([str(model.predict({given}){first}), None])
    except ValueError as error:
        found.append([None, str(error)])
print(json.dumps(found))
"""
    rows = json.dumps([spelled(row) for row in ROWS])
    return json.loads(call([sys.executable, "-c", code], rows, folder))


def javascript_predicts(folder):
    node = find("Node.js", "node")
    (folder / "model.mjs").write_bytes(render(GAPS.trained, "model.js", "javascript").content)
    (folder / "ask.mjs").write_text(
        'import { predict } from "./model.mjs";\n'
        "const read = (_, v) => (v && v.not ? { nan: NaN, inf: Infinity, "
        '"-inf": -Infinity }[v.not] : v);\n'
        "const ask = (row) => { try { return [predict(row).label, null]; }\n"
        "  catch (error) { return [null, error.message]; } };\n"
        "console.log(JSON.stringify(JSON.parse(process.argv[2], read).map(ask)));"
    )
    rows = json.dumps([spelled(row) for row in ROWS])
    return json.loads(call([node, folder / "ask.mjs", rows]))


def matlab_predicts(folder):
    octave = find("Octave", "octave-cli")
    (folder / "model.m").write_bytes(render(GAPS.trained, "model.m", "matlab").content)
    lines = []
    for row in ROWS:
        values = {k: f"{{'{v}'}}" if isinstance(v, str) else repr(v) for k, v in row.items()}
        lines += [f"T.{name} = {value};" for name, value in values.items()]
        lines.append("try, y = model(T); printf('%s\\n', y{1}); ")
        lines.append("catch e, printf('ERROR %s\\n', strrep(e.message, char(10), ' ')); end")
    (folder / "ask.m").write_text("\n".join(lines) + "\n")
    printed = call([octave, "--quiet", "--no-gui", folder / "ask.m"], folder=folder).splitlines()
    return [[None, line] if line.startswith("ERROR") else [line, None] for line in printed]


def onnx_predicts(folder):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    (folder / "model.onnx").write_bytes(render(GAPS.trained, "model.onnx", "onnx").content)
    session = runtime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    found = []
    for row in ROWS:
        fed = {
            k: np.array([[v]], dtype=object if isinstance(v, str) else float)
            for k, v in row.items()
        }
        try:
            found.append([session.run(["label"], fed)[0][0], None])
        except Exception as error:
            found.append([None, str(error)])
    return found


PREDICT = {
    "javascript": javascript_predicts,
    "matlab": matlab_predicts,
    "onnx": onnx_predicts,
    "pure_python": lambda folder: python_predicts(folder, "pure_python"),
    "python": python_predicts,
}
"""Of each target a class, or what was said, for each of `ROWS`, all in one process.

C is in test_c.py, spreadsheets in test_formula.py.
"""


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    """What each target says to each row."""
    found = {}

    def of(to, row):
        if to not in found:
            try:
                found[to] = PREDICT[to](tmp_path_factory.mktemp(to))
            except MissingRuntimeError as error:
                pytest.skip(str(error))
            assert len(found[to]) == len(ROWS)
        return found[to][[repr(each) for each in ROWS].index(repr(row))]

    return of


@pytest.mark.parametrize("to", PREDICT)
@pytest.mark.parametrize(("column", "value"), REFUSED)
def test_a_value_that_the_library_refuses_is_refused_by_name(to, column, value, predicted):
    answer, said = predicted(to, GOOD | {column: value})
    assert answer is None
    assert column in said


@pytest.mark.parametrize("to", PREDICT)
@pytest.mark.parametrize(("column", "value"), ACCEPTED)
def test_a_gap_is_what_it_was_in_training(to, column, value, predicted):
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
    assert predicted(to, row)[0] == wanted


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


def test_numpy_may_be_told_to_raise_what_a_softmax_does():
    """Its shares underflow where one class is certain."""
    network = cp.Network(1, [cp.Layer(3, "softmax")], loss="categorical_cross_entropy")
    parameters = network.parameters(np.array([900.0, -900.0, 0.0, 0.0, 0.0, 0.0]))
    target = ClassificationTarget(("k",), ("a", "b", "c"))
    with np.errstate(all="raise"):
        exported = render(cp.Model(network, parameters, target=target).trained, "m.h", "c")
    assert exported.difference.largest <= 1e-15
