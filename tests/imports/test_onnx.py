"""ONNX files of other programs: chains of dense layers are read, all else is refused by a node."""

import numpy as np
import pytest
from scipy.special import erf

import clearprop as cp
from refusals import refused

onnx = pytest.importorskip("onnx")
helper, numpy_helper = onnx.helper, onnx.numpy_helper

RANDOM = np.random.default_rng(2)
W1, b1 = RANDOM.normal(size=(3, 4)), RANDOM.normal(size=4)
W2, b2 = RANDOM.normal(size=(4, 2)), RANDOM.normal(size=2)
SCALE, OFFSET, MEAN, VARIANCE = (RANDOM.uniform(0.5, 2, 4) for _ in range(4))
X = RANDOM.normal(size=(7, 3))
CONSTANTS = {
    "W1": W1, "b1": b1, "W2": W2, "b2": b2, "W1t": W1.T.copy(), "scale": SCALE, "offset": OFFSET,
    "mean": MEAN, "variance": VARIANCE, "two": np.array(2.0), "three": np.array([1.0, 2.0, 3.0]),
    "one": np.array([1.0]), "half": np.array(0.5), "root": np.array(2**0.5), "low": np.array(-1.0),
    "twenty": np.array(20.0), "first": np.array([2, 0]), "second": np.array([1]),
}  # fmt: skip


def write(path, nodes, output="y", dtype="float64", inputs=3):
    """Write a graph of nodes (operator, inputs, output, attributes) from x to the output."""
    kind = onnx.TensorProto.DOUBLE if dtype == "float64" else onnx.TensorProto.FLOAT
    made = [
        helper.make_node(operator, given, [gives], **settings)
        for operator, given, gives, settings in nodes
    ]
    used = {name for node in made for name in node.input}
    initializers = [
        numpy_helper.from_array(value if value.dtype.kind == "i" else value.astype(dtype), name)
        for name, value in CONSTANTS.items()
        if name in used
    ]
    entry = helper.make_tensor_value_info("x", kind, ["n", inputs])
    result = helper.make_tensor_value_info(output, kind, None)
    graph = helper.make_graph(made, "net", [entry], [result], initializers)
    opsets = [helper.make_opsetid("", 17)]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    )
    return path


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


DENSE = ("Gemm", ["x", "W1", "b1"], "z", {})
CHAINS = {
    "gemm": [
        ("Gemm", ["x", "W1", "b1"], "z", {}),
        ("Tanh", ["z"], "a", {}),
        ("Gemm", ["a", "W2", "b2"], "y", {}),
    ],
    "transposed": [
        ("Gemm", ["x", "W1t", "b1"], "z", {"transB": 1, "alpha": 0.5, "beta": 2.0}),
        ("Sigmoid", ["z"], "y", {}),
    ],
    "matmul": [
        ("MatMul", ["x", "W1"], "p", {}),
        ("Add", ["b1", "p"], "z", {}),
        ("Relu", ["z"], "a", {}),
        ("MatMul", ["a", "W2"], "q", {}),
        ("Add", ["q", "b2"], "y", {}),
    ],
    "scaled": [
        ("Sub", ["x", "three"], "s", {}),
        ("Div", ["s", "two"], "t", {}),
        ("Gemm", ["t", "W1", "b1"], "z", {}),
        ("LeakyRelu", ["z"], "a", {"alpha": 0.25}),
        ("Gemm", ["a", "W2"], "u", {}),
        ("Mul", ["u", "two"], "y", {}),
    ],
    "batch norm": [
        ("Gemm", ["x", "W1", "b1"], "z", {}),
        ("BatchNormalization", ["z", "scale", "offset", "mean", "variance"], "n", {}),
        ("Relu", ["n"], "a", {}),
        ("Dropout", ["a"], "d", {}),
        ("Gemm", ["d", "W2", "b2"], "v", {}),
        ("Softmax", ["v"], "y", {"axis": 1}),
    ],
    "silu in parts": [DENSE, ("Sigmoid", ["z"], "s", {}), ("Mul", ["z", "s"], "y", {})],
    "softsign in parts": [
        DENSE,
        ("Abs", ["z"], "m", {}),
        ("Add", ["m", "one"], "d", {}),
        ("Div", ["z", "d"], "y", {}),
    ],
    "gelu in parts": [
        DENSE,
        ("Div", ["z", "root"], "r", {}),
        ("Erf", ["r"], "e", {}),
        ("Add", ["e", "one"], "p", {}),
        ("Mul", ["z", "p"], "q", {}),
        ("Mul", ["q", "half"], "y", {}),
    ],
    "softplus of torch": [
        DENSE,
        ("Softplus", ["z"], "s", {}),
        ("Greater", ["z", "twenty"], "g", {}),
        ("Where", ["g", "z", "s"], "y", {}),
    ],
    "clip": [DENSE, ("Clip", ["z", "low", "one"], "y", {})],
    "a constant's second name": [
        ("Identity", ["b1"], "b", {}),
        ("Gemm", ["x", "W1", "b"], "y", {}),
    ],
    "columns apart": [
        ("Gather", ["x", "first"], "one_part", {"axis": 1}),
        ("Mul", ["one_part", "two"], "doubled", {}),
        ("Gather", ["x", "second"], "other_part", {"axis": 1}),
        ("Concat", ["other_part", "doubled"], "c", {"axis": 1}),
        ("Gemm", ["c", "W1", "b1"], "y", {}),
    ],
    "one minus": [
        ("Gemm", ["x", "W1", "b1"], "z", {}),
        ("Gemm", ["z", "W2", "b2"], "v", {}),
        ("Sub", ["one", "v"], "y", {}),
    ],
}
Z = X @ W1 + b1
NORMED = (X @ W1 + b1 - MEAN) / np.sqrt(VARIANCE + 1e-5) * SCALE + OFFSET
SCALED = (X - [1, 2, 3]) / 2 @ W1 + b1
WANTED = {
    "gemm": np.tanh(X @ W1 + b1) @ W2 + b2,
    "transposed": 1 / (1 + np.exp(-(X @ W1 / 2 + 2 * b1))),
    "matmul": relu(X @ W1 + b1) @ W2 + b2,
    "scaled": 2 * np.where(SCALED > 0, SCALED, 0.25 * SCALED) @ W2,
    "batch norm": softmax(relu(NORMED) @ W2 + b2),
    "silu in parts": Z / (1 + np.exp(-Z)),
    "softsign in parts": Z / (1 + abs(Z)),
    "gelu in parts": Z / 2 * (1 + erf(Z / np.sqrt(2))),
    "softplus of torch": np.log1p(np.exp(Z)),
    "clip": np.clip(Z, -1, 1),
    "a constant's second name": Z,
    "columns apart": X[:, [1, 2, 0]] * [1, 2, 2] @ W1 + b1,
    "one minus": 1 - ((X @ W1 + b1) @ W2 + b2),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_read(name, tmp_path):
    model = cp.load(write(tmp_path / "net.onnx", CHAINS[name]))
    np.testing.assert_allclose(model.predict(X), WANTED[name], rtol=1e-10, atol=1e-12)


def test_it_proves_itself_where_onnxruntime_is(tmp_path):
    pytest.importorskip("onnxruntime")
    path = write(tmp_path / "net.onnx", CHAINS["batch norm"], dtype="float32")
    model = cp.load(path, classes=["a", "b"])
    assert model.network.dtype == "float32"
    assert model.summary["import"]["difference"] < 1e-5
    assert model.summary["import"]["by"] == "onnxruntime"
    np.testing.assert_allclose(model.predict_proba(X), WANTED["batch norm"], rtol=1e-4)


def test_a_file_for_one_row_at_a_time_proves_itself_too(tmp_path):
    pytest.importorskip("onnxruntime")
    path = write(tmp_path / "net.onnx", CHAINS["gemm"])
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    onnx.save(model, path)
    assert cp.load(path).summary["import"]["difference"] < 1e-12


def test_sums_of_classes_are_logits(tmp_path):
    path = write(tmp_path / "net.onnx", CHAINS["gemm"])
    model = cp.load(path, classes=["a", "b"])
    np.testing.assert_allclose(model.predict_proba(X), softmax(WANTED["gemm"]), rtol=1e-10)
    assert "softmax" in model.summary["import"]["assumed"]
    assert "assumed" not in cp.load(path).summary["import"]


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([DENSE, ("Tanh", ["x"], "t", {}), ("Add", ["z", "t"], "y", {})], "Add"),
        ([DENSE, ("Erf", ["z"], "y", {})], "Erf"),
        ([DENSE, ("Elu", ["z"], "y", {"alpha": 0.5})], "Elu"),
        ([("MatMul", ["W1t", "x"], "y", {})], "MatMul"),
        ([("Tanh", ["x"], "y", {})], "before every layer"),
        ([("Tanh", ["nothing"], "y", {})], "nothing"),
        ([("Tanh", ["b"], "y", {}), ("Relu", ["y"], "b", {})], "circle"),
        ([DENSE, ("Clip", ["z", "low", "two"], "y", {})], "between"),
        (
            [
                DENSE,
                ("Tanh", ["z"], "t", {}),
                ("Concat", ["t", "x"], "c", {"axis": 1}),
                ("Relu", ["c"], "y", {}),
            ],
            "side by side",
        ),
    ],
)
def test_what_is_no_chain_is_refused_by_its_node(nodes, word, tmp_path):
    with refused("source", word):
        cp.load(write(tmp_path / "net.onnx", nodes))


def test_logarithms_of_probabilities_are_probabilities(tmp_path):
    nodes = [*CHAINS["gemm"][:-1], ("Gemm", ["a", "W2", "b2"], "v", {})]
    path = write(tmp_path / "net.onnx", [*nodes, ("LogSoftmax", ["v"], "y", {"axis": 1})])
    model = cp.load(path, classes=["a", "b"])
    np.testing.assert_allclose(model.predict_proba(X), softmax(WANTED["gemm"]), rtol=1e-10)


def test_several_inputs_are_columns_by_their_names(tmp_path):
    kind = onnx.TensorProto.DOUBLE
    entries = [helper.make_tensor_value_info(n, kind, ["n", 1]) for n in ("age", "area", "tax")]
    made = [
        helper.make_node("Concat", ["age", "area", "tax"], ["c"], axis=1),
        helper.make_node("Gemm", ["c", "W1", "b1"], ["y"]),
    ]
    constants = [numpy_helper.from_array(CONSTANTS[name], name) for name in ("W1", "b1")]
    result = helper.make_tensor_value_info("y", kind, None)
    graph = helper.make_graph(made, "net", entries, [result], constants)
    opsets = [helper.make_opsetid("", 17)]
    content = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    (tmp_path / "net.onnx").write_bytes(content)
    model = cp.load(tmp_path / "net.onnx")
    assert model.encoding.features == ("age", "area", "tax")
    given = dict(zip(("age", "area", "tax"), X.T, strict=True))
    np.testing.assert_allclose(model.predict(given), Z, rtol=1e-12)


def test_numbers_in_another_file_are_refused(tmp_path):
    path = write(tmp_path / "net.onnx", CHAINS["gemm"])
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="other.bin", size_threshold=0)
    with refused("source", "another file"):
        cp.load(path)
