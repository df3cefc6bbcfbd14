"""The demonstration tells the truth about what it wrote."""

import re

import pandas as pd
from sklearn.datasets import load_breast_cancer

import clearprop as cp


def test_the_demo_writes_what_it_says_and_says_what_it_wrote(clearprop, folder):
    code, out, err = clearprop("demo", "--folder", "here/demo")
    assert code == 0
    assert "Traceback" not in err
    written = {path.name: path for path in (folder / "here/demo").iterdir()}
    assert set(written) == {
        "breast_cancer.csv",
        "model.clearprop",
        "model.html",
        "predictions.csv",
    }
    assert all(f"here/demo/{name}" in out for name in written)

    table = pd.read_csv(written["breast_cancer.csv"])
    original = load_breast_cancer(as_frame=True)
    pd.testing.assert_frame_equal(table.drop(columns="diagnosis"), original.data)
    assert (table.diagnosis == original.target_names[original.target]).all()

    predictions = pd.read_csv(written["predictions.csv"])
    model = cp.load(written["model.clearprop"])
    assert (predictions.predicted == model.predict(table)).all()
    assert (predictions.diagnosis == table.diagnosis).all()
    wrong = (predictions.predicted != predictions.diagnosis).groupby(predictions.part).mean()
    rates = [f"{100 * wrong[part]:.1f} %" for part in ("train", "validation", "test")]
    (line,) = [line for line in out.splitlines() if line.startswith("error rate")]
    assert re.findall(r"[\d.]+ %", line) == rates
    assert wrong["test"] < 0.08
    assert "W1[0,0]" in out
