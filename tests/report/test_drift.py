"""New rows beside those of training: what has moved is named, the training rows are left alone."""

from clearprop.data import as_table
from clearprop.report.blocks import Grid, Notice
from clearprop.report.sections.drift import drift_section
from clearprop.report.subject import examine
from report_cases import houses, trained


def drift(model, frame, language="en"):
    return drift_section(examine(model, as_table(frame), language, "m.clearprop"))


def of_kind(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_the_rows_of_training_have_no_such_section():
    model, frame = trained("one number")
    assert drift(model, frame) is None


def test_columns_that_moved_are_named():
    model, frame = trained("one number")
    new = frame[frame.city == "Oslo"].assign(area=frame.area + 150)
    section = drift(model, new)
    (notice,) = of_kind(section, Notice)
    assert notice.what == "Other than in training: area, city."
    numbers, shares = ({row[0]: row[1:] for row in grid.rows}
                       for grid in of_kind(section, Grid))  # fmt: skip
    known = model.statistics.inputs
    shift = (new.area.mean() - known.mean[0]) / known.spread[0]
    assert numbers["area"][4] == f"{shift:.2f}"
    outside = ((new.area > known.high[0]) | (new.area < known.low[0])).mean()
    assert numbers["area"][5] == f"{100 * outside:.1f} %"
    assert shares["city = Oslo"][1] == "100.0 %"


def test_rows_like_those_of_training_raise_no_notice():
    model, _ = trained("one number")
    again = houses(61).iloc[:60].sample(frac=1, random_state=0)
    section = drift(model, again, "zh")
    assert "不是训练" in section.blocks[0].text
    assert of_kind(section, Notice) == []
