"""What a light installation says and does: the packages of the extras cannot be imported here."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import clearprop as cp
from clearprop._extras import EXTRAS, is_installed, require

ROOT = Path(__file__).parents[1]
HIDE = """
import sys

class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {hidden}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent)
"""


def run_without(hidden, code, *arguments):
    """Run Python code in a process in which these modules cannot be imported."""
    command = [sys.executable, "-c", HIDE.format(hidden=sorted(hidden)) + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_error_is_one_line_with_the_command_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(cp.MissingExtraError) as caught:
        require("a report", "pandas", "numpy", "matplotlib")
    assert isinstance(caught.value, cp.ClearpropError)
    assert isinstance(caught.value, ImportError)
    assert str(caught.value) == (
        "a report needs pandas and matplotlib, not installed. "
        'try: pip install "clearprop[tables,plots]"'
    )


def test_a_package_that_is_there_and_broken_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import a_module_that_nobody_has")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_module_that_nobody_has"):
        is_installed("broken_package")


def test_every_module_is_in_the_extra_that_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for module, extra in EXTRAS.items():
        assert any(requirement.startswith(module) for requirement in extras[extra])
        assert not any(requirement.startswith(module) for requirement in project["dependencies"])


def test_import_loads_numpy_and_nothing_else_that_is_large():
    heavy = ["scipy", "sklearn", "numba", "safetensors", *EXTRAS]
    code = f"import sys, clearprop; print(sorted(set(sys.modules) & set({heavy})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_training_predicting_saving_and_checking_need_no_extra():
    done = run_without(
        EXTRAS,
        """
import numpy as np, clearprop as cp
X = np.random.default_rng(0).normal(size=(60, 2))
net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
result = cp.train(net, X, X[:, :1] * X[:, 1:])
number = cp.MLPRegressor(random_state=0, max_iter=5, verbose=True).fit(X[:30], X[:30, 0])
word = cp.MLPClassifier(hidden_layer_sizes=(3,), max_iter=5).fit(X, np.where(X[:, 0] > 0, "a", "b"))
print(word.predict(X[:1]), number.predict(X[:1]).shape)
print(cp.explain(net, result.parameters, X[:1], X[:1, :1], wrt="W1[0,0]"))
print(cp.graph("a * b", a=2, b=3))
""",
    )
    assert done.returncode == 0, done.stderr
    assert "∂L" in done.stdout


NEEDS = {
    "cp.fit({'x': [1.0, 2.0], 'y': [2.0, 4.0]}, 'y')": "tables",
    "cp.MLPRegressor(hidden_layer_sizes=()).fit([[0.0], [1.0]], [0.0, 1.0]).history_": "tables",
    "cp.plots.plot_activation('tanh')": "plots",
    "cp.report.report_html(None, None)": "tables,plots",
    "net = cp.Network(1, [cp.Layer(1)])\n"
    "cp.Model(net, net.initialize()).export('n.onnx', to='onnx')": "onnx",
}
"""What the extras are for, and which of them has it."""
TRY_ALL = """
import json, sys
import clearprop as cp
import clearprop.plots, clearprop.report
for code in json.loads(sys.argv[1]):
    try:
        exec(code)
    except cp.MissingExtraError as error:
        print(error)
"""


def test_what_needs_an_extra_says_which_in_one_line():
    done = run_without(EXTRAS, TRY_ALL, json.dumps(list(NEEDS)))
    assert done.returncode == 0, done.stderr
    hints = [line.rpartition("try: ")[2] for line in done.stdout.splitlines()]
    assert hints == [f'pip install "clearprop[{extra}]"' for extra in NEEDS.values()]


@pytest.mark.parametrize("module", ["cyclopts", "rich"])
def test_the_program_without_the_extra_is_one_line(module):
    done = run_without([module], "from clearprop.cli import main; main()")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"clearprop: the command line needs {module}, not installed. "
        'try: pip install "clearprop[cli]"\n'
    )


@pytest.mark.parametrize(
    ("arguments", "missing", "extra"),
    [
        (["demo"], ["pandas", "matplotlib"], "tables,plots"),
        (["train", "data.csv", "--target", "y"], ["matplotlib"], "plots"),
        (["train", "data.csv", "--target", "y", "--no-report"], ["pandas"], "tables"),
    ],
)
def test_a_command_without_its_extra_writes_nothing(
    arguments, missing, extra, tmp_path, monkeypatch, capsys
):
    from clearprop.cli.app import run

    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("x,y\n1,2\n2,4\n")
    for module in missing:
        monkeypatch.setitem(sys.modules, module, None)
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith(f'try: pip install "clearprop[{extra}]"\n')
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]
