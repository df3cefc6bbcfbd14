"""Networks in files of other programs, in dicts, and in exports of clearprop itself."""

import io
import pickle
import shutil
import subprocess
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save_file

import clearprop as cp
from export.cases import CASES
from refusals import refused

RANDOM = np.random.default_rng(1)
W1, b1 = RANDOM.normal(size=(3, 4)), RANDOM.normal(size=4)
W2, b2 = RANDOM.normal(size=(4, 2)), RANDOM.normal(size=2)
X = RANDOM.normal(size=(9, 3))
WANTED = np.tanh(X @ W1 + b1) @ W2 + b2
STATE = {"0.weight": W1.T, "0.bias": b1, "2.weight": W2.T, "2.bias": b2}


@pytest.mark.parametrize(
    "arrays",
    [
        {"W1": W1, "b1": b1, "W2": W2, "b2": b2},
        {"w2": W2, "w1": W1, "b2": b2, "b1": b1},
        {"W1": W1, "b1": b1[None], "W2": W2, "b2": b2},
        STATE,
    ],
)
def test_a_dict_of_arrays(arrays):
    model = cp.load(arrays, activation="tanh", target=["u", "v"])
    assert model.target.names == ("u", "v")
    np.testing.assert_allclose(model.predict(X), WANTED, rtol=1e-12)


def test_a_layer_without_biases():
    model = cp.load({"W1": W1, "W2": W2}, activation="identity", columns=["a", "b", "c"])
    np.testing.assert_allclose(model.predict(dict(zip("abc", X.T, strict=True))), X @ W1 @ W2)


@pytest.mark.parametrize(
    ("arrays", "said", "word"),
    [
        ({"W1": W1, "W3": W2}, {}, "[1, 3]"),
        ({"W1": W1, "b1": b1, "gamma": b1}, {}, "gamma"),
        ({"0.weight": W1.T, "1.running_mean": b1}, {}, "running_mean"),
        ({"W1": W1, "b1": b2}, {}, "do not fit"),
        ({"W1": W1, "b1": b1, "W2": W1, "b2": b1}, {}, "4 units"),
        ({"W1": W1 * np.nan, "b1": b1}, {}, "finite"),
        ({"W1": W1.astype(int), "b1": b1}, {}, "int64"),
    ],
)
def test_arrays_that_are_no_chain_are_refused(arrays, said, word):
    with refused("source", word):
        cp.load(arrays, **said)


def test_what_is_said_must_fit():
    with refused("classes", "2 outputs"):
        cp.load(STATE, classes=["a", "b", "c"])
    with refused("activation"):
        cp.load(STATE, activation="thanh")
    with refused("colums", "columns"):
        cp.load(STATE, colums=["a"])
    with refused("source", "none of"):
        cp.load(3)


def test_a_safetensors_file(tmp_path):
    save_file({name: np.ascontiguousarray(array.astype("f4")) for name, array in STATE.items()},
              tmp_path / "net.safetensors")  # fmt: skip
    model = cp.load(tmp_path / "net.safetensors", activation="tanh")
    assert model.network.dtype == "float32"
    np.testing.assert_allclose(model.predict(X), WANTED, rtol=1e-4)


class Tensor:
    """A tensor as torch.save describes it: a storage outside of the pickle, and how to see it."""

    def __init__(self, array, number):
        self.array, self.number = array, number


def torch_file(path, state, *, root="net", evil=None):
    """Write a file in the format of torch.save, by hand: torch is not installed."""
    storages = []

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj):
            return obj.value if isinstance(obj, Persistent) else None

        def reducer_override(self, obj):
            if isinstance(obj, Tensor):
                array = np.ascontiguousarray(obj.array)
                storages.append(array)
                stride = tuple(step // array.itemsize for step in array.strides)
                kind = "FloatStorage" if array.dtype == np.float32 else "DoubleStorage"
                key = str(len(storages) - 1)
                at = Persistent(("storage", Global("torch", kind), key, "cpu", array.size))
                return Global("torch._utils", "_rebuild_tensor_v2"), (
                    at,
                    0,
                    array.shape,
                    stride,
                    False,
                    {},
                )
            return NotImplemented

    class Persistent:
        def __init__(self, value):
            self.value = value

    class Global:
        """Stands for a name of torch; it is written as GLOBAL."""

        def __init__(self, module, name):
            self.module, self.name = module, name

        def __call__(self):
            raise AssertionError

    class WithGlobals(pickle._Pickler):
        dispatch = dict(pickle._Pickler.dispatch)  # noqa: RUF012

        def persistent_id(self, obj):
            return obj.value if isinstance(obj, Persistent) else None

        def save_global_name(self, obj):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())

        def save_tensor(self, obj):
            function, arguments = Pickler.reducer_override(self, obj)
            self.save(function)
            self.save(arguments)
            self.write(pickle.REDUCE)

        dispatch[Global] = save_global_name
        dispatch[Tensor] = save_tensor

    stream = io.BytesIO()
    writer = WithGlobals(stream, 2)
    content = {name: Tensor(array, n) for n, (name, array) in enumerate(state.items())}
    if evil:
        content["evil"] = Global(*evil)
    writer.dump(content)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{root}/data.pkl", stream.getvalue())
        for n, array in enumerate(storages):
            archive.writestr(f"{root}/data/{n}", array.tobytes())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_file_of_torch_is_read_without_torch(dtype, tmp_path):
    torch_file(tmp_path / "net.pt", {name: array.astype(dtype) for name, array in STATE.items()})
    model = cp.load(tmp_path / "net.pt", activation="tanh")
    assert model.network.dtype == dtype
    np.testing.assert_allclose(model.predict(X), WANTED, rtol=1e-4 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("evil", [("os", "system"), ("builtins", "eval"), ("torch.nn", "Linear")])
def test_a_file_that_wants_to_run_something_is_refused(evil, tmp_path):
    torch_file(tmp_path / "net.pt", STATE, evil=evil)
    with refused("source", ".".join(evil)):
        cp.load(tmp_path / "net.pt")


@pytest.mark.parametrize(
    "name", ["net.pt", "net.onnx", "net.safetensors", "net.m", "net.clearprop"]
)
@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04", b"\x00" * 100, b"not a network\n",
        b"a1 = " + b" " * 100_000 + b"\nb1 = " + b"1" * 100_000 + b"w" * 100_000,
    ],
    ids=["nothing", "archive", "zeros", "text", "long"],
)  # fmt: skip
def test_a_file_of_something_else_is_one_sentence(name, content, tmp_path):
    if name.endswith("onnx"):
        pytest.importorskip("onnx")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(cp.InputError, match="try: "):
        cp.load(tmp_path / name)


@pytest.mark.parametrize(("to", "ending"), [("onnx", "onnx"), ("matlab", "m")])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_export_comes_back_to_the_bit(case, to, ending, tmp_path):
    if to == "onnx":
        pytest.importorskip("onnx")
    path, model = tmp_path / f"net.{ending}", case.model
    model.export(path, to=to)
    read = cp.load(path)
    assert (read.network, read.parameters) == (model.network, model.parameters)
    assert (read.encoding, read.target) == (model.encoding, model.target)
    assert read.statistics == model.statistics


@pytest.mark.parametrize(("to", "ending"), [("onnx", "onnx"), ("matlab", "m")])
def test_an_export_of_single_precision_comes_back_as_what_it_computes(to, ending, tmp_path):
    if to == "onnx":
        pytest.importorskip("onnx")
    for case in (CASES[3], CASES[4]):
        case.model.export(tmp_path / f"net.{ending}", to=to, dtype="float32")
        read = cp.load(tmp_path / f"net.{ending}")
        x = np.array(case.model.statistics.inputs.mean)[None]
        np.testing.assert_allclose(
            read.network.forward(read.parameters, x),
            case.model.network.forward(case.model.parameters, x),
            rtol=1e-4,
        )


def matrix(array):
    rows = [" ".join(map(repr, row)) for row in np.atleast_2d(array).tolist()]
    return "[" + ";".join(rows) + "]"


def column(array):
    return matrix(np.asarray(array)[:, None])


PROCESSING = """
function y = mapminmax_apply(x,s)
y = bsxfun(@plus,bsxfun(@times,bsxfun(@minus,x,s.xoffset),s.gain),s.ymin);
end
function x = mapminmax_reverse(y,s)
x = bsxfun(@plus,bsxfun(@rdivide,bsxfun(@minus,y,s.ymin),s.gain),s.xoffset);
end
function y = removeconstantrows_apply(x,s)
y = x(s.keep,:);
end
function x = removeconstantrows_reverse(y,s)
x = nan(s.xrows,size(y,2)); x(s.keep,:) = y; x(s.remove,:) = repmat(s.constants,1,size(y,2));
end
function a = tansig_apply(n,~)
a = 2 ./ (1 + exp(-2*n)) - 1;
end
function a = logsig_apply(n,~)
a = 1 ./ (1 + exp(-n));
end
"""


def gen_function(hidden="tansig", output="", sep="."):
    """Return a function in the layout of genFunction: a constant input, a constant output."""
    last = f"{output}_apply(" if output else ""
    return f"""function [y1] = gen(x1)
% [y1] = gen(x1) takes these arguments:
%   x = Qx4 matrix, input #1
x1_step1{sep}keep = [1 3 4];
x1_step2{sep}xoffset = {column([-1, 0.5, 2])};
x1_step2{sep}gain = {column([0.5, 2, 0.25])};
x1_step2{sep}ymin = -1;

b1 = {column(b1)};
IW1_1 = {matrix(W1.T)};
b2 = {column(b2)};
LW2_1 = {matrix(W2.T)};

y1_step2{sep}ymin = -1;
y1_step2{sep}gain = {column([0.1, 4])};
y1_step2{sep}xoffset = {column([100, -3])};
y1_step1{sep}xrows = 3;
y1_step1{sep}keep = [1 3];
y1_step1{sep}remove = 2;
y1_step1{sep}constants = 7.5;

Q = size(x1,1); % samples
x1 = x1';
temp = removeconstantrows_apply(x1,x1_step1);
xp1 = mapminmax_apply(temp,x1_step2);
    a1 = {hidden}_apply(repmat(b1,1,Q) + IW1_1*xp1);
a2 = {last}repmat(b2,1,Q) + LW2_1*a1{")" if output else ""};
temp = mapminmax_reverse(a2,y1_step2);
y1 = removeconstantrows_reverse(temp,y1_step1);
y1 = y1';
end
{PROCESSING}"""


@pytest.mark.parametrize(
    ("hidden", "output"), [("tansig", ""), ("logsig", ""), ("tansig", "logsig")]
)
def test_a_function_of_genfunction_gives_what_octave_gives(hidden, output, tmp_path):
    text = gen_function(hidden, output)
    (tmp_path / "gen.m").write_text(text)
    model = cp.load(tmp_path / "gen.m")
    assert (model.network.inputs, model.network.outputs) == (4, 3)
    X = RANDOM.normal(size=(6, 4))
    x = (X[:, [0, 2, 3]] - [-1, 0.5, 2]) * [0.5, 2, 0.25] - 1
    f = {"tansig": np.tanh, "logsig": lambda z: 1 / (1 + np.exp(-z)), "": lambda z: z}
    a = (f[output](f[hidden](x @ W1 + b1) @ W2 + b2) + 1) / [0.1, 4] + [100, -3]
    wanted = np.column_stack([a[:, 0], np.full(6, 7.5), a[:, 1]])
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-12)
    if shutil.which("octave-cli") is None:
        pytest.skip("octave-cli is not installed")
    code = f"printf('%.17g ', gen({matrix(X)}))"
    command = ["octave-cli", "--quiet", "--no-gui", "--eval", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    given = np.array([float(v) for v in done.stdout.split()]).reshape(3, 6).T
    np.testing.assert_allclose(model.predict(X), given, rtol=1e-12)


def test_the_older_layout_is_read_alike(tmp_path):
    (tmp_path / "a.m").write_text(gen_function())
    (tmp_path / "b.m").write_text(gen_function(sep="_"))
    assert cp.load(tmp_path / "a.m").parameters == cp.load(tmp_path / "b.m").parameters


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("tansig_apply(repmat", "hardlims_apply(repmat"), "hardlims"),
        (("mapminmax_apply(temp", "processpca_apply(temp"), "principal components"),
        (("LW2_1*a1", "LW2_1*xp1"), "follow"),
        (("IW1_1*xp1", "IW1_1*xp1 + IW1_2*xp2"), "simulation"),
        (("a1 = ", "tapdelay1 = 0; a1 = "), "delays"),
        (("b2 = [", "c2 = ["), "b2"),
        (("removeconstantrows_apply(x1", "own_apply(x1"), "own"),
    ],
)
def test_a_function_that_is_no_chain_is_refused(change, word, tmp_path):
    (tmp_path / "gen.m").write_text(gen_function().replace(*change, 1))
    with refused("source", word):
        cp.load(tmp_path / "gen.m")
