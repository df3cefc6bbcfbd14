"""Whatever fails on the way to compiled code leads to the reference engine and one warning."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.activations import Activation
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.engine import guarded, kept, notices
from clearprop.engine.engine import CompiledEngine
from clearprop.updates import UPDATES

pytestmark = pytest.mark.long

PROGRAM = """
import json, sys, warnings
import numpy as np
random = np.random.default_rng(0)
X, Y = random.normal(size=(40, 3)), random.normal(size=(40, 1))
share = np.full((40, 1), 1 / 40)

def network(**settings):
    return cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(1)], **settings)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import clearprop as cp
    theta = network().initialize(seed=1).vector
    engines = [network().engine for _ in range(2)]
    found = [engine.gradient(theta, X, Y, share)[1] for engine in engines]
    try:
        network(engine="compiled").engine.gradient(theta, X, Y, share)
        refusal = None
    except cp.InputError as error:
        refusal = str(error)
right = network(engine="reference").gradient(theta, X, Y)[1].vector
print(json.dumps({
    "engine": repr(engines[-1]).partition("(")[0],
    "warnings": [[w.category.__name__, str(w.message), w.filename] for w in caught],
    "difference": max(float(abs(gradient - right).max()) for gradient in found),
    "bits": found[-1].tobytes().hex(),
    "refusal": refusal,
    "compiler": "numba.np.arraymath" in sys.modules,
}))
"""


def run(before: str = "", **environment: str) -> dict:
    """Return what a fresh process reports after running `before`."""
    program = [sys.executable, "-c", before + PROGRAM]
    ran = subprocess.run(program, env=os.environ | environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    return json.loads(ran.stdout)


FAIL_TO_LOAD = """
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "llvmlite":
            raise OSError("libLLVM.so cannot be mapped")
sys.meta_path.insert(0, Broken())
"""
STRANGE_ERROR = """
from numba.core.ccallback import CFunc
class Strange(Exception): pass
def compile(self): raise Strange("it rains")
CFunc.compile = compile
"""
FAILS_IN_THE_FIRST_CALL = """
from numba.core.dispatcher import Dispatcher
own = Dispatcher.compile
def compile(self, signature):
    if self.py_func.__name__ == "full_gradient":
        raise KeyError("no such block")
    return own(self, signature)
Dispatcher.compile = compile
"""
BREAKAGES = {
    "Numba is not there": ("import sys; sys.modules['numba'] = None", "ModuleNotFoundError"),
    "llvmlite cannot be loaded": (FAIL_TO_LOAD, "OSError: libLLVM.so"),
    "a module is gone": ("import sys; sys.modules['numba.core.ccallback'] = None", "ModuleNot"),
    "a class is gone": (
        "import numba.core.caching as caching; del caching.FunctionCache", "ImportError",
    ),
    "a property is gone": (
        "from numba.core.ccallback import CFunc; del CFunc.native_name", "native_name",
    ),
    "a method of the context is gone": (
        "from numba.core.base import BaseContext; del BaseContext.get_arg_packer",
        "get_arg_packer",
    ),
    "the calling convention is gone": (
        "from numba.core.cpu import CPUContext; del CPUContext.call_conv", "call_conv",
    ),
    "an error of an unknown type": (STRANGE_ERROR, "Strange: it rains"),
    "an error inside the first call": (FAILS_IN_THE_FIRST_CALL, "KeyError"),
    "no folder can be written": (
        "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []",
        "no folder to keep compiled code",
    ),
}  # fmt: skip


def assert_falls_back(found: dict, reason: str) -> None:
    """One warning of ours with the reason, the right numbers, and a refusal of "compiled"."""
    assert found["engine"] == "ReferenceEngine"
    ((category, message, filename),) = found["warnings"]
    assert (category, filename) == ("RuntimeWarning", "<string>")
    assert reason in message
    assert "clearprop runs on its reference engine" in message
    assert found["difference"] < 1e-14
    assert reason in found["refusal"]
    assert found["refusal"].startswith("`engine` (='compiled') cannot be used: ")


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """Return the folder of compiled code that a first start fills, and what that start reported."""
    folder = tmp_path_factory.mktemp("compiled")
    return folder, run(NUMBA_CACHE_DIR=str(folder))


@pytest.mark.parametrize("name", list(BREAKAGES))
def test_a_failure_leads_to_the_reference(name, first_start):
    before, reason = BREAKAGES[name]
    assert_falls_back(run(before, NUMBA_CACHE_DIR=str(first_start[0])), reason)


def test_compilation_that_is_switched_off_leads_to_the_reference():
    assert_falls_back(run(NUMBA_DISABLE_JIT="1"), "NUMBA_DISABLE_JIT")


LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
"""As on a full disk, a file can be created but not filled."""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of resources")
@pytest.mark.usefixtures("unmeasured")
def test_a_full_disk_leads_to_the_reference(tmp_path):
    found = run(LIMITED, NUMBA_CACHE_DIR=str(tmp_path))
    assert_falls_back(found, "Compiled code cannot be kept in")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def damages(content: bytes) -> list[bytes]:
    """Return what crashes and bad disks make of a file."""
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    half_zeros = content[:middle] + bytes(len(content) - middle)
    return [b"", content[:middle], bytes(len(content)), flipped, half_zeros, b"not code at all"]


@pytest.mark.usefixtures("unmeasured")
def test_damaged_files_are_compiled_again_once_and_code_without_room_stays_in_memory(
    first_start, tmp_path
):
    compiled, found = first_start
    just_compiled = found["bits"]
    assert (found["engine"], found["compiler"]) == ("CompiledEngine", True)
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
    files = sorted(tmp_path.rglob("*.nbc"), key=lambda file: file.stat().st_size)
    smallest = files[0].read_bytes()
    files[0].write_bytes(b"")
    found = run(LIMITED, NUMBA_CACHE_DIR=str(tmp_path))  # compiled again, but not kept
    assert (found["engine"], found["refusal"]) == ("CompiledEngine", None)
    assert found["difference"] < 1e-14
    ((category, message, _),) = found["warnings"]
    assert category == "RuntimeWarning"
    assert "compiled again at every start" in message
    assert files[0].read_bytes() == b""

    files[0].write_bytes(smallest)
    for number in range(len(damages(smallest))):  # in the files that take least to compile again
        files[number].write_bytes(damages(files[number].read_bytes())[number])
        assert kept.read(files[number]) is None
    found = run(NUMBA_CACHE_DIR=str(tmp_path))  # kept again
    assert (found["engine"], found["warnings"]) == ("CompiledEngine", [])
    assert found["difference"] < 1e-14
    assert sorted(tmp_path.rglob("*.nbc")) == sorted(files)
    repaired = {file: file.stat().st_mtime_ns for file in files}
    assert all(kept.read(file) is not None for file in files)

    found = run(NUMBA_CACHE_DIR=str(tmp_path))
    assert (found["engine"], found["compiler"]) == ("CompiledEngine", False)  # loaded in no time
    assert found["bits"] == just_compiled
    assert {file: file.stat().st_mtime_ns for file in files} == repaired


def test_a_processor_without_wide_vectors_runs_compiled_code(tmp_path):
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    found = run(NUMBA_CACHE_DIR=str(tmp_path), **plain)
    assert (found["engine"], found["warnings"]) == ("CompiledEngine", [])
    assert found["difference"] < 1e-14


@dataclass(frozen=True)
class Shifted(Activation):
    """A rule whose kernel Numba cannot compile."""

    name, derivative_in, range = "shifted", "z", (float("-inf"), float("inf"))

    def value(self, z):
        return z + 1

    def derivative(self, z, a):
        return z * 0 + 1

    @staticmethod
    def kernel(z, s):
        return z + type("One", (), {"value": 1})().value

    @staticmethod
    def kernel_derivative(z, a, s):
        return 1.0


@dataclass(frozen=True)
class HalfStated(Shifted):
    kernel_derivative = None


@pytest.fixture
def fresh_notices():
    notices.warn_once.cache_clear()
    yield
    notices.warn_once.cache_clear()


@pytest.mark.usefixtures("fresh_notices")
@pytest.mark.parametrize("rule", [Shifted(), HalfStated()])
def test_a_rule_that_cannot_be_compiled_concerns_its_networks_only(rule):
    layers, question = [Layer(3, rule), Layer(1)], (np.ones((5, 2)), np.ones((5, 1)))
    network = Network(2, layers)
    theta, share = network.initialize(seed=0).vector, np.full((5, 1), 0.2)
    with pytest.warns(RuntimeWarning, match=r"Shifted.kernel|HalfStated\(\) states no"):
        found = network.engine.gradient(theta, *question, share)
    right = ReferenceEngine(network.sizes, network.layers, network.loss_rule)
    np.testing.assert_array_equal(found[1], right.gradient(theta, *question, share)[1])
    with pytest.raises(InputError, match="`engine`"):
        Network(2, layers, engine="compiled").engine.gradient(theta, *question, share)
    assert not guarded.failures


class Failing:
    """An engine that changes its arguments and then raises."""

    def run_epochs(self, descent, X, Y, schedule):
        descent.theta += 1
        descent.steps += 5
        raise RuntimeError("broken")

    def value(self, theta, X, Y, share):
        raise MemoryError("too large")


@pytest.mark.usefixtures("fresh_notices")
def test_a_descent_that_fails_begins_again(monkeypatch):
    monkeypatch.setattr(guarded, "failures", [])
    network = Network(2, [Layer(3, "tanh"), Layer(1)], engine="reference")
    X, Y = np.random.default_rng(0).normal(size=(2, 20, 2))
    result = []
    for engine in (network.engine, guarded.GuardedEngine(Failing(), network.engine)):
        descent = Descent.start(network.initialize(seed=0).vector)
        rule = UPDATES.make("adam")
        schedule = Schedule(np.arange(20)[None], 10, rule, "mean", np.zeros(13))
        if engine is network.engine:
            engine.run_epochs(descent, X, Y[:, :1], schedule)
        else:
            with pytest.warns(RuntimeWarning, match="RuntimeError: broken"):
                engine.run_epochs(descent, X, Y[:, :1], schedule)
        result.append((descent.theta, descent.steps))
    np.testing.assert_array_equal(result[0][0], result[1][0])
    assert result[0][1] == result[1][1] == 2
    assert len(guarded.failures) == 1


def test_a_lack_of_memory_is_no_failure_of_compiled_code():
    engine = guarded.GuardedEngine(Failing(), Failing())
    with pytest.raises(MemoryError):
        engine.value(None, None, None, None)
    assert not guarded.failures


UNPICKLED = """
import pickle, sys
import numpy as np
engine = pickle.loads(bytes.fromhex(sys.argv[1]))
print(engine.outputs(np.full(13, 0.5), np.ones((2, 2))).sum())
"""


def test_an_engine_that_has_worked_can_be_sent_to_another_process():
    engine = Network(2, [Layer(3, "tanh"), Layer(1)]).engine
    here = engine.outputs(np.full(13, 0.5), np.ones((2, 2))).sum()
    program = [sys.executable, "-c", UNPICKLED, pickle.dumps(engine).hex()]
    there = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    assert float(there) == here


def test_a_rule_written_at_the_prompt_is_compiled():
    """Its code has no file, beside which Numba would keep it."""
    source = "kernel = lambda z, s: z * z\nslope = lambda z, a, s: 2.0 * z\n"
    names: dict = {}
    exec(compile(source, "<stdin>", "exec"), names)

    @dataclass(frozen=True)
    class Square(Shifted):
        def value(self, z):
            return z * z

        kernel = staticmethod(names["kernel"])
        kernel_derivative = staticmethod(names["slope"])

    network = Network(2, [Layer(3, Square()), Layer(1)], engine="compiled")
    theta = network.initialize(seed=0).vector
    outputs = network.engine.outputs(theta, np.ones((1, 2)))
    W1, W2 = theta[:6].reshape(2, 3), theta[9:12]
    assert outputs[0, 0] == pytest.approx(W1.sum(axis=0) ** 2 @ W2, rel=1e-12)
    assert isinstance(network.engine.engine, CompiledEngine)
