"""Descriptions that every activation and every loss gives of itself."""

import pytest

from cases import ALL_ACTIVATIONS, ALL_LOSSES, is_chinese
from clearprop import ACTIVATIONS, LOSSES
from clearprop._registry import name_of, settings_of, spelled

RULES = [
    *((ACTIVATIONS, ACTIVATIONS.make(name)) for name in ALL_ACTIVATIONS),
    *((LOSSES, LOSSES.make(name)) for name in ALL_LOSSES),
]
each_rule = pytest.mark.parametrize(
    ("catalogue", "rule"), RULES, ids=[spelled(rule) for _, rule in RULES]
)


@each_rule
def test_the_derivation_leads_from_the_function_to_its_derivative(catalogue, rule):
    first, *_, last = rule.derivation
    assert first.latex == rule.latex
    assert last.latex == rule.latex_derivative
    assert len({step.latex for step in rule.derivation}) == len(rule.derivation)


@each_rule
def test_pros_and_cons_are_in_both_languages(catalogue, rule):
    for text in (rule.pros, rule.cons):
        assert text.en
        assert not is_chinese(text.en)
        assert is_chinese(text.zh)


@each_rule
def test_settings_can_be_written_and_read_back(catalogue, rule):
    assert catalogue.make(spelled(rule)) == rule
    assert type(rule)(**settings_of(rule)) == rule
    assert catalogue[name_of(rule)] is type(rule)
