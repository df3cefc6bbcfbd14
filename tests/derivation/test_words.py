"""Every sentence exists in both languages, with the same places, and can be set in LaTeX."""

import importlib
import pkgutil
import re
import string

import pytest

import clearprop as cp
from clearprop._text import Text
from clearprop.derivation import words
from clearprop.derivation.printers.latex import SIGNS
from clearprop.derivation.topics.exponential import EXPONENTIAL

NAMES_ONLY = {"value", "{name}"}


def sentences():
    """Yield the place and the text of every sentence."""
    for entry in pkgutil.iter_modules(words.__path__):
        module = importlib.import_module(f"{words.__name__}.{entry.name}")
        for name, value in vars(module).items():
            found = value.items() if isinstance(value, dict) else [(name, value)]
            for key, text in found:
                if isinstance(text, Text):
                    yield f"{entry.name}.{key}", text
    for catalogue in (cp.ACTIVATIONS, cp.LOSSES):
        for name, rule in catalogue.items():
            steps = (*rule.derivation, *getattr(rule, "canonical_derivation", ()))
            for text in (rule.pros, rule.cons, *(step.why for step in steps)):
                yield name, text
    for step in EXPONENTIAL:
        yield "exponential", step.why


def places(sentence):
    return sorted(one[1] for one in string.Formatter().parse(sentence) if one[1] is not None)


SENTENCES = list(sentences())


def test_there_are_sentences():
    assert len(SENTENCES) > 150


@pytest.mark.parametrize(("where", "text"), SENTENCES, ids=[where for where, _ in SENTENCES])
def test_a_sentence_says_the_same_in_both_languages(where, text):
    assert text.en.strip()
    assert text.zh.strip()
    if where.split(".")[0] in {entry.name for entry in pkgutil.iter_modules(words.__path__)}:
        assert places(text.en) == places(text.zh)
    assert not re.search("[\u4e00-\u9fff]", text.en)
    has_words = re.search("[A-Za-z]{4,}", re.sub(r"\{.*?\}", "", text.en))
    assert not has_words or re.search("[\u4e00-\u9fff]", text.zh), text


@pytest.mark.parametrize(("where", "text"), SENTENCES, ids=[where for where, _ in SENTENCES])
def test_an_english_sentence_can_be_set_by_pdflatex(where, text):
    if where.startswith("page."):
        return  # only the HTML page says it
    assert {sign for sign in text.en if ord(sign) > 126} <= set(SIGNS), text.en
