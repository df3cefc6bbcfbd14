"""Every sentence that users read has its twin in the other language, with the same places."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "clearprop"
CHINESE = re.compile("[\u4e00-\u9fff]")
FILES = sorted(SOURCE.rglob("*.py"))


def joined(node: ast.expr) -> str | None:
    """Return a literal, a place of an f-string as ``{…}``; None for anything that is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (joined(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
        return "".join(part or "" for part in parts)
    return None


@cache
def sentences() -> list[tuple[str, str, str]]:
    """Return the place, the English and the Chinese of every ``Text(…, …)`` of literals."""
    return list(written())


def written() -> Iterator[tuple[str, str, str]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text"
            if not called or len(node.args) != 2:  # type: ignore[attr-defined]
                continue
            en, zh = map(joined, node.args)  # type: ignore[attr-defined]
            if en is not None and zh is not None:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", en, zh


def places(sentence: str) -> list[str]:
    return sorted(one[1] for one in string.Formatter().parse(sentence) if one[1])


def test_there_are_sentences():
    assert len(sentences()) > 1000


def test_no_sentence_lacks_its_twin():
    for where, en, zh in sentences():
        assert bool(en.strip()) == bool(zh.strip()), where
        words = re.sub(r"\{.*?\}|`.*?`|\w*[=_(\[]\w*", "", en)
        if re.search("[A-Za-z]{5,} [A-Za-z]{2,}", words):
            assert CHINESE.search(zh), (where, zh)
        assert not CHINESE.search(en), (where, en)


def test_twins_have_the_same_places():
    for where, en, zh in sentences():
        try:
            of_en, of_zh = places(en), places(zh)
        except ValueError:
            continue  # braces of mathematics, not of a format
        assert set(of_en) == set(of_zh), where
