"""Lines fitted by two single numbers: where one is right in every step, the other is to be so."""

import pytest

from clearprop.check.script import check_file

from .test_own_factors import LINE


@pytest.mark.parametrize(
    "change",
    [
        ("sum(Y - guess)", "sum(Y + guess)"),  # the first guess is 0: it shows in the second step
        ("sum(Y - guess)", "sum(Y - guess * X)"),
    ],
)
def test_the_other_one_is_found_although_it_has_no_name(change, tmp_path):
    path = tmp_path / "line.py"
    path.write_text(LINE.format(m=0, c=0).replace(*change))
    report = check_file(path, seed=1977)
    assert report.outcome == "wrong", report
    assert [each.name for each in report.diagnosis.arrays if not each.right] == ["db1"]
    assert "by_c" in report.line


@pytest.mark.parametrize(
    "step",
    ["rate * (by_c + 0.3 * c)", "rate * np.clip(by_c, -1, 1)", "rate * np.sign(by_c)"],
)
def test_a_penalty_or_a_cut_of_its_own_is_no_mistake(step, tmp_path):
    path = tmp_path / "line.py"
    path.write_text(LINE.format(m=1.5, c=0.5).replace("rate * by_c", step))
    assert check_file(path, seed=1977).outcome != "wrong"
