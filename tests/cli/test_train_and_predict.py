"""The main job: train on a table, predict with the model file."""

import io

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop.data import read_table

TRAIN = ["train", "houses.csv", "--hidden", "3", "--target"]


def test_a_table_becomes_a_model_that_predicts(start, folder):
    options = ("--ignore", "kind", "--no-report")
    trained = start("train", "houses.csv", "--target", "price", *options)
    out, err = trained.communicate(timeout=300)
    assert trained.returncode == 0, err
    assert "60 rows, 2 input columns, 4 features" in out
    assert "regression: 'price' holds numbers." in out
    assert "houses.clearprop" in out
    assert err.startswith("choosing the network\n")
    assert "\nepoch 1: loss " in err

    predicted = start("predict", "houses.clearprop", "houses.csv")
    out, err = predicted.communicate(timeout=300)
    assert (predicted.returncode, err) == (0, "")
    values = pd.read_csv(io.StringIO(out))
    assert list(values) == ["price"]
    true = pd.read_csv("houses.csv").price
    assert np.sqrt(np.mean((values.price - true) ** 2)) < 0.1 * true.std()
    written = [float(line) for line in out.splitlines()[1:]]  # older pandas read a bit less
    expected = cp.load("houses.clearprop").predict(read_table("houses.csv"))
    np.testing.assert_array_equal(written, expected)
    assert {path.name for path in folder.iterdir()} == {"houses.csv", "houses.clearprop"}


def test_classes_are_predicted_by_name_with_their_probabilities(clearprop):
    code, out, _ = clearprop(*TRAIN, "kind", "--out", "m", "--quiet")
    assert code == 0
    assert "error rate" in out
    code, out, _ = clearprop("predict", "m", "houses.csv", "--out", "p.csv", "--probabilities")
    assert (code, out) == (0, "")
    frame = pd.read_csv("p.csv")
    assert list(frame) == ["kind", "p(cheap)", "p(dear)"]
    assert (frame["kind"] == np.where(frame["p(dear)"] > 0.5, "dear", "cheap")).all()


def test_columns_beyond_the_training_rows_are_said_the_furthest_first(clearprop):
    known = pd.DataFrame({name: [0.0, 1.0, 0.5] for name in "abcde"})
    options = {"hidden": (1,), "solver": "lbfgs", "max_epochs": 1}
    cp.save(cp.fit(known.assign(y=known.a), "y", **options).model, "m")
    pd.DataFrame([[1.1, 2, 9, 1.2, 0]], columns=list("abcde")).to_csv("new.csv", index=False)
    _, _, err = clearprop("predict", "m", "new.csv", "--lang", "zh")
    *said, others = err.splitlines()
    assert [line[0] for line in said] == ["c", "b", "d"]
    assert "最远的是第 2 行（9）" in said[0]
    assert others == "另有 1 列含有超出训练范围的行。"


def test_parquet_goes_in_and_out(clearprop):
    pd.read_csv("houses.csv").to_parquet("houses.parquet")
    train = ["train", "houses.parquet", "--target", "kind", "--hidden", "3", "--quiet"]
    assert clearprop(*train)[0] == 0
    assert clearprop("predict", "houses.clearprop", "houses.csv", "--out", "p.csv")[0] == 0
    assert clearprop("predict", "houses.clearprop", "houses.parquet", "--out", "p.parquet")[0] == 0
    pd.testing.assert_frame_equal(
        pd.read_parquet("p.parquet"), pd.read_csv("p.csv"), check_dtype=False
    )


def test_one_seed_gives_one_model(clearprop, folder):
    for name in ("a", "b"):
        clearprop("train", "houses.csv", "--target", "kind", "--solver", "adam", "--out", name,
                  "--max-epochs", 50, "--seed", 3)  # fmt: skip
    assert cp.load("a").parameters == cp.load("b").parameters


@pytest.mark.parametrize(
    ("options", "network"),
    [
        (["--hidden", "4,3", "--activation", "relu"], "4 → 4 relu → 3 relu → 1 identity"),
        (["--hidden", "none"], "4 → 1 identity"),
        (
            ["--hidden", "10", "--activation", "leaky_relu(slope=0.2)"],
            "4 → 10 leaky_relu(slope=0.2) → 1 identity",
        ),
    ],
)
def test_the_network_is_as_asked(clearprop, options, network):
    code, out, _ = clearprop(
        "train", "houses.csv", "--target", "price", "--ignore", "kind", "--quiet", *options
    )
    assert code == 0
    assert network in out


def test_options_reach_the_training(clearprop):
    options = {
        "--solver": "adam(learning_rate=0.02)",
        "--loss": "huber(delta=0.5)",
        "--hidden": 10,
        "--weight-decay": 0.01,
        "--batch-size": 16,
        "--max-epochs": 7,
        "--patience": 0,
        "--validation": 0.25,
        "--test": 0.0,
        "--categorical": "area",
    }
    flat = [part for pair in options.items() for part in pair]
    code, out, _ = clearprop("train", "houses.csv", "--target", "price", "--out", "m", *flat)
    assert code == 0
    assert "All 7 epochs were taken." in out
    model = cp.load("m")
    assert model.summary["solver"].startswith("adam(learning_rate=0.02")
    assert model.summary["rows"] == {"train": 45, "validation": 15, "test": 0}
    assert model.summary["penalty"] == 0.01
    assert model.network.loss_rule.name == "huber"
    assert "area" in model.encoding.text_columns


def test_codes_with_leading_zeros_stay_text(clearprop, folder):
    rows = "".join(f"{code},{n % 7},{n}\n" for n, code in enumerate(["007", "7", "070"] * 8))
    (folder / "codes.csv").write_text("code,x,y\n" + rows)
    train = ["train", "codes.csv", "--target", "y", "--hidden", "3", "--quiet"]
    clearprop(*train, "--categorical", "code")
    assert cp.load("codes.clearprop").encoding.features[:3] == ("code=007", "code=070", "code=7")
    assert clearprop("predict", "codes.clearprop", "codes.csv")[0] == 0


def test_a_training_that_diverges_writes_no_model(clearprop, folder):
    code, out, err = clearprop(
        "train", "houses.csv", "--target", "price", "--solver", "sgd(learning_rate=1e9)",
        "--validation", 0, "--patience", 0, "--quiet",
    )  # fmt: skip
    assert (code, out) == (1, "")
    assert err.startswith("clearprop: nothing was written. The loss grew out of bounds")
    assert [path.name for path in folder.iterdir()] == ["houses.csv"]


def test_several_targets(clearprop):
    code, out, _ = clearprop(*TRAIN, "price", "--target", "area", "--ignore", "kind")
    assert code == 0
    assert "R² price" in out
    assert "R² area" in out
    assert clearprop("predict", "houses.clearprop", "houses.csv")[1].startswith("price,area\n")


def test_chinese(clearprop):
    code, out, err = clearprop(*TRAIN, "price", "--lang", "zh")
    assert code == 0
    for words in ("任务", "回归：'price' 是数值。", "均方根误差", "已写入", "个输入列"):
        assert words in out
    assert "周期 1: 损失 " in err
    _, _, err = clearprop(
        "predict", "houses.clearprop", "houses.csv", "--out", "p.csv", "--lang", "zh"
    )
    assert err == "已将 60 个预测写入 p.csv\n"


def test_everything_is_chosen_with_reasons_and_standard_deviations(clearprop):
    code, out, _ = clearprop(
        "train", "houses.csv", "--target", "price", "--hidden", "auto", "--max-epochs", 20,
        "--quiet",
    )  # fmt: skip
    assert code == 0
    reasons = [line.split(maxsplit=1)[1] for line in out.splitlines() if line.startswith("why ")]
    assert [reason.split(":")[0] for reason in reasons][:4] == [
        "Solver", "First steps", "Weight decay", "Hidden units",
    ]  # fmt: skip
    code, out, _ = clearprop("predict", "houses.clearprop", "houses.csv", "--std")
    frame = pd.read_csv(io.StringIO(out))
    assert list(frame) == ["price", "std(price)"]
    assert (frame["std(price)"] > 0).all()


def test_standard_deviations_that_nobody_knows_are_refused(clearprop, models):
    code, out, err = clearprop("predict", "price.clearprop", "houses.csv", "--std")
    assert (code, out) == (2, "")
    assert "--solver bayesian_regularization" in err


def test_rows_are_held_back_and_columns_scaled_as_matlab_does(clearprop):
    quick = ("--target", "price", "--ignore", "kind", "--hidden", 3, "--max-epochs", 5, "--quiet",
             "--solver", "trainlm", "--activation", "tansig")  # fmt: skip
    held_back = ("--division", "block", "--validation", 0.15, "--test", 0.15, "--scale", "minmax")
    code, out, _ = clearprop("train", "houses.csv", *quick, *held_back)
    assert code == 0
    assert "solver   levenberg_marquardt(" in out
    by_command, frame = cp.load("houses.clearprop"), pd.read_csv("houses.csv")
    assert by_command.summary["division"] == 42 * "T" + 9 * "V" + 9 * "E"
    frame.assign(use=[*42 * ["train"], *9 * ["val"], *9 * ["test"]]).to_csv(
        "parts.csv", index=False
    )
    more = ("--part", "use", "--scale", "minmax")
    assert clearprop("train", "parts.csv", *quick, *more)[0] == 0
    assert cp.load("parts.clearprop").parameters == by_command.parameters
    code, _, err = clearprop("train", "parts.csv", *quick, "--part", "use", "--test", 0.1)
    assert (code, err.count("\n")) == (2, 1)
    assert "one of them" in err


def test_more_parameters_than_equations_are_said_aloud(clearprop):
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(18, 5)), columns=list("abcuv"))
    table.to_csv("turning.csv", index=False)
    train = ("train", "turning.csv", "--target", "u", "--target", "v", "--quiet")
    code, out, _ = clearprop(*train, "--hidden", 15, "--solver", "levenberg_marquardt")
    assert code == 0
    assert "92 parameters, 36 equations" in out
    assert "warning  92 parameters were fitted to 36 equations (18 rows × 2 outputs). With" in out
    _, out, _ = clearprop(*train, "--hidden", 2, "--solver", "levenberg_marquardt", "--lang", "zh")
    assert "36 个方程" in out
    assert "警告" not in out
