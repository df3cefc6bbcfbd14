"""Pages of the documentation: links, Chinese twins, and the commands that the site will run."""

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest

import clearprop
from clearprop.activations import ACTIVATIONS
from clearprop.cli.app import run
from clearprop.losses import LOSSES
from clearprop.training import SOLVERS
from clearprop.updates import UPDATES

ROOT = Path(__file__).parents[2]
TWIN = ".zh-CN.md"
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if not path.name.endswith(TWIN)
)
TWINS = [path for path in PAGES if path.with_name(path.stem + TWIN).exists()]
BILINGUAL = ROOT / "docs" / "course-notes.md"
WITHOUT_TWIN = 2
"""Pages that nobody has translated yet: this number may only fall."""
MADE = {
    *(f"docs/rules/activations/{name}.md" for name in ACTIVATIONS),
    *(f"docs/rules/losses/{name}.md" for name in LOSSES),
    *(f"docs/rules/solvers/{name}.md" for name in SOLVERS),
    *(f"docs/rules/updates/{name}.md" for name in UPDATES),
    *(
        f"docs/rules/{kind}.md"
        for kind in ("activations", "losses", "updates", "solvers", "initializers", "mistakes")
    ),
    *(f"docs/gallery/{path.stem}.md" for path in (ROOT / "examples").glob("*.py")),
    *(f"docs/{name}.md" for name in ("gallery", "api", "results", "contributing", "changelog")),
    "docs/roadmap.md",
}
"""Pages that the build of the site makes."""
FENCE = re.compile(r"^(`{3,})(.*?)\n(.*?)^\1$", flags=re.M | re.S)
SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", flags=re.S)
LINK = re.compile(r"\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]*))?\)")


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def prose(text):
    """Return a page without its code."""
    return SPAN.sub("", FENCE.sub("", text))


def anchors(text):
    """Return what the headings of a page are called in links, as GitHub does it."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), flags=re.M)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("path", [*PAGES, *(p.with_name(p.stem + TWIN) for p in TWINS)], ids=str)
def test_every_link_leads_somewhere(path):
    for target, anchor in LINK.findall(prose(path.read_text("utf-8"))):
        there = (path.parent / target).resolve() if target else path
        made = there.relative_to(ROOT).as_posix() in MADE
        assert made or there.exists(), f"{target} does not exist"
        if anchor and not made:
            assert anchor in anchors(there.read_text("utf-8")), f"{target} has no #{anchor}"


def code(text):
    """Return the code of a page, which is the same in every language, and the commands typed."""
    for _, kind, body in FENCE.findall(text):
        if kind == "console":
            commands = re.findall(r"^\$ (.*)$", body, flags=re.M)
            kinds = re.compile(r' --lang zh| OPTIONS="--lang zh"')
            yield from (kinds.sub("", command) for command in commands)
        else:
            yield kind + body


def numbers(text):
    """Return the numbers in the prose, formulas included, however often each."""
    return Counter(re.findall(r"\d+(?:\.\d+)?", LINK.sub("]", prose(text))))


def shape(text):
    """Return the levels of the headings, one after the other."""
    return [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text), flags=re.M)]


@pytest.mark.parametrize("path", TWINS, ids=names(TWINS))
def test_twins_share_headings_code_and_numbers(path):
    english, chinese = (p.read_text("utf-8") for p in (path, path.with_name(path.stem + TWIN)))
    assert shape(english) == shape(chinese)
    assert list(code(english)) == list(code(chinese))
    assert numbers(english) == numbers(chinese)


def test_every_page_has_its_place_in_the_navigation():
    trees = [
        entry.rpartition("<")[2].rstrip(">")
        for path in (ROOT / "docs").rglob("*.md")
        if path in PAGES
        for tree in re.findall(r"^:::\{toctree\}\n(.*?)^:::", path.read_text("utf-8"), re.M | re.S)
        for entry in tree.splitlines()
        if not entry.startswith(":")
    ]
    written = [path.relative_to(ROOT / "docs") for path in PAGES if (ROOT / "docs") in path.parents]
    assert {path.with_suffix("").as_posix() for path in written} - {"index"} <= set(trees)
    assert len(trees) == len(set(trees))


def test_fewer_and_fewer_pages_have_no_twin():
    alone = [path for path in PAGES if path not in (*TWINS, BILINGUAL)]
    assert len(alone) == WITHOUT_TWIN, names(alone)


def test_a_twin_has_an_english_page():
    found = [*ROOT.glob(f"*{TWIN}"), *(ROOT / "docs").rglob(f"*{TWIN}")]
    assert len(found) == len(TWINS)


def test_the_page_and_the_file_say_the_same_to_cite():
    file = (ROOT / "CITATION.cff").read_text("utf-8")
    page = (ROOT / "docs" / "faq.md").read_text("utf-8")
    said = dict(re.findall(r"^  (\w+) = \{+(.*?)\}+,?$", page, flags=re.M))
    assert said["version"] == clearprop.__version__
    for key in ("title", "version", "license", "author"):
        assert said[key] in file, key


COMMANDS = sorted(
    {
        command
        for path in PAGES
        for command in re.findall(r"^```\{clearprop\} (.*)$", path.read_text("utf-8"), flags=re.M)
    }
)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith(("explain", "graph"))])
def test_the_site_can_run_its_commands(command, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = [*shlex.split(command), "--lang", "zh"]
    assert run(words) == 0
    assert capsys.readouterr().out or list(tmp_path.iterdir())


def test_the_site_can_write_its_worksheets(tmp_path):
    for number, command in enumerate(c for c in COMMANDS if c.startswith("worksheet")):
        folder = tmp_path / str(number)
        assert run([*shlex.split(command), "--lang", "zh", "--out", str(folder)]) == 0
        assert {path.suffix for path in folder.iterdir()} >= {".html", ".ipynb"}


def test_the_reference_has_a_place_for_every_public_name(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools" / "site")
    from api import api_pages

    pages = {page.name for page in api_pages("en")}
    assert {f"api/{name}" for name in clearprop.__all__} <= pages


def test_links_lead_to_pages_of_the_site(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools" / "site")
    from sources import names, on_site

    lesson = ROOT / "docs" / "learn" / "1-one-unit.md"
    links = {
        "../tables.zh-CN.md#what": "../tables.md#what",
        "../../CONTRIBUTING.md": "../contributing.md",
        "../../examples/xor.py": "../gallery/xor.md",
        "../pictures/plots.png": "../pictures/plots.png",
        "../rules/losses/huber.md": "../rules/losses/huber.md",  # the build makes it
        "https://example.org/a.md": "https://example.org/a.md",
    }
    text, expected = (" ".join(f"[x]({link})" for link in side) for side in (links, links.values()))
    page = on_site("learn/1-one-unit", text, lesson, names())
    assert page.text == expected
    assert page.files == {"pictures/plots.png": ROOT / "docs" / "pictures" / "plots.png"}
