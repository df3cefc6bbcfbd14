"""clearprop import turns a network of another program into a model file that predicts."""

import numpy as np
from safetensors.numpy import save_file

from clearprop.model import Model


def test_an_exported_function_comes_back(clearprop, models):
    assert clearprop("export", "kind.clearprop", "--to", "matlab", "--out", "net.m")[0] == 0
    code, out, err = clearprop("import", "net.m", "--out", "back.clearprop")
    assert (code, err) == (0, "wrote back.clearprop\n")
    assert "1 sigmoid" in out
    code, again, _ = clearprop("predict", "back.clearprop", "houses.csv", "--probabilities")
    assert code == 0
    assert again == clearprop("predict", "kind.clearprop", "houses.csv", "--probabilities")[1]
    assert Model.load("back.clearprop").summary == {"import": {"source": "MATLAB function"}}


def test_what_a_file_does_not_say_is_said(clearprop, folder):
    random = np.random.default_rng(0)
    save_file(
        {"0.weight": random.normal(size=(3, 2)), "0.bias": random.normal(size=3)}, "n.safetensors"
    )
    options = ["--output", "softmax", "--columns", "a, b", "--target", "kind", "--classes", "x,y,z"]
    code, out, _ = clearprop("import", "n.safetensors", *options, "--lang", "zh")
    assert code == 0
    assert "2 → 3 softmax" in out
    model = Model.load("n.clearprop")
    assert [column.name for column in model.encoding.columns] == ["a", "b"]
    assert model.target.classes == ("x", "y", "z")


def test_bad_input_is_one_line_and_destroys_nothing(clearprop, models):
    (models / "bad.m").write_text("x = 1;\n")
    before = (models / "houses.csv").read_bytes()
    for arguments in (
        ["bad.m"],
        ["none.m"],
        ["houses.csv"],
        ["price.clearprop", "--out", "houses.csv"],
    ):
        code, out, err = clearprop("import", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
    assert (models / "houses.csv").read_bytes() == before
