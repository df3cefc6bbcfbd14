"""The page, put together: one HTML file that opens from anywhere, without a network.

Its scripts are plain modules in the folder `page`; an import map holds them as data addresses. What
the rules compute is translated when the page is written (`clearprop.playing.rules`).
"""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any, get_args

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Language
from clearprop.check.mistakes import MISTAKES
from clearprop.check.mistakes.mistake import Formula
from clearprop.check.problem import Convention
from clearprop.derivation.naming import Names
from clearprop.playing import rules, words
from clearprop.playing.draws import draws
from clearprop.playing.scene import Scene

COMMENT = re.compile(r"^ *(?:// [^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
"""Comments that fill their lines stay in the package; a page carries the code."""
MAIN = "main"
"""The module that starts the page; it alone stands in the page as it is."""
CONVENTIONS = ("row", "column")
COURSES: tuple[dict[str, str], ...] = (
    {}, {"a": "h"}, {"delta": "dZ"}, {"delta": "dZ", "dL/dW": "dW", "dL/db": "db"},
    {"a": "h", "L": "E", "ell": "e"},
)  # fmt: skip
"""The names that the page lets its reader choose from; none are those of the notes."""


@dataclass(frozen=True)
class Notation:
    """The notation with which the page begins; its reader can change all of it.

    Attributes
    ----------
    lang : {"en", "zh"}
    convention : {"row", "column"}
    first_index : {0, 1}
        The number of the first unit, input and sample.
    names : mapping of str to str
        What the course calls its quantities, as `clearprop.explain` takes it.
    numbered : bool
        Whether weights and units are numbered through: W₁ … W₈.
    """

    lang: Language = "en"
    convention: str = "row"
    first_index: int = 0
    names: Mapping[str, str] | None = None
    numbered: bool = False

    def __post_init__(self) -> None:
        if self.convention not in CONVENTIONS:
            raise unknown_name("convention", self.convention, CONVENTIONS)
        if self.first_index not in (0, 1):
            why = "counting starts at 0 or 1."
            raise invalid_argument("first_index", self.first_index, why, "0.")
        Names.of(self.names)

    def as_given(self) -> dict[str, Any]:
        """Return it, and what can be chosen, as the page reads it."""
        own = _as_text(self.names or {})
        usual = {
            "lang": self.lang, "convention": self.convention, "first": str(self.first_index),
            "names": own, "numbered": "yes" if self.numbered else "no",
        }  # fmt: skip
        return {"usual": usual, "names": list(dict.fromkeys([own, *map(_as_text, COURSES)]))}


def _as_text(names: Mapping[str, str]) -> str:
    return ",".join(f"{key}={name}" for key, name in names.items())


def html(
    scenes: Sequence[Scene],
    notation: Notation | None = None,
    opened: Mapping[str, str] | None = None,
    background: Mapping[str, Any] | None = None,
) -> str:
    """Return the page; it begins with the first of the scenes.

    `opened` says how it stands at first: its view, what is picked, the place on the time line.
    `background` holds sections to read about one of the scenes.
    """
    notation = notation or Notation()
    networks = [scene.network for scene in scenes]
    activations = [layer.activation for net in networks for layer in net.layers]
    written = rules.rules(activations, [net.loss_rule for net in networks])
    given: dict[str, Any] = {
        "scenes": compressed([scene.record() for scene in scenes]),
        "rules": compressed(rules.facts(written)),
        "draws": draws(),
        "mistakes": {name: _mistake(name) for name in planted()},
        **notation.as_given(),
        "background": background,
    }
    given["usual"] |= opened or {}
    places = {
        "lang": {"en": "en", "zh": "zh-CN"}[notation.lang],
        "title": escape(words.TITLE.translate(notation.lang)),
        "style": _asset("style.css"),
        "body": _asset("body.html"),
        "given": safe(given),
        "said": safe({name: text._asdict() for name, text in words.SAID.items()}),
        "imports": json.dumps(
            {"imports": dict(_imports(rules.module(written)))}, ensure_ascii=False
        ),
        "main": _asset(f"{MAIN}.js"),
    }
    page = _asset("page.html")
    for name, value in places.items():
        page = page.replace("{{" + name + "}}", value)
    return page


def compressed(data: object) -> str:
    """Return JSON as compressed text: formula trees and the columns of tables repeat themselves."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode("ascii")


def safe(data: object) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _mistake(name: str) -> dict[str, Any]:
    """Return the words of a mistake."""
    mistake = MISTAKES[name]
    return {
        "title": mistake.title._asdict(),
        "why": mistake.why._asdict(),
        "right": _lines(mistake.right),
        "wrong": _lines(mistake.wrong),
    }


def _lines(formula: Formula) -> dict[str, dict[str, str]]:
    """Return a line of mathematics by convention and language."""
    conventions, languages = get_args(Convention), get_args(Language)
    return {
        convention: {language: formula.translate(convention, language) for language in languages}
        for convention in conventions
    }


def _modules() -> Iterator[str]:
    """Yield the names of the page's modules."""
    for entry in sorted(files("clearprop.playing.page").iterdir(), key=lambda entry: entry.name):
        name, _, ending = entry.name.rpartition(".")
        if ending == "js" and name != MAIN:
            yield name


def _imports(written: str) -> Iterator[tuple[str, str]]:
    """Yield the modules as data addresses, by the names that they import each other by."""
    modules = ((name, _asset(f"{name}.js")) for name in _modules())
    for name, source in [("rules", written), *modules]:
        text = compact(source)
        for sign in "%#\n":  # what an address cannot hold; the rest is left readable
            text = text.replace(sign, f"%{ord(sign):02X}")
        yield (
            f"clearprop/{name}",
            f"data:text/javascript;charset=utf-8,{text.replace('</', '%3C/')}",
        )


def compact(source: str) -> str:
    """Return a module without comments and indentation; text between backquotes stays as it is."""
    lines, quoted = [], False
    for line in COMMENT.sub("", source).split("\n"):
        lines.append(line if quoted else line.lstrip(" "))
        quoted ^= line.count("`") % 2 == 1
    return "\n".join(lines)


def planted() -> tuple[str, ...]:
    """Return the mistakes of the checker's library that the page can make: it says how."""
    written = _asset("mistakes.js")
    return tuple(name for name in MISTAKES if re.search(rf"^  {name}: {{", written, re.MULTILINE))


def _asset(name: str) -> str:
    return files("clearprop.playing.page").joinpath(name).read_text(encoding="utf-8")
