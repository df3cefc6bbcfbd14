"""Every sentence exists in both languages, with the same places, and can be set in LaTeX."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator

import clearprop as cp
from clearprop import derivation
from clearprop._text import Text
from clearprop.derivation.printers.latex import SIGNS


def texts_in(thing: object) -> Iterator[Text]:
    """Yield the sentences in a constant: a text, a dict of texts, the steps of a derivation."""
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, dict):
        yield from (text for text in thing.values() if isinstance(text, Text))
    elif isinstance(thing, tuple):
        yield from (step.why for step in thing if hasattr(step, "why"))


def of_the_derivation() -> dict[str, Text]:
    """Return the sentences of the derivation's modules, by place."""
    found = {}
    for entry in pkgutil.walk_packages(derivation.__path__, derivation.__name__ + "."):
        module = importlib.import_module(entry.name)
        for name, thing in vars(module).items():
            for number, text in enumerate(texts_in(thing)):
                found[f"{entry.name}.{name}[{number}]"] = text
    return found


def of_the_rules() -> dict[str, Text]:
    """Return what activations and losses say of themselves, by place."""
    found = {}
    for catalogue in (cp.ACTIVATIONS, cp.LOSSES):
        for name, rule in catalogue.items():
            steps = (*rule.derivation, *getattr(rule, "canonical_derivation", ()))
            for number, text in enumerate((rule.pros, rule.cons, *(step.why for step in steps))):
                found[f"{name}[{number}]"] = text
    return found


def places(sentence: str) -> list[str]:
    return sorted(one[1] for one in string.Formatter().parse(sentence) if one[1] is not None)


def test_sentences_are_found_where_they_stand():
    assert len(of_the_derivation()) > 150
    assert len(of_the_rules()) > 50


def test_a_sentence_says_the_same_in_both_languages():
    for where, text in (of_the_derivation() | of_the_rules()).items():
        assert text.en.strip(), where
        assert text.zh.strip(), where
        assert not re.search("[\u4e00-\u9fff]", text.en), where
        has_words = re.search("[A-Za-z]{4,}", re.sub(r"\{.*?\}", "", text.en))
        assert not has_words or re.search("[\u4e00-\u9fff]", text.zh), where
    for where, text in of_the_derivation().items():
        assert places(text.en) == places(text.zh), where


def test_an_english_sentence_can_be_set_by_pdflatex():
    for where, text in (of_the_derivation() | of_the_rules()).items():
        assert {sign for sign in text.en if ord(sign) > 126} <= set(SIGNS), where
