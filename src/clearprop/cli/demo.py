"""``clearprop demo``: the main job on real data, and one gradient of the trained network."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop._text import Language, Text
from clearprop.cli.console import say, say_pairs
from clearprop.cli.outcome import WROTE, say_outcome
from clearprop.cli.predict import as_csv, prediction_frame, write_frame
from clearprop.data import as_table, read_table
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_model, is_page, is_table_of
from clearprop.fitting import FitOptions, TableFit, fit
from clearprop.fitting.fitted import PARTS
from clearprop.progress import TrainingProgress
from clearprop.report import write_report

if TYPE_CHECKING:
    import pandas

TARGET = "diagnosis"
QUICK = FitOptions(
    hidden=(10,),
    activation="tanh",
    solver="lbfgs",
    early_stopping=True,
    validation=0.15,
    test=0.15,
    seed=0,
)
"""A fit of a fraction of a second, whose errors are those of rows that did not train."""
SETTINGS = "--hidden 10 --activation tanh --solver lbfgs --validation 0.15 --test 0.15"
"""The same as options of ``clearprop train``."""
PREDICTED = ("part", TARGET, "predicted", "p(benign)", "p(malignant)")
"""The columns of the file of predictions."""


def demo(*, folder: Path = Path("clearprop-demo"), lang: Language = "en") -> None:
    """Train on real data, show how well it went, and derive one gradient of the network.

    The data are the 569 tumours of the Wisconsin diagnostic breast cancer set, which come with
    scikit-learn: 30 measurements each, and whether the tumour was malignant.

    Parameters
    ----------
    folder : Path
        Where to write the table, the model, its report and the predictions.
    lang : str
        Language of the output.
    """
    require("the demo", "pandas", "matplotlib")
    names = ("breast_cancer.csv", "model.clearprop", "model.html", "predictions.csv")
    data, model, page, predictions = (folder / name for name in names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"it cannot be made ({error.strerror})."
        raise invalid_argument("folder", str(folder), why, "another folder.") from None
    content = as_csv(breast_cancer()).encode()
    for path, kind in (
        (data, lambda path: path.read_bytes() == content),
        (model, is_model),
        (page, is_page),
        (predictions, is_table_of(PREDICTED)),
    ):
        check_output(path, kind, force=None, instead="another --folder")
    write_whole(data, content)
    command = f"clearprop train {data} --target {TARGET} {SETTINGS} --out {model}"
    say(f"$ {command}")
    table = read_table(data)
    with TrainingProgress(FitOptions().max_epochs, lang) as progress:
        fitted = fit(table, TARGET, QUICK, observe=progress.observe, command=command)
    if fitted.result.stop_reason.name == "interrupted":
        raise KeyboardInterrupt
    say_outcome(fitted, lang)
    fitted.model.save(model)
    write_report(fitted.model, table, page, language=lang, name=model.name)
    write_frame(predictions, _with_parts(fitted, table.frame, lang))
    say()
    _say_gradient(fitted, table.frame, lang)
    say()
    say_pairs([(WROTE.translate(lang), str(path)) for path in (data, model, page, predictions)])


def breast_cancer() -> "pandas.DataFrame":
    """Return the table: 30 measurements, and the diagnosis in words."""
    from sklearn.datasets import load_breast_cancer

    loaded: Any = load_breast_cancer(as_frame=True)
    words = loaded.target_names[loaded.frame.pop("target")]
    return loaded.frame.assign(**{TARGET: words})


def _with_parts(fitted: TableFit, frame: "pandas.DataFrame", lang: Language) -> "pandas.DataFrame":
    """Return a row for each prediction: its part of the table, the truth, the probabilities."""
    division = fitted.result.division
    part = np.empty(len(frame), dtype=object)
    for name, rows in zip(PARTS, (division.train, division.validation, division.test), strict=True):
        part[rows] = name.translate(lang)
    predicted = prediction_frame(fitted.model, frame, probabilities=True)
    predicted.columns = ["predicted", *predicted.columns[1:]]
    predicted.insert(0, "part", part)
    predicted.insert(1, TARGET, frame[TARGET].to_numpy())
    return predicted


def _say_gradient(fitted: TableFit, frame: "pandas.DataFrame", lang: Language) -> None:
    """Print one derivation with numbers, for the test row on which the network errs most."""
    from clearprop.derivation import explain

    model, rows = fitted.model, fitted.result.division.test
    tested = as_table(frame.iloc[rows])
    X, Y = model.encoding.matrix(tested), model.target.encode(tested)
    worst = int(np.abs(model.network.forward(model.parameters, X) - Y).argmax())
    feature, line = model.encoding.features[0], int(rows[worst]) + 2
    say(
        Text(
            f"One gradient of this network, for the test row on which it errs most (line {line}): "
            f"the weight from {feature!r} to the first hidden unit.",
            f"该网络的一个梯度，取预测误差最大的测试行（第 {line} 行）："
            f"从 {feature!r} 到第一个隐藏单元的权重。",
        ).translate(lang)
    )
    say()
    derivation = explain(
        model.network, model.parameters, X[[worst]], Y[[worst]], wrt="W1[0,0]", lang=lang
    )
    say(str(derivation).rstrip())
