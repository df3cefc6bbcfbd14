"""Every report is a complete page of its own: well formed, numbered, needing nothing else."""

import base64
import hashlib
import re
from functools import cache

import pytest

from clearprop import Model
from clearprop.report import report_html
from pages import Node, read
from report_cases import CASES, HOSTILE, html, trained, without_pictures

pytestmark = pytest.mark.long

both_languages = pytest.mark.parametrize("language", ["en", "zh"])
HEADINGS = {
    "en": [
        "Data",
        "Network",
        "Training",
        "Quality",
        "Sensitivities",
        "Partial effects",
        "Diagnostics",
        "How to reproduce this",
    ],
    "zh": ["数据", "网络", "训练", "预测质量", "灵敏度", "偏效应", "诊断", "如何复现"],
}


@cache
def page_of(name: str, language: str = "en") -> Node:
    """Return the report of a case, read once for all tests."""
    return read(html(name, language))


@pytest.fixture(params=CASES)
def case(request):
    return request.param


def test_every_case_has_all_sections_in_order(case):
    headings = [h.text.lstrip("0123456789") for h in page_of(case).all("h2")]
    kept = [heading for heading in headings if heading in HEADINGS["en"]]
    assert kept == HEADINGS["en"]


def test_it_is_chinese_throughout():
    page = page_of("one number", "zh")
    (root,) = page.all("html")
    assert root.attributes["lang"] == "zh-CN"
    headings = [h.text.lstrip("0123456789") for h in page.all("h2")]
    assert [h for h in headings if h in HEADINGS["zh"]] == HEADINGS["zh"]
    for paragraph in page.all("figcaption") + page.all("caption"):
        assert re.search("[\u4e00-\u9fff]", paragraph.text), paragraph.text


def test_pictures_of_both_languages_say_the_same():
    english, chinese = (page_of("one number", language) for language in ("en", "zh"))
    assert len(english.all("svg")) == len(chinese.all("svg"))
    assert len(english.all("td")) == len(chinese.all("td"))


def test_figures_and_tables_are_numbered_in_their_order(case):
    page = page_of(case)
    for tag, word in (("figcaption", "Figure"), ("caption", "Table")):
        labels = [caption.all("b")[0].text for caption in page.all(tag)]
        assert labels == [f"{word} {number}." for number in range(1, len(labels) + 1)]


def test_nothing_outside_is_referred_to(case):
    page = page_of(case)
    ids = {node.attributes["id"] for node in page.every() if "id" in node.attributes}
    for node in page.every():
        for name, value in node.attributes.items():
            if name in ("href", "xlink:href", "src"):
                assert value.startswith("data:") or value[1:] in ids, value
            for inside in re.findall(r"url\(([^)]*)\)", value or ""):
                assert inside.strip("'\"")[1:] in ids, inside
    (style,) = page.all("style")
    assert "@import" not in style.text
    assert "url(" not in style.text


def test_nothing_on_it_can_run_but_the_script_of_its_form(case):
    page = page_of(case)
    tags = {node.tag for node in page.every()}
    assert not tags & {"img", "iframe", "object", "embed", "form", "foreignobject"}
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    attributes = {name for node in page.every() for name in node.attributes}
    assert not {name for name in attributes if name.startswith("on")}
    policies = [
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert policies[0].endswith(f"; script-src 'sha256-{digest}'")


def test_ids_are_there_once(case):
    ids = [n.attributes["id"] for n in page_of(case).every() if "id" in n.attributes]
    assert len(ids) == len(set(ids))


def test_contents_lead_to_the_sections(case):
    page = page_of(case)
    (nav,) = page.all("nav")
    targets = [link.attributes["href"] for link in nav.all("a")]
    assert targets == [f"#{section.attributes['id']}" for section in page.all("section")]


def test_pictures_are_described_for_those_who_do_not_see_them(case):
    for svg in page_of(case).all("svg"):
        assert svg.attributes["role"] == "img"
        assert len(svg.attributes["aria-label"]) > 5


def test_text_in_pictures_is_text():
    labels = {node.text for svg in page_of("one number").all("svg") for node in svg.all("text")}
    assert {"Epoch", "Loss", "area", "city=北京", "Training"} <= labels


@both_languages
def test_hostile_names_are_shown_as_they_are(language):
    page = page_of("hostile", language)
    assert HOSTILE in page.text
    assert f"clearprop train {HOSTILE}" in [code.text for code in page.all("code")]
    (title,) = page.all("title")
    assert '"quoted\'"<b>' in title.text


def test_numbers_do_not_run_over_the_page_as_raw_floats(case):
    cells = [cell.text for cell in page_of(case).all("td")]
    assert not [cell for cell in cells if re.search(r"\d\.\d{7,}", cell)]
    assert not [cell for cell in cells if re.search(r"\bnan\b|\binf\b|None", cell)]


def test_the_same_model_and_table_give_the_same_bytes():
    model, frame = trained("one number")
    assert report_html(model, frame) == html("one number")


def test_it_is_of_a_size_that_can_be_mailed(case):
    assert len(html(case)) < 1_500_000


def test_a_chinese_report_needs_no_chinese_font_here(monkeypatch):
    """The reader's browser brings the font; nothing warns, and pictures are in Chinese."""
    monkeypatch.setattr("clearprop.plots.fonts.chinese_font", lambda: None)
    model, frame = trained("one number")
    page = read(report_html(model, frame, language="zh"))
    labels = {node.text for svg in page.all("svg") for node in svg.all("text")}
    assert {"周期", "损失", "训练"} <= labels


def test_what_looks_wrong_is_named_with_advice(case):
    page = page_of(case)
    (section,) = (s for s in page.all("section") if s.attributes["id"] == "diagnostics")
    notices = [node for node in section.all("div") if "notice" in node.classes]
    (abstract,) = (p for p in page.all("p") if p.text.startswith("Summary"))
    if notices:
        assert all("What to do: " in notice.text for notice in notices)
        count = "one finding deserves" if len(notices) == 1 else f"{len(notices)} findings deserve"
        assert f"Diagnostics: {count} attention." in abstract.text
    else:
        assert "Nothing looks wrong." in section.text
        assert "Diagnostics" not in abstract.text


def test_dead_units_are_found():
    model, frame = trained("two classes")
    model = Model(
        model.network, model.parameters.copy(), model.encoding, model.target, model.summary
    )
    model.parameters["W1"][:] = 0
    model.parameters["b1"][:] = -1
    with without_pictures():
        text = read(report_html(model, frame)).text
    assert "10 of 10 units of layer 1 are dead" in text
    assert "leaky_relu" in text


def test_more_parameters_than_equations_are_said_and_named():
    many = "17 parameters were fitted to 15 equations (15 rows × 1 output)"
    page = page_of("one input, all rows train")
    (section,) = (s for s in page.all("section") if s.attributes["id"] == "diagnostics")
    assert f"{many}: with more parameters than equations" in section.text
    (abstract,) = (p for p in page.all("p") if p.text.startswith("Summary"))
    assert f"{many}." in abstract.text
    (abstract,) = (p for p in page_of("one number").all("p") if p.text.startswith("Summary"))
    assert "parameters were fitted to 42 equations (42 rows × 1 output)." in abstract.text
