"""Links between guides, examples and the reference, in both directions, made from their text."""

import re
from collections.abc import Iterable
from dataclasses import replace

from sources import Page, relative

from clearprop._text import Language, Text

USED_IN = Text("Guides and examples that use it", "用到它的指南与示例")
MOST = 12
"""Pages that are named; those that speak most of it."""
ABOUT_THE_PROJECT = ("changelog", "contributing", "roadmap", "results", "index")
FENCE = re.compile(r"^(`{3,}).*?^\1$", flags=re.M | re.S)
CALLED = re.compile(r"(?<![`\[\w])`(?:cp|clearprop)\.(\w+)(\([^`]*\))?`(?!\]|`)")
"""A public name in the running text of a page, ``cp.fit`` or ``cp.fit(table, "price")``."""


def to_reference(page: Page, documented: Iterable[str]) -> Page:
    """Return a page in which the first mention of each public name leads to its reference."""
    known, seen = set(documented), set()

    def linked(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known or name in seen:
            return found[0]
        seen.add(name)
        return f"[{found[0]}]({relative(f'api/{name}.md', page.name)})"

    parts, begin = [], 0
    for fence in FENCE.finditer(page.text):
        parts += [_prose(page.text[begin : fence.start()], linked), fence[0]]
        begin = fence.end()
    parts.append(_prose(page.text[begin:], linked))
    return replace(page, text="".join(parts))


def _prose(text: str, linked: "re._ReplCallback") -> str:  # type: ignore[name-defined]
    """Return text with links; headings have none."""
    lines = text.split("\n")
    return "\n".join(line if line.startswith("#") else CALLED.sub(linked, line) for line in lines)


def used_in(name: str, reference: Page, pages: Iterable[Page], language: Language) -> Page:
    """Return the reference of a name, with the pages that use it."""
    word = re.compile(rf"\b(?:cp|clearprop)\.{name}\b|^from clearprop import .*\b{name}\b", re.M)
    counted = [(len(word.findall(page.text)), page) for page in pages]
    using = sorted((one for one in counted if one[0]), key=lambda one: (-one[0], one[1].name))
    if not using:
        return reference
    listed = "\n".join(
        f"- [{_title(page)}]({relative(f'{page.name}.md', reference.name)})"
        for _, page in using[:MOST]
        if page.name not in ABOUT_THE_PROJECT
    )
    more = f"\n## {USED_IN.translate(language)}\n\n{listed}\n" if listed else ""
    return replace(reference, text=f"{reference.text}{more}")


def _title(page: Page) -> str:
    """Return the heading of a page, without marks of code."""
    found = re.search(r"^# (.*)$", page.text, flags=re.M)
    return found[1].replace("`", "") if found else page.name
