"""A real browser opens the reports: it asks for nothing, complains of nothing, and all fits."""

import pytest

from browser import MISSING, PROGRAM, shared
from report_cases import html

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)

REPORTS = [("one number", "en"), ("one number", "zh"), ("two classes", "en"), ("hostile", "zh")]


@pytest.fixture(scope="module")
def browser():
    opened = shared()
    opened.resize(1000, 1200)
    return opened


@pytest.fixture(scope="module", params=REPORTS, ids="-".join)
def opened(request, browser, tmp_path_factory):
    """The browser with a report open."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(*request.param), encoding="utf-8")
    browser.open(path)
    return browser


def test_it_asks_for_nothing_but_the_page(opened):
    page, *others = opened.requests
    assert page.startswith("file://")
    assert [url for url in others if not url.startswith("data:")] == []


def test_the_console_stays_empty(opened):
    assert opened.complaints == []


def test_the_only_script_is_that_of_the_form(opened):
    assert opened.evaluate("document.scripts.length") == 1
    assert (
        opened.evaluate("document.querySelectorAll('[onload], [onerror], script[src]').length") == 0
    )
    assert opened.evaluate("document.querySelectorAll('#answer tr').length") >= 1


def test_every_picture_has_a_size_and_lies_within_the_page(opened):
    boxes = opened.evaluate(
        "[...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.width, box.height])"
    )
    width = opened.evaluate("document.documentElement.clientWidth")
    assert len(boxes) >= 10
    for left, right, wide, high in boxes:
        assert 0 <= left < right <= width
        assert wide > 200
        assert high > 100


def test_nothing_runs_over_the_side(opened):
    widths = opened.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] <= widths[1]


def test_text_in_pictures_lies_within_them(opened):
    cut = opened.evaluate(
        """[...document.querySelectorAll('svg text')].filter(text => {
            const own = text.getBoundingClientRect();
            const all = text.ownerSVGElement.getBoundingClientRect();
            return own.left < all.left - 4 || own.right > all.right + 4 || own.top < all.top - 4;
        }).map(text => text.textContent)"""
    )
    assert cut == []


def test_it_prints_on_a_few_pages(opened):
    import base64

    printed = opened.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
    pages = base64.b64decode(printed).count(b"/Type /Page\n")
    assert 3 <= pages <= 20


def test_the_browser_would_tell_of_a_request_and_of_an_error(browser, tmp_path):
    """What the tests above look at is not empty by mistake."""
    path = tmp_path / "bad.html"
    path.write_text("<img src='http://localhost:9/x.png'><script>console.error('oh')</script>")
    browser.open(path)
    assert "http://localhost:9/x.png" in browser.requests
    assert any("oh" in str(complaint) for complaint in browser.complaints)
