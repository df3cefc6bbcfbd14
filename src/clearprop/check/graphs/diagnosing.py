"""Compare a person's gradient of an expression with the right one, and name the mistake in it."""

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop._text import Language
from clearprop.check.case import distance, size
from clearprop.check.diagnosis import ArrayVerdict
from clearprop.check.graphs.case import GraphCase, case_of
from clearprop.check.graphs.diagnosis import NOTHING, GraphDiagnosis
from clearprop.check.graphs.search import GraphExplanation, explanations
from clearprop.check.graphs.suspicions import GraphSuspicion, suspicions
from clearprop.check.printed import told_by
from clearprop.derivation.graphing import of_matrices
from clearprop.derivation.graphs.computational_graph import Graph
from clearprop.derivation.graphs.matrices import MatrixGraph

OTHERS = 3
"""Other explanations that are named."""


def diagnose_graph(
    gradients: Any, graph: Graph | MatrixGraph, digits: int | None = None, lang: Language = "en"
) -> GraphDiagnosis:
    """Compare a person's gradient of an expression with the right one, and name the mistake in it.

    Parameters
    ----------
    gradients : mapping of str to array-like
        The person's arrays by name: of an input, ``"W"`` or ``"dW"``, or of a result on the way,
        ``"v3"``. A vector stands for a row or a column.
    graph : Graph or MatrixGraph
        The expression with its numbers, from `clearprop.graph`.
    digits : int, optional
        Decimals to which the numbers were rounded. Without it numbers of few digits are taken as
        rounded where the right ones have more.
    lang : {"en", "zh"}, default="en"
        The language in which the diagnosis is shown.

    Returns
    -------
    GraphDiagnosis
        Prints as an explanation; `ok` says whether the gradient is right, `mistake` names the first
        mistake.

    Raises
    ------
    InputError
        If the arrays do not fit the graph.

    Examples
    --------
    >>> import clearprop as cp
    >>> graph = cp.graph("sum(rows(E, [1, 1]) * g)", E=[[1.0], [2.0]], g=[[3.0], [5.0]])
    >>> diagnose_graph({"dE": [[0.0], [8.0]]}, graph).ok
    True
    >>> diagnose_graph({"dE": [[0.0], [5.0]]}, graph).mistake
    'rows.overwritten'
    """
    case = case_of(of_matrices(graph), gradients, digits)
    right = (case.graph.gradients[at] for at in case.names)
    printed = told_by(case.given.values(), right) if case.wrong and digits is None else None
    if printed is None:
        return _verdict(case, lang)
    found = _verdict(replace(case, printed=printed), lang)
    if found.ok and not all(
        printed.accounts_for(case.given[at], case.graph.gradients[at]) for at in case.names
    ):
        return _verdict(case, lang)
    return replace(found, notes=(printed.said(),))


def _verdict(case: GraphCase, lang: Language) -> GraphDiagnosis:
    arrays = tuple(_array(case, at) for at in case.names)
    if not case.wrong:
        return GraphDiagnosis(arrays, lang=lang)
    not_finite = [at for at in case.wrong if not np.isfinite(case.given[at]).all()]
    if not_finite:
        left, names = _names(case, case.wrong), _names(case, not_finite)
        return GraphDiagnosis(arrays, unexplained=left, not_finite=names, lang=lang)
    factor = _common_factor(case, arrays)
    found = explanations(case, suspicions(case.graph), *([1] if factor != 1 else []))
    if factor != 1 and not found:
        return GraphDiagnosis(arrays, factor=factor, lang=lang)
    if len(found) > 1 and not any(case.given[at].any() for at in case.names):
        left = _names(case, case.wrong)  # zeros that several mistakes give point to none of them
        return GraphDiagnosis(arrays, unexplained=left, notes=(NOTHING,), lang=lang)
    explained = found[0].explained if found else frozenset()
    left = [at for at in case.wrong if at not in explained]
    return GraphDiagnosis(
        arrays,
        found[0].suspicions if found else (),
        () if left else _others(found),
        _names(case, left),
        lang=lang,
    )


def _array(case: GraphCase, at: int) -> ArrayVerdict:
    given, right = case.given[at], case.graph.gradients[at]
    apart, scale = distance(given, right), size(right)
    return ArrayVerdict(
        f"d{case.graph.nodes[at].name}",
        given.shape,
        right.shape,
        at not in case.wrong,
        apart / scale if scale else apart,
        _ratio(given, right, case.rounded(at)),
    )


def _ratio(given: Any, right: Any, rounded: float) -> float | None:
    """Return c where the array is c times the right one in every entry, else None."""
    if given.shape != right.shape or not right.any() or not np.isfinite(given).all():
        return None
    ratio = float(np.vdot(given, right) / np.vdot(right, right))
    return ratio if size(given - ratio * right) <= 1e-7 * size(given) + 2 * rounded else None


def _common_factor(case: GraphCase, arrays: tuple[ArrayVerdict, ...]) -> float:
    """Return the factor by which all arrays are off alike; 1 where there is none."""
    ratios = [array.ratio for array in arrays]
    rounded = max(case.rounded(at) / (size(case.given[at]) or 1.0) for at in case.names)
    known = [ratio for ratio in ratios if ratio is not None]
    alike = len(known) == len(ratios) and np.ptp(known) <= (1e-7 + 2 * rounded) * abs(known[0])
    return known[0] if alike and known[0] not in (0.0, 1.0) else 1.0


def _names(case: GraphCase, positions: Any) -> tuple[str, ...]:
    return tuple(f"d{case.graph.nodes[at].name}" for at in positions)


def _others(found: tuple[GraphExplanation, ...]) -> tuple[tuple[GraphSuspicion, ...], ...]:
    """Return explanations by other mistakes than the first one, each set of mistakes once."""
    different: dict[frozenset[str], tuple[GraphSuspicion, ...]] = {}
    for explanation in found:
        names = frozenset(suspicion.name for suspicion in explanation.suspicions)
        different.setdefault(names, explanation.suspicions)
    return tuple(different.values())[1 : 1 + OTHERS]
