"""The form of a report: filled in by a real browser, it gives what the model gives."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from browser import MISSING, PROGRAM, shared
from clearprop.data import as_table
from clearprop.report import report_html
from clearprop.report.sections.form import form_section
from clearprop.report.subject import examine
from pages import read
from report_cases import HOSTILE, html, trained, without_pictures

needs_browser = pytest.mark.skipif(PROGRAM is None, reason=MISSING)
FILL = """
([values]) => {
  for (const [place, value] of Object.entries(values)) {
    const field = document.querySelector(`[data-column="${place}"]`);
    field.value = value;
    field.dispatchEvent(new Event("input"));
  }
  const cells = [...document.querySelectorAll("#answer tr")].map(
    (row) => [...row.children].slice(0, 2).map((cell) => cell.textContent));
  return [cells, document.getElementById("remark").textContent];
}
"""


@pytest.fixture(scope="module")
def fill(tmp_path_factory):
    """Open a report, fill in values by the numbers of their columns, and return what it says."""
    path = tmp_path_factory.mktemp("form") / "report.html"
    browser = shared()
    browser.resize(1000, 1200)

    def filled(page, **values):
        path.write_text(page, encoding="utf-8")
        browser.open(path)
        given = {name.removeprefix("column_"): value for name, value in values.items()}
        found = browser.evaluate(f"({FILL})([{json.dumps(given)}])")
        assert browser.complaints == []
        return dict(found[0]), found[1]

    return filled


@needs_browser
def test_a_number_is_predicted(fill):
    model, _ = trained("one number")
    answer, remark = fill(html("one number", pictures=False), column_0="72.5", column_1="Rome")
    wanted = model.predict({"area": [72.5], "city": ["Rome"]})[0]
    assert float(answer["price"]) == pytest.approx(wanted, rel=1e-5)
    assert remark == ""


@needs_browser
def test_classes_have_probabilities_even_with_hostile_names(fill):
    model, frame = trained("hostile")
    answer, _ = fill(html("hostile", pictures=False), column_0="0.5", column_1="-0.25")
    row = {HOSTILE: [0.5], frame.columns[1]: [-0.25]}
    wanted = dict(zip(map(str, model.target.classes), model.predict_proba(row)[0], strict=True))
    assert answer.pop("Prediction") == model.predict(row)[0]
    assert set(answer) == set(wanted)
    for name, probability in wanted.items():
        assert float(answer[name].rstrip(" %")) == pytest.approx(100 * probability, abs=0.051)


@needs_browser
def test_dates_gaps_and_standard_deviations_are_there(fill):
    """And what is beyond training, or cannot be used, is said."""
    random = np.random.default_rng(0)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(60) * 5, unit="D")
    area = random.uniform(30, 200, 60)
    frame = pd.DataFrame({"day": day, "area": area, "new": area > 90})
    frame["price"] = area + np.arange(60) + random.normal(size=60)
    options = {"solver": "bayesian_regularization", "hidden": (2,), "restarts": 1, "max_epochs": 20}
    model = cp.fit(frame, "price", **options).model
    with without_pictures():
        page = report_html(model, frame, language="zh")
    answer, remark = fill(page, column_0="2024-06-30", column_1="100", column_2="1")
    row = {"day": [datetime.date(2024, 6, 30)], "area": [100.0], "new": [True]}
    value, std = (float(part) for part in answer["price"].split("±"))
    assert value == pytest.approx(model.predict(row)[0], rel=1e-5)
    assert std == pytest.approx(model.predict_std(row)[0], rel=5e-3)
    assert remark == ""
    answer, remark = fill(page, column_1="5000")
    assert remark == "超出训练范围： area"
    answer, remark = fill(page, column_1="")  # the mean stands for it in the model as well
    assert set(answer) == {"price"} or "area" in remark


def test_the_form_begins_with_what_was_usual():
    model, frame = trained("one number")
    page = read(html("one number", pictures=False))
    number, choice = page.all("input")[0], page.all("select")[0]
    area = model.statistics.inputs
    assert float(number.attributes["value"]) == pytest.approx(area.mean[0], rel=1e-5)
    (chosen,) = [each for each in choice.all("option") if "selected" in each.attributes]
    shares = dict(zip(model.encoding.columns[1].categories, area.mean[1:], strict=True))
    assert chosen.text == max(shares, key=shares.get)
    assert len(choice.all("option")) == frame.city.nunique()


def test_a_large_network_has_no_form(monkeypatch):
    monkeypatch.setattr("clearprop.report.sections.form.MAX_PARAMETERS", 3)
    model, frame = trained("one input, all rows train")
    assert form_section(examine(model, as_table(frame), "en", "m.clearprop")) is None
