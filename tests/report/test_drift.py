"""New rows beside those of training: what has moved is named, the training rows are left alone."""

from clearprop.report import report_html
from pages import read
from report_cases import houses, trained


def section(page, name):
    found = [each for each in read(page).all("section") if each.attributes["id"] == name]
    return found[0] if found else None


def test_the_rows_of_training_have_no_such_section():
    model, frame = trained("one number")
    assert section(report_html(model, frame), "drift") is None


def test_columns_that_moved_are_named():
    model, frame = trained("one number")
    new = frame[frame.city == "Oslo"].assign(area=frame.area + 150)
    drift = section(report_html(model, new), "drift")
    assert "Other than in training: area, city." in drift.text
    rows = {row.all("td")[0].text: [cell.text for cell in row.all("td")[1:]]
            for row in drift.all("tr") if row.all("td")}  # fmt: skip
    known = model.statistics.inputs
    shift = (new.area.mean() - known.mean[0]) / known.spread[0]
    assert rows["area"][4] == f"{shift:.2f}"
    outside = ((new.area > known.high[0]) | (new.area < known.low[0])).mean()
    assert rows["area"][5] == f"{100 * outside:.1f} %"
    assert rows["city = Oslo"][1] == "100.0 %"


def test_rows_like_those_of_training_raise_no_notice():
    model, _ = trained("one number")
    again = houses(61).iloc[:60].sample(frac=1, random_state=0)
    drift = section(report_html(model, again, language="zh"), "drift")
    assert "不是训练" in drift.text
    assert not [each for each in drift.all("div") if "notice" in each.classes]
