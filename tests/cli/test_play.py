"""``clearprop play``: a page of nothing, of a table, of a model with a table."""

import pytest


@pytest.mark.parametrize(
    "command",
    [
        ["play"],
        ["play", "houses.csv", "--target", "price", "--hidden", "5,3", "--seed", "2"],
        ["play", "price.clearprop", "houses.csv", "--solver", "adam", "--lang", "zh"],
    ],
    ids=" ".join,
)
def test_a_page_is_written(clearprop, models, command):
    code, out, err = clearprop(*command)
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] in ("wrote play.html", "已写入 play.html")
    page = (models / "play.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 400_000
    assert page.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["play", "houses.csv"], "`target`"),
        (["play", "houses.csv", "--target", "prize"], "price"),
        (["play", "price.clearprop"], "`data`"),
        (["play", "houses.csv", "houses.csv"], "`data`"),
        (["play", "--target", "price"], "`target`"),
        (["play", "none.csv", "--target", "price"], "none.csv"),
        (["play", "houses.csv", "--target", "price", "--hidden", "5,x"], "`hidden`"),
        (["play", "houses.csv", "--target", "price", "--solver", "newton"], "`solver`"),
        (["play", "houses.csv", "--target", "price", "--seed", "99"], "`seed`"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_line(clearprop, models, command, said):
    code, out, err = clearprop(*command)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert not (models / "play.html").exists()
