"""Turn what the search found into a diagnosis."""

import math
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import RIGHT
from clearprop.check.case import Case, size
from clearprop.check.diagnosis import ArrayVerdict, Diagnosis, Finding
from clearprop.check.localization import first_wrong_step
from clearprop.check.mistakes import MISTAKES, Mistake
from clearprop.check.mistakes.mistake import Suspicion
from clearprop.check.problem import Convention
from clearprop.check.search import MAX_MISTAKES, Explanation, explanations

NEARLY = 1e-5
"""A relative difference up to which a gradient is right but imprecise, unless a mistake fits."""

IMPRECISE = Text(
    "It is right to no more than five or six digits: float32 somewhere, a number added inside a"
    " logarithm or a division, or differences in the place of derivatives.",
    "只有五六位有效数字正确：某处用了 float32，在 log 或除法里加了小数，或用差分代替导数。",
)
"""Of terms that nearly cancel, as in saturated units, five digits may leave none."""


def verdict(
    case: Case,
    convention: Convention,
    seconds: float = math.inf,
    most: int = MAX_MISTAKES,
    *,
    scaled: bool = False,
) -> Diagnosis:
    """Return the diagnosis of a case: right, explained, or localised as well as can be.

    `seconds`, `most` and `scaled` bound the search, see `clearprop.check.search.explanations`.
    """
    arrays = tuple(array_verdict(case, name, convention) for name in case.names)
    of_shape = tuple(
        finding(fault) for name in MISTAKES for fault in MISTAKES[name]().faults_of_shape(case)
    )
    missing = missing_gradients(case)
    notes = missing_note(missing)
    if not case.wrong:
        return Diagnosis(arrays, of_shape, missing=missing, notes=notes, convention=convention)
    not_finite = not_finite_note(case)
    if not_finite is not None:
        return Diagnosis(arrays, of_shape, notes=(*notes, not_finite), convention=convention)
    found = explanations(case, seconds, most, scaled=scaled)
    best = found[0] if found else None
    explained = best.explained if best else frozenset()
    unexplained = [name for name in case.wrong if name not in explained]
    has_unknown_factor = best is not None and best.factor != 1
    if (unexplained or has_unknown_factor) and is_imprecise(case):
        right = tuple(replace(array, right=True) for array in arrays)
        return Diagnosis(right, of_shape, notes=(*notes, IMPRECISE), convention=convention)
    return Diagnosis(
        arrays,
        (*findings(best), *of_shape),
        alternatives=other_explanations(found),
        unexplained=tuple(f"d{name}" for name in unexplained),
        factor=best.factor if best else 1.0,
        where=first_wrong_step(case, unexplained or case.wrong),
        ruled_out=ruled_out(case, best) if unexplained else (),
        missing=missing,
        notes=notes,
        convention=convention,
    )


def is_imprecise(case: Case) -> bool:
    """Return whether all arrays are so nearly right that only rounding can be the reason."""
    return all(
        case.deviation[name] <= NEARLY * size(case.right[name]) + case.slack_in_float32[name]
        for name in case.wrong
    )


def finding(suspicion: Suspicion) -> Finding:
    """Return a confirmed suspicion."""
    return Finding(
        suspicion.mistake,
        suspicion.evidence,
        suspicion.layers,
        suspicion.settings,
        suspicion.harmless,
    )


def findings(explanation: Explanation | None) -> tuple[Finding, ...]:
    """Return the mistakes of an explanation."""
    return tuple(map(finding, explanation.suspicions)) if explanation else ()


def other_explanations(found: list[Explanation]) -> tuple[tuple[Finding, ...], ...]:
    """Return explanations by other mistakes than the first one, each set of mistakes once."""
    different: dict[frozenset[str], tuple[Finding, ...]] = {}
    for explanation in found:
        names = frozenset(suspicion.mistake.name for suspicion in explanation.suspicions)
        different.setdefault(names, findings(explanation))
    return tuple(different.values())[1:]


def ruled_out(case: Case, best: Explanation | None) -> tuple[Mistake, ...]:
    """Return the mistakes that could be made in this network and that the numbers speak against."""
    named = {suspicion.mistake.name for suspicion in best.suspicions} if best else set()
    others = [
        MISTAKES[name]()
        for name in MISTAKES
        if name not in named and not MISTAKES[name].is_judged_at_once
    ]
    return tuple(other for other in others if any(other.suspicions(case, RIGHT)))


def array_verdict(case: Case, name: str, convention: Convention) -> ArrayVerdict:
    """Return what is to be said of one array."""
    given, right = case.given[name], case.right[name]
    scale = size(right)
    deviation = case.deviation[name]
    expected = right.T.shape if convention == "column" else right.shape
    return ArrayVerdict(
        name=f"d{name}",
        shape=case.given_shapes.get(name, given.shape),
        expected_shape=case.own_shapes.get(name, expected),
        right=name not in case.wrong,
        difference=deviation / scale if scale else deviation,
        ratio=constant_ratio(case, name),
    )


def constant_ratio(case: Case, name: str) -> float | None:
    """Return c where the array is c times the right one in every entry, else None."""
    given, right = case.given[name], case.right[name]
    if given.shape != right.shape or not right.any() or not np.isfinite(given).all():
        return None
    unit = right / size(right)
    ratio = float(np.vdot(given, unit) / np.vdot(unit, unit)) / size(right)
    apart = size(given - ratio * right)
    return ratio if apart <= 1e-7 * size(given) + 2 * case.rounded(name) else None


def missing_gradients(case: Case) -> tuple[str, ...]:
    """Return which gradients were not given; a network without biases lacks none of them."""
    owned = case.own_shapes or case.right
    return tuple(f"d{name}" for name in owned if name not in case.given)


def missing_note(missing: tuple[str, ...]) -> tuple[Text, ...]:
    """Say which gradients were not given and hence not checked."""
    if not missing:
        return ()
    listed = ", ".join(missing)
    return (Text(f"Not given, hence not checked: {listed}.", f"未给出，因此未检查：{listed}。"),)


def not_finite_note(case: Case) -> Text | None:
    """Say where NaN or infinity stands; None where all numbers are finite."""
    names = [name for name in case.names if not np.isfinite(case.given[name]).all()]
    if not names:
        return None
    listed = ", ".join(f"d{name}" for name in names)
    return Text(
        f"{listed}: NaN or infinity, while the right gradient is finite. Look for log(0), a"
        " division by 0, or an exp that overflows: clip p away from 0 and 1, or use δ = p − y"
        " directly.",
        f"{listed} 中有 NaN 或无穷大，而正确的梯度是有限的。检查 log(0)、除以 0 或 exp 溢出："
        "把 p 限制在 0 与 1 之间，或直接用 δ = p − y。",
    )
