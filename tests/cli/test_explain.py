"""`clearprop explain` and `clearprop graph`, as people use them."""

import base64
import gzip
import json
import re

import numpy as np
import pytest

from clearprop import Layer, Model, Network

COURSE = ["--layers", "2-3-1", "--activations", "relu,sigmoid", "--x", "0.5,-1", "--y", "1"]


def test_a_network_is_described_by_options(clearprop):
    code, out, err = clearprop("explain", *COURSE, "--wrt", "W1[0,2]", "--seed", "3")
    assert (code, err) == (0, "")
    assert out.startswith("Derivation of W1[0,2]: 2-3-1 network (relu, sigmoid)")
    assert "Paths from W1[0,2] to the loss" in out


def test_chinese_and_column_convention(clearprop):
    _, out, _ = clearprop("explain", *COURSE, "--lang", "zh", "--convention", "column")
    assert "前向传播" in out
    assert "z¹ = W¹ x + b¹" in out


def test_a_sample_may_begin_with_a_minus_and_there_may_be_several(clearprop):
    code, out, _ = clearprop("explain", "--layers", "2-1", "--x", "-1,2;3,4", "--y", "-1;0.5")
    assert code == 0
    assert "2 samples, mean" in out


AS_PEOPLE_TYPE = {
    "--layers": ("2,3,1", "[2, 3, 1]", "2x3x1", "2→3→1", "2 3 1"),
    "--x": ("0.5, -1", "0.5 -1", "[0.5, -1]", "[[0.5, -1]]", "（0.5，－1）", "½,-1"),
    "--wrt": ("dW2", "dL/dW2", "∂L/∂W²", "W^(2)", "w2", "W₂"),
}
"""Ways to write what stands in `COURSE`, and W2."""


@pytest.mark.parametrize("option", AS_PEOPLE_TYPE)
def test_options_are_read_as_people_type_them(clearprop, option):
    usual = dict(zip([*COURSE[::2], "--wrt"], [*COURSE[1::2], "W2"], strict=True))
    _, expected, _ = clearprop("explain", *(word for pair in usual.items() for word in pair))
    for way in AS_PEOPLE_TYPE[option]:
        typed = usual | {option: way}
        _, out, _ = clearprop("explain", *(word for pair in typed.items() for word in pair))
        assert out.split("\n", 3)[3] == expected.split("\n", 3)[3]


def test_samples_targets_and_weights_are_drawn_with_the_seed(clearprop):
    for loss, last in (
        ("poisson", "softplus"),
        ("categorical_cross_entropy", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("huber(delta=0.5)", "leaky_relu(slope=0.2)"),
    ):
        options = ["--layers", "3-2-2", "--activations", f"tanh,{last}", "--loss", loss]
        first = clearprop("explain", *options, "--seed", "5")
        assert first[0] == 0
        assert clearprop("explain", *options, "--seed", "5") == first
        assert clearprop("explain", *options, "--seed", "6") != first


def test_weights_come_from_a_file(clearprop, folder):
    weights = {"W1": [[0.25], [-0.75]], "b1": [0.125]}
    (folder / "weights.json").write_text(json.dumps(weights))
    _, out, _ = clearprop(
        "explain", "--layers", "2-1", "--weights", "weights.json", "--x", "1,1", "--y", "0"
    )
    assert "[1  1] ⎡ 0.25⎤ + 0.125 = -0.375" in out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.md", "# Derivation"),
        ("a.tex", r"\documentclass"),
        ("a.html", "<!doctype html>"),
        ("a.json", "{"),
        ("a.txt", "Derivation"),
    ],
)
def test_the_ending_of_the_file_chooses_the_form(clearprop, folder, name, begins):
    code, out, err = clearprop("explain", *COURSE, "--out", name)
    assert (code, out) == (0, "")
    assert f"wrote {name}" in err
    assert (folder / name).read_text(encoding="utf-8").startswith(begins)


def test_the_page_opens_at_the_derivation_with_a_rate(clearprop):
    _, out, _ = clearprop("explain", *COURSE, "--format", "html")
    assert '"view":"derive"' in out
    packed = re.search(r'"scenes":"([^"]+)"', out)
    assert packed is not None
    scene, *_ = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    assert (scene["solver"], scene["settings"]["learning_rate"]) == ("sgd", 0.1)


def test_topics_are_chosen(clearprop):
    _, out, _ = clearprop("explain", *COURSE, "--topics", "collapse, cost")
    assert "The one weight matrix" in out
    assert "Forward pass" not in out


def test_a_row_of_a_trained_model_is_explained(clearprop, folder):
    code, _, _ = clearprop(
        "train", "houses.csv", "--target", "kind", "--ignore", "price", "--hidden", "3",
        "--out", "m.clearprop",
    )  # fmt: skip
    assert code == 0
    code, out, err = clearprop(
        "explain", "m.clearprop", "houses.csv", "--row", "7", "--wrt", "W1[0,0]"
    )
    assert (code, err) == (0, "")
    assert "the engine's gradient is" in out
    code, out, _ = clearprop("explain", "m.clearprop", "houses.csv", "--row", "7", "--row", "8")
    assert "2 samples" in out


def test_the_row_is_the_row_of_the_table(clearprop, folder):
    net = Network(1, [Layer(1)], "half_squared_error")
    Model(net, net.parameters(np.array([2.0, 0.0]))).save("m.clearprop")
    (folder / "d.csv").write_text("x1,y1\n1,10\n2,20\n,30\n4,40\n")
    _, out, _ = clearprop("explain", "m.clearprop", "d.csv", "--row", "1", "--topics", "forward")
    assert "z¹ = 2 · 2 + 0 = 4" in out
    code, _, err = clearprop("explain", "m.clearprop", "d.csv", "--row", "2")
    assert code == 2
    assert "d.csv, column 'x1'" in err
    assert "missing" in err


BAD = [
    (["explain"], "`layers`"),
    (["explain", "--layers", "2"], "`layers`"),
    (["explain", "--layers", "2-x"], "`layers`"),
    (["explain", "--layers", "9000-9000-1"], "`layers`"),
    (["explain", "--layers", "2-3-1", "--activations", "relu"], "`activations`"),
    (["explain", "--layers", "2-3-1", "--activations", "relu,sigmiod"], "try: 'sigmoid'"),
    (["explain", "--layers", "2-1", "--loss", "squares"], "`loss`"),
    (["explain", "--layers", "2-1", "--reduction", "max"], "`reduction`"),
    (["explain", "--layers", "2-1", "--x", "1,a", "--y", "1"], "`x`"),
    (["explain", "--layers", "2-1", "--x", "1,2;3", "--y", "1"], "`x`"),
    (["explain", "--layers", "2-1", "--x", "1,2,3", "--y", "1"], "`X`"),
    (["explain", "--layers", "2-1", "--y", "1"], "`y`"),
    (["explain", "--layers", "2-1", "--seed", "-1"], "`seed`"),
    (["explain", "--layers", "2-1", "--wrt", "W2"], "`wrt`"),
    (["explain", "--layers", "2-1", "--format", "pdf"], "`format`"),
    (["explain", "--layers", "2-1", "--out", "a.pdf"], "`out`"),
    (["explain", "--layers", "2-1", "--out", "nowhere/a.md"], "no folder"),
    (["explain", "--layers", "2-1", "--digits", "18"], "`digits`"),
    (["explain", "--layers", "2-1", "--fold", "-1"], "`fold`"),
    (["explain", "--layers", "2-1", "--first-index", "2"], "`first_index`"),
    (["explain", "--layers", "2-1", "--topics", "magic"], "`topics`"),
    (["explain", "--layers", "2-1", "--learning-rate", "0"], "`learning_rate`"),
    (["explain", "--layers", "2-1", "--weights", "none.json"], "`weights`"),
    (["explain", "--layers", "2-1", "--weights", "houses.csv"], "`weights`"),
    (["explain", "none.clearprop", "houses.csv"], "no such file"),
    (["explain", "houses.csv"], "`data`"),
    (["explain", "houses.csv", "houses.csv", "--layers", "2-1"], "`layers`"),
    (["explain", "houses.csv", "houses.csv", "--activations", "relu"], "`layers`"),
    (["explain", "--layers", "2-1", "--row", "7"], "`row`"),
    (["graph"], "EXPRESSION"),
    (["graph", "a * b", "a=1"], "`b`"),
    (["graph", "a", "a"], "`values`"),
    (["graph", "a", "a=x"], "`values`"),
    (["graph", "a", "a=1", "a=2"], "`values`"),
    (["graph", "a.b", "a=1"], "`expression`"),
    (["graph", "a / 0", "a=1"], "divides by zero"),
    (["graph", "a", "a=1", "--format", "png"], "`format`"),
    (["graph", "a", "a=1", "--digits", "0"], "`digits`"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(clearprop, folder, arguments, message):
    before = set(folder.iterdir())
    code, out, err = clearprop(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("clearprop: ")
    assert message in err
    assert "try:" in err
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"W1": [[1], [2]]}',
        '{"W1": [[1], [2]], "b1": [0], "W2": [[1]]}',
        '{"W1": [[1, 2]], "b1": [0]}',
        '{"W1": [[1], ["x"]], "b1": [0]}',
        '{"W1": [[1], [[2]]], "b1": [0]}',
        '{"W1": [[1], [NaN]], "b1": [0]}',
        '{"W1": null, "b1": [0]}',
        "[" * 100_000,
    ],
)
def test_bad_weights_are_refused(clearprop, folder, content):
    (folder / "weights.json").write_text(content)
    code, _, err = clearprop("explain", "--layers", "2-1", "--weights", "weights.json")
    assert code == 2
    assert err.count("\n") == 1


def test_own_gradients_of_a_graph_are_diagnosed(clearprop, folder):
    product = ("graph", "sum(x @ W)", "x=[[1,2]]", "W=[[3],[4]]", "--mine")
    code, out, _ = clearprop(*product, "dW=[[1],[2]]", "dx=[[3,4]]")
    assert (code, "Every gradient is right" in out) == (0, True)
    (folder / "mine.json").write_text('{"W": [[1, 2]]}', "utf-8")
    code, out, _ = clearprop(*product, "mine.json", "--lang", "zh")
    assert (code, "被转置" in out) == (1, True)
    assert clearprop(*product, "missing.json")[0] == 2


def test_a_graph_is_printed_and_drawn(clearprop, folder):
    arguments = ["price * quantity * (1 + tax)", "price=20", "quantity=2", "tax=0.1"]
    code, out, _ = clearprop("graph", *arguments)
    assert code == 0
    assert out.startswith("price * quantity * (1 + tax) = 44\n")
    code, out, err = clearprop("graph", *arguments, "--out", "cars.svg", "--lang", "zh")
    assert (code, out, err) == (0, "", "已写入 cars.svg\n")
    assert (folder / "cars.svg").read_text(encoding="utf-8").startswith("<svg")
    code, out, _ = clearprop("graph", "-a", "a=-3")
    assert "-a = 3" in out
