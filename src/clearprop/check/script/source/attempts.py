"""The forms in which a person's code may want its arrays, in the order in which they are tried."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from clearprop.check.script.fixtures import OUTPUTS, Fixtures
from clearprop.check.script.source.interfaces import Interface
from clearprop.check.script.source.reading import Source
from clearprop.check.script.source.vocabulary import role_of

Attempt = dict[str, Any]
FORMS = (("row", "line", "row"), ("column", "line", "column"), ("row", "flat", "row"))
"""Convention of W, whether b is a line of a matrix or flat, and whether samples are rows."""
WITHOUT_BIASES = (("row", "none", "row"), ("column", "none", "column"))
MIXED = (("column", "line", "row"), ("row", "line", "column"))
"""Classes that turn their samples: rows outside, columns inside."""
ONE_UNIT = (("row", "line", "column"),)
"""Logistic regression as it is often written: σ(wᵀ x + b) with w (n, 1) and samples as columns."""


def attempts(
    source: Source, found: list[Interface], outputs: int | None, fixtures: Fixtures
) -> list[Attempt]:
    """Return everything to try: different widths first, equal ones for code that fails on those.

    `outputs` is K where it is known; else several outputs are tried before a single one.
    """
    unequal = [each for i in found for each in forms(source, i, outputs, fixtures, equal=False)]
    apart = [each for each in unequal if source.takes_samples_apart(each["interface"])]
    equal = [each for i in found for each in forms(source, i, outputs, fixtures, equal=True)]
    flat = [each for each in apart if each["bias"] == "flat" and each["targets"] == "matrix"]
    return [*unequal, *map(one_vector, flat), *map(one_sample, apart), *equal]


def one_sample(attempt: Attempt) -> Attempt:
    """Return an attempt with a single sample."""
    return {**attempt, "fixture": {**attempt["fixture"], "m": 1}}


def one_vector(attempt: Attempt) -> Attempt:
    """Return an attempt with a single sample that is no row of a matrix."""
    return {**one_sample(attempt), "targets": "one vector"}


def one_output(attempt: Attempt) -> Attempt:
    """Return an attempt with a single output."""
    fixture = attempt["fixture"]
    return {**attempt, "fixture": {**fixture, "sizes": [*fixture["sizes"][:-1], 1]}}


def calling_others(tried: Sequence[Attempt], done: Attempt) -> list[Attempt]:
    """Return the attempts at other functions, or other classes, that take samples and targets.

    Of one class, or beside a function that is handed nothing, all is one computation.
    """
    own = code_of(done["interface"])
    return [
        each
        for each in tried
        if own is not None
        and code_of(each["interface"]) not in (own, None)
        and takes_targets(each["interface"])
    ]


def code_of(interface: Interface) -> str | None:
    """Return the class, or else the function, that an interface calls; None of a loop."""
    if interface["kind"] in ("loop", "loop in a function"):
        return None
    return str(interface.get("class") or interface["backward"]["name"])


def takes_targets(interface: Interface) -> bool:
    """Return whether a whole gradient may be asked for: of a helper for one layer it may not."""
    return any(role_of(name, among=("Y",)) for name in interface["backward"]["parameters"])


def forms(
    source: Source,
    interface: Interface,
    known: int | None,
    fixtures: Fixtures,
    *,
    equal: bool,
) -> Iterator[Attempt]:
    """Yield the attempts at one interface."""
    targets_and_outputs = [
        ("matrix", OUTPUTS),
        ("labels", OUTPUTS),
        ("matrix", 1),
        ("vector", 1),
    ]
    if known is not None:
        several = [("matrix", known), ("labels", known)]
        targets_and_outputs = targets_and_outputs[2:] if known == 1 else several
    if source.turns_targets(interface):
        turned = [("turned", each) for _, each in targets_and_outputs[:1]] + [("turned", 1)]
        targets_and_outputs = [*turned, *targets_and_outputs]
    known_forms = FORMS if source.has_biases else WITHOUT_BIASES
    if interface["kind"] == "class":
        known_forms = (*known_forms, *MIXED)
    for depth, (convention, bias, samples), style, (targets, outputs) in itertools.product(
        source.depths,
        (*known_forms, *ONE_UNIT),
        styles(source, interface),
        targets_and_outputs,
    ):
        is_mixed = convention != samples and interface["kind"] != "class"
        if (equal and outputs == 1) or (is_mixed and (depth > 1 or outputs > 1)):
            continue
        if equal:
            drawn = [fixtures.equal_widths(depth), fixtures.equal_everything(depth)]
        else:
            drawn = [fixtures.different_widths(depth, outputs)]
        for fixture in drawn:
            yield {
                "interface": interface,
                "whole": False,
                "convention": convention,
                "samples": samples,
                "bias": bias,
                "style": style,
                "keys": list(source.keys),
                "targets": targets,
                "fixture": asdict(fixture),
                "equal": equal,
            }


def styles(source: Source, interface: Interface) -> tuple[str, ...]:
    """Return how parameters may be kept; only functions are handed any."""
    if interface["kind"] != "functions":
        return ("dict",)
    return ("dict", "layers", "pairs") if not source.keys else ("dict",)
