"""ONNX files of other programs: chains of dense layers are read, all else is refused by a node."""

import numpy as np
import pytest

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
    "one": np.array([1.0]),
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
        numpy_helper.from_array(value.astype(dtype), name)
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
    "one minus": [
        ("Gemm", ["x", "W1", "b1"], "z", {}),
        ("Gemm", ["z", "W2", "b2"], "v", {}),
        ("Sub", ["one", "v"], "y", {}),
    ],
}
NORMED = (X @ W1 + b1 - MEAN) / np.sqrt(VARIANCE + 1e-5) * SCALE + OFFSET
SCALED = (X - [1, 2, 3]) / 2 @ W1 + b1
WANTED = {
    "gemm": np.tanh(X @ W1 + b1) @ W2 + b2,
    "transposed": 1 / (1 + np.exp(-(X @ W1 / 2 + 2 * b1))),
    "matmul": relu(X @ W1 + b1) @ W2 + b2,
    "scaled": 2 * np.where(SCALED > 0, SCALED, 0.25 * SCALED) @ W2,
    "batch norm": softmax(relu(NORMED) @ W2 + b2),
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


def test_sums_of_classes_are_logits(tmp_path):
    path = write(tmp_path / "net.onnx", CHAINS["gemm"])
    model = cp.load(path, classes=["a", "b"])
    np.testing.assert_allclose(model.predict_proba(X), softmax(WANTED["gemm"]), rtol=1e-10)
    assert "softmax" in model.summary["import"]["assumed"]
    assert "assumed" not in cp.load(path).summary["import"]


DENSE = ("Gemm", ["x", "W1", "b1"], "z", {})


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([DENSE, ("Tanh", ["x"], "t", {}), ("Add", ["z", "t"], "y", {})], "Add"),
        ([DENSE, ("Erf", ["z"], "y", {})], "Erf"),
        ([DENSE, ("Elu", ["z"], "y", {"alpha": 0.5})], "Elu"),
        ([("MatMul", ["W1t", "x"], "y", {})], "MatMul"),
        ([("Tanh", ["x"], "y", {})], "before every layer"),
        ([("Tanh", ["nothing"], "y", {})], "nothing"),
    ],
)
def test_what_is_no_chain_is_refused_by_its_node(nodes, word, tmp_path):
    with refused("source", word):
        cp.load(write(tmp_path / "net.onnx", nodes))


def test_numbers_in_another_file_are_refused(tmp_path):
    path = write(tmp_path / "net.onnx", CHAINS["gemm"])
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="other.bin", size_threshold=0)
    with refused("source", "another file"):
        cp.load(path)
