"""Read settings that are written in YAML, for programs whose library for it is not installed.

Blocks of keys and of dashes, lists and mappings in brackets, numbers, words: what settings are
made of. Anchors, tags and texts of several lines are not.
"""

import json
import re
from typing import Any

Line = tuple[int, str]
"""How far a line is moved in, and what it says."""
WORDS = {"true": True, "yes": True, "false": False, "no": False, "null": None, "~": None, "": None}
KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s\[{"'#][^:]*?)\s*:(?:\s+|$)(.*)""")


def read_yaml(text: Any, *_: Any, **__: Any) -> Any:
    r"""Return what a text, or an open file, in YAML says.

    Examples
    --------
    >>> read_yaml("layers:\n  - units: 4\n    relu: yes\n  - units: 2\nrate: 1e-3  # small")
    {'layers': [{'units': 4, 'relu': True}, {'units': 2}], 'rate': 0.001}
    >>> read_yaml("sizes: [4, 8, 'two']")
    {'sizes': [4, 8, 'two']}
    """
    whole = text.read() if hasattr(text, "read") else text
    whole = whole.decode() if isinstance(whole, bytes) else whole
    lines = [without_comment(line) for line in whole.expandtabs(2).splitlines()]
    return block(joined([line for line in lines if line.strip() not in ("", "---")]))


def joined(lines: list[str]) -> list[Line]:
    """Return lines with how far each is moved in; what stands in brackets as one."""
    found: list[Line] = []
    is_open = False
    for line in lines:
        said = line.strip()
        if is_open:
            indent, before = found.pop()
            said = f"{before} {said}"
        else:
            indent = len(line) - len(line.lstrip())
        found.append((indent, said))
        is_open = sum(map(said.count, "[{")) > sum(map(said.count, "]}"))
    return found


def without_comment(line: str) -> str:
    """Return a line up to its comment."""
    return re.sub(r"(^|\s)#.*$", "", line)


def block(lines: list[Line]) -> Any:
    """Return what lines say that stand one below the other, and what is moved in below each."""
    if not lines:
        return None
    first, is_list = lines[0][0], lines[0][1].startswith("-")
    starts = [
        n
        for n, (indent, said) in enumerate(lines)
        if indent <= first and (said[0] == "-") == is_list
    ]
    parts = [lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    if is_list:
        return [entry(part) for part in parts]
    if KEY.fullmatch(lines[0][1]) is None:
        return value(" ".join(said for _, said in lines))
    found = {}
    for (_, said), *below in parts:
        pair = KEY.fullmatch(said)
        if pair is not None:
            found[value(pair[1])] = value(pair[2]) if pair[2] else block(below)
    return found


def entry(lines: list[Line]) -> Any:
    """Return what a line with a dash, and those below it, say."""
    (indent, said), *below = lines
    rest = said[1:].lstrip()
    if not rest:
        return block(below)
    return block([(indent + len(said) - len(rest), rest), *below])


def value(said: str) -> Any:
    """Return a number, a word, or what stands in brackets."""
    said = said.strip()
    if said[:1] in "\"'" and said[:1] == said[-1:] and said:
        return said[1:-1]
    if said[:1] in ("[", "{") and said:
        return in_brackets(said)
    if said.lower() in WORDS:
        return WORDS[said.lower()]
    for kind in (int, float):
        try:
            return kind(said.replace("_", ""))
        except ValueError:
            continue
    return said


def in_brackets(said: str) -> Any:
    """Return a list or mapping that stands in one line; the text itself, if it is none."""
    quoted = re.sub(r"""(?<=[\[{,:\s])([A-Za-z_][^,:\[\]{}"']*?)(?=\s*[,:\]}])""", r'"\1"', said)
    try:
        found = json.loads(quoted.replace("'", '"'))
    except ValueError:
        return said
    return named(found)


def named(found: Any) -> Any:
    """Return the same with its words for true, false and nothing as what they mean."""
    if isinstance(found, list):
        return [named(part) for part in found]
    if isinstance(found, dict):
        return {key: named(part) for key, part in found.items()}
    return value(found) if isinstance(found, str) else found
