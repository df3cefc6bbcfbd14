"""Errors, and the help of the command line, in Chinese: from the catalogue ``zh.po``.

The catalogue has the form of GNU gettext. A sentence is found by its English, with {} where a value
stands: ``its shape is {}.``. What is not in it stays as it is.
"""

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from clearprop._text import Language

PLACE = "{}"
ARGUMENT = "`{}` (={}) cannot be used: {}"
"""The form of every error about an argument; its last place is a sentence itself."""
HINT, CHINESE_HINT = " try: ", " 试试："
"""What stands before the hint of an error."""
ENTRY = re.compile(r"(\w*)\s*(\".*\")")
DEEPEST = 4
"""Sentences within sentences that are looked up."""


def translated(sentence: str, language: Language) -> str:
    """Return a sentence in a language; a place in it may hold another sentence.

    Examples
    --------
    >>> translated("`units` (=0) cannot be used: it is negative. try: 1.", "zh")
    '`units`（=0）不可用：它是负数。 试试：1.'
    """
    return _chinese(sentence, 0) if language == "zh" else sentence


@functools.cache
def catalogue() -> Mapping[str, str]:
    """Return the Chinese of every English sentence."""
    return dict(entries(Path(__file__).with_name("zh.po").read_text("utf-8")))


def entries(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield the pairs of a catalogue in the form of gettext.

    Examples
    --------
    >>> list(entries('#: a comment\nmsgid "yes"\nmsgstr ""\n"是"\n'))
    [('yes', '是')]
    """
    parts = {"msgid": "", "msgstr": ""}
    field = ""
    for line in [*text.splitlines(), 'msgid ""']:
        found = ENTRY.fullmatch(line.strip())
        if found is None:
            continue
        keyword, quoted = found.groups()
        if keyword == "msgid":
            if parts["msgid"]:
                yield parts["msgid"], parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        field = keyword or field
        parts[field] += ast.literal_eval(quoted)


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences with places, those that say most first."""
    with_places = [(en, zh) for en, zh in catalogue().items() if PLACE in en and en != ARGUMENT]
    ordered = sorted(with_places, key=lambda pair: -len(pair[0].replace(PLACE, "")))
    return [(_pattern(en), zh) for en, zh in [(ARGUMENT, catalogue()[ARGUMENT]), *ordered]]


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, sentence.split(PLACE))), re.DOTALL)


def _chinese(sentence: str, depth: int) -> str:
    if sentence in catalogue():
        return catalogue()[sentence]
    before, hint_follows, hint = sentence.rpartition(HINT)
    if hint_follows and depth == 0:
        return _chinese(before, 1) + CHINESE_HINT + _chinese(hint, 1)
    for pattern, chinese in _patterns() if depth < DEEPEST else []:
        found = pattern.fullmatch(sentence)
        if found is not None:
            values = [_chinese(value, depth + 1) for value in found.groups()]
            first, *rest = chinese.split(PLACE)
            return first + "".join(v + r for v, r in zip(values, rest, strict=True))
    return sentence
