"""The help of a command in Chinese: its docstring, sentence by sentence from the catalogue."""

import inspect
import re
from collections.abc import Iterator

from clearprop._text import Language
from clearprop._translation import translated

HEADING = re.compile(r"-{3,}")


def paragraphs(docstring: str) -> Iterator[tuple[str, str]]:
    r"""Yield the lines that stay as they are, each with the paragraph that is translated after it.

    Examples
    --------
    >>> list(paragraphs("Add.\n\nParameters\n----------\na : int\n    A\n    number."))
    [('', 'Add.'), ('Parameters\n----------\na : int', 'A number.')]
    """
    kept: list[str] = []
    words: list[str] = []
    in_parameters = False
    for line in [*inspect.cleandoc(docstring).split("\n"), ""]:
        is_text = bool(line.strip()) and (not in_parameters or line.startswith(" "))
        if line == "Parameters" or HEADING.fullmatch(line):
            in_parameters, is_text = True, False
        if is_text:
            words.append(line.strip())
            continue
        if words:
            yield "\n".join(kept), " ".join(words)
            kept, words = [], []
        if line:
            kept.append(line)


def in_language(docstring: str, language: Language) -> str:
    r"""Return a docstring with its sentences in a language.

    Examples
    --------
    >>> in_language("Add.\n\nParameters\n----------\na : int\n    A number.", "en")
    'Add.\n\nParameters\n----------\na : int\n    A number.'
    """
    lines: list[str] = []
    for kept, words in paragraphs(docstring):
        if kept:
            before = [""] if kept.startswith("Parameters") else []
            lines += [*before, kept, f"    {translated(words, language)}"]
        else:
            lines += ["", translated(words, language)] if lines else [translated(words, language)]
    return "\n".join(lines)
