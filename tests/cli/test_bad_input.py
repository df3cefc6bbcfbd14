"""Bad input: one line on standard error, exit code 2, no traceback, no file."""

import io

import numpy as np
import pandas as pd
import pytest

from clearprop.fitting import fit

GOOD = "area,city,price\n" + "".join(
    f"{n},{'Oslo' if n % 2 else 'Rome'},{n * n}\n" for n in range(30)
)
TRAIN = ["train", "data.csv", "--target", "price"]

TABLES = {
    "missing value": (GOOD + ",Oslo,3\n", "data.csv, line 32, column 'area': the value is missing"),
    "missing target value": (GOOD + "1,Oslo,\n", "line 32, column 'price': the value is missing"),
    "text in numbers": (GOOD + "big,Oslo,3\n", "line 32, column 'area' (='big'): this is text"),
    "text in the target": (GOOD + "1,Oslo,x\n", "line 32, column 'price' (='x'): this is text"),
    "too large": (GOOD + "1,Oslo,1e300\n", "line 32, column 'price' (=1e+300): the number is too"),
    "400 digits": (GOOD + f"{'9' * 400},Oslo,3\n", "line 32, column 'area' (=inf): the number is"),
    "decimal commas": (
        "area;price\n" + "".join(f"{n / 10};{n % 8},5\n" for n in range(60)),
        "line 2, column 'price' (='0,5'): commas stand in its numbers",
    ),
    "row names": (GOOD.replace("area", ""), "line 1: column 1 has no name"),
    "infinite": (GOOD + "inf,Oslo,3\n", "line 32, column 'area' (=inf): the number is infinite"),
    "ragged": (GOOD + "1,Oslo\n", "data.csv, line 32: 2 fields, and the header has 3"),
    "no target column": (GOOD.replace("price", "Price"), "no column 'price'. try: 'Price'"),
    "only the target": ("price\n1\n2\n", "no column that could be an input"),
    "same target": ("area,price\n1,5\n2,5\n", "every row has the same value, 5"),
    "one class": ("area,price\n1,a\n2,a\n", "every row has the same value, a"),
    "empty": ("", "data.csv is empty"),
    "header only": ("area,price\n", "data.csv has a header and no rows"),
    "repeated column": ("area,area,price\n1,2,3\n", "two columns are named 'area'"),
    "not UTF-8": (GOOD.encode() + "1,Москва,3\n".encode("cp1251"), "line 32: this is not UTF-8"),
}


def check_refused(outcome, folder, message, files):
    code, out, err = outcome
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("clearprop: ")
    assert message in err
    assert {path.name for path in folder.iterdir()} == files


@pytest.mark.parametrize(("content", "message"), TABLES.values(), ids=TABLES)
def test_a_bad_table_is_named_by_its_place(clearprop, folder, content, message):
    path = folder / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = clearprop(*TRAIN, "--strict")
    check_refused(outcome, folder, message, {"data.csv", "houses.csv"})


OPTIONS = {
    "no file": (["train", "none.csv", "--target", "price"], "no such file"),
    "folder": (["train", "no-tables", "--target", "price"], "no Parquet or CSV file is in"),
    "no target": (["train", "data.csv"], "--target"),
    "checkpoint": ([*TRAIN, "--checkpoint", "houses.csv"], "a folder of its own"),
    "no data": (["train", "--target", "price"], "DATA"),
    "unknown command": (["trian"], 'Did you mean "train"?'),
    "unknown option": ([*TRAIN, "--hiden", "3"], "--hiden"),
    "too many arguments": (["train", "data.csv", "more.csv", "--target", "price"], "more.csv"),
    "target twice": ([*TRAIN, "--target", "price"], "name each column once"),
    "task": ([*TRAIN, "--task", "guess"], 'Invalid value "guess" for --task'),
    "classes of text": ([*TRAIN, "--task", "classification"], "too many for categories"),
    "number": ([*TRAIN, "--weight-decay", "much"], 'unable to convert "much" into float'),
    "negative penalty": ([*TRAIN, "--weight-decay", "-1"], "at least 0"),
    "penalty of its own": (
        [*TRAIN, "--weight-decay", "0.1"],
        "`weight_decay` (=0.1) cannot be used: the solver bayesian_regularization finds it itself",
    ),
    "hidden": ([*TRAIN, "--hidden", "10;5"], "it is no list of whole numbers"),
    "no units": ([*TRAIN, "--hidden", "10,0"], "`units` (=0)"),
    "activation": ([*TRAIN, "--activation", "rleu"], "try: 'relu'"),
    "code for an activation": ([*TRAIN, "--activation", "leaky_relu(exit())"], "cannot be read"),
    "solver": ([*TRAIN, "--solver", "adamm"], "try: 'adam'"),
    "solver's setting": ([*TRAIN, "--solver", "adam(speed=2)"], "learning_rate"),
    "loss": ([*TRAIN, "--loss", "categorical_cross_entropy"], "needs targets between 0 and 1"),
    "seed": ([*TRAIN, "--seed", "-3"], "it is negative"),
    "epochs": ([*TRAIN, "--max-epochs", "-1"], "max_epochs"),
    "nothing left to train": ([*TRAIN, "--validation", "0.5", "--test", "0.5"], "no row would"),
    "ignored": ([*TRAIN, "--ignore", "aera"], "no column 'aera'. try: 'area'"),
    "categorical": ([*TRAIN, "--categorical", "aera"], "no column 'aera'. try: 'area'"),
    "target ignored": ([*TRAIN, "--ignore", "price"], "`ignore` (='price') cannot be used"),
    "long path": (["train", "a" * 5000, "--target", "y"], "File name too long"),
    "model to standard output": ([*TRAIN, "--out", "-"], "a model goes to a file"),
    "standard input has no name": (["train", "-", "--target", "y"], "--out model.clearprop"),
    "language": ([*TRAIN, "--lang", "fr"], 'Invalid value "fr" for --lang'),
    "output folder": ([*TRAIN, "--out", "no/such/model"], "there is no folder"),
    "output is a folder": ([*TRAIN, "--out", "."], "it is a folder"),
    "model is a table": (["predict", "data.csv", "data.csv"], "no clearprop model file"),
    "model is missing": (["predict", "model", "data.csv"], "no such file"),
    "demo on a file": (["demo", "--folder", "data.csv/x"], "it cannot be made"),
}


@pytest.mark.parametrize(("arguments", "message"), OPTIONS.values(), ids=OPTIONS)
def test_a_bad_option_is_named(clearprop, folder, arguments, message):
    (folder / "data.csv").write_text(GOOD)
    (folder / "no-tables").mkdir()
    left = {"data.csv", "houses.csv", "no-tables"}
    check_refused(clearprop(*arguments), folder, message, left)


LATER = {
    "unknown category": ("area,city\n1,Oslo\n2,Nice\n", "line 3, column 'city' (='Nice')"),
    "missing column": ("area,town\n1,Oslo\n", "no column 'city'"),
    "text": ("area,city\n1,Oslo\nx,Rome\n", "line 3, column 'area' (='x'): this is text"),
    "text only": ("area,city\nx,Oslo\n", "line 2, column 'area' (='x'): this is text"),
    "probabilities": (GOOD, "no probabilities"),
}


@pytest.fixture(scope="module")
def model():
    """A model of the price by area and city."""
    table = pd.read_csv(io.StringIO(GOOD))
    return fit(table, "price", hidden=(2,), solver="lbfgs", max_epochs=5).model


@pytest.mark.parametrize(("content", "message"), LATER.values(), ids=LATER)
def test_a_table_that_the_model_cannot_take_is_refused(clearprop, folder, model, content, message):
    model.save("model")
    (folder / "later.csv").write_text(content)
    files = {path.name for path in folder.iterdir()}
    options = ["--probabilities"] if message == "no probabilities" else []
    outcome = clearprop("predict", "model", "later.csv", "--out", "p.csv", *options)
    check_refused(outcome, folder, message, files)


def test_a_damaged_model_is_refused(clearprop, folder, model):
    model.save("model")
    content = (folder / "model").read_bytes()
    for damaged in (content[:-7], content.replace(b"Rome", b"Nice"), content[:100] + content[99:]):
        (folder / "model").write_bytes(damaged)
        code, _, err = clearprop("predict", "model", "houses.csv")
        assert code == 2
        assert err.count("\n") == 1
        assert "model" in err


def test_an_old_model_survives_a_training_that_fails(clearprop, folder, model):
    model.save("model")
    before = (folder / "model").read_bytes()
    (folder / "data.csv").write_text(GOOD + "big,Oslo,3\n")
    assert clearprop(*TRAIN, "--out", "model")[0] == 2
    assert (folder / "model").read_bytes() == before


def test_a_wide_table_names_no_thousand_columns(clearprop, folder):
    frame = pd.DataFrame(np.eye(30), columns=[f"pixel{n}" for n in range(30)])
    frame.to_csv("wide.csv", index=False)
    _, _, err = clearprop("train", "wide.csv", "--target", "label")
    assert len(err) < 200
