"""The pages that people wrote: Markdown of the repository, and its Chinese twins.

``docs/tables.md`` is the page ``tables``; its twin is ``docs/tables.zh-CN.md``. A page without a
twin stands in the Chinese tree in English, and says so.
"""

import os.path
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from clearprop._text import Language

ROOT = Path(__file__).parents[2]
LANGUAGES: dict[Language, str] = {"en": "en", "zh": "zh_CN"}
"""Languages of the site, and what Sphinx calls them."""
TWIN = ".zh-CN.md"
ELSEWHERE = {
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
    "ROADMAP.md": "roadmap",
    "benchmarks/RESULTS.md": "results",
}
"""Pages that do not stand in docs/, and their names on the site."""
ALIASES = {"README.md": "index", "README.zh-CN.md": "index", "examples": "gallery"}
"""What a link may also lead to, and the page in its place."""
BILINGUAL = ("docs/course-notes.md",)
"""Pages that say everything in both languages."""
NOT_TRANSLATED = ":::{note}\n本页尚无中文，以下为英文原文。\n:::\n"
PAIR = re.compile(r"^(```matlab\n.*?^```\n)\n(```python\n.*?^```\n)", flags=re.M | re.S)
"""A block of MATLAB and the one that takes its place: side by side, on a page without a sidebar."""
LAST_LINE = re.compile(r"^(```python\n.*?\n)\n+(?=```$)", flags=re.M | re.S)
"""A block of Python; the empty line at its end is there for doctest alone."""
WIDE = "---\nhtml_theme.sidebar_secondary.remove: true\n---\n\n"
LINK = re.compile(r"\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


@dataclass(frozen=True)
class Page:
    """A page of the site.

    Attributes
    ----------
    name : str
        Its path in the site, without suffix.
    text : str
        Its Markdown; links lead to pages of the site.
    files : dict of str to Path
        Files that it shows or offers: where in the site, and from where.
    """

    name: str
    text: str
    files: dict[str, Path] = field(default_factory=dict)


def twin(path: Path) -> Path:
    """Return where the Chinese twin of a page stands, or would stand."""
    return path.with_name(path.name.removesuffix(".md") + TWIN)


def names() -> dict[str, str]:
    """Return the English pages: path in the repository, and name on the site."""
    written = {
        path.relative_to(ROOT).as_posix(): path.relative_to(ROOT / "docs").as_posix()[:-3]
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if not path.name.endswith(TWIN)
    }
    return written | {path: name for path, name in ELSEWHERE.items() if (ROOT / path).exists()}


def written_pages(language: Language) -> Iterator[Page]:
    """Return every written page in a language, or in English where there is no other."""
    known = names()
    for source, name in known.items():
        path = ROOT / source
        if language == "en" or source in BILINGUAL:
            yield on_site(name, path.read_text("utf-8"), path, known)
        elif twin(path).exists():
            yield on_site(name, twin(path).read_text("utf-8"), path, known)
        else:
            page = on_site(name, path.read_text("utf-8"), path, known)
            title, _, rest = page.text.partition("\n")
            yield Page(name, f"{title}\n\n{NOT_TRANSLATED}{rest}", page.files)


def on_site(name: str, text: str, path: Path, known: dict[str, str]) -> Page:
    """Return a page whose links to files of the repository lead to pages of the site."""
    folder = PurePosixPath(path.relative_to(ROOT).as_posix()).parent
    files = {}

    def moved(match: re.Match[str]) -> str:
        there = os.path.normpath(folder / match["target"])
        page = page_at(there, known)
        if page is not None:
            target = f"{page}.md"
        elif (ROOT / there).is_file():
            target = there.removeprefix("docs/")
            files[target] = ROOT / there
        else:  # no link, or a broken one: Sphinx says which
            return match[0]
        return f"]({relative(target, name)}{match['anchor'] or ''})"

    text, pairs = PAIR.subn(r"::::{container} side-by-side\n\1\n\2::::\n", text)
    text = LAST_LINE.sub(r"\1", text)
    return Page(name, WIDE * (pairs > 0) + LINK.sub(moved, text), files)


def page_at(path: str, known: dict[str, str]) -> str | None:
    """Return the name of the page that a path of the repository is on the site."""
    english = path.removesuffix(TWIN) + ".md" if path.endswith(TWIN) else path
    example = re.fullmatch(r"examples/(\w+)\.py", path)
    if example:
        return f"gallery/{example[1]}"
    return known.get(english) or ALIASES.get(path)


def relative(target: str, name: str) -> str:
    """Return the way from the page `name` to a target, both given from the top of the site."""
    return os.path.relpath(target, PurePosixPath(name).parent)
