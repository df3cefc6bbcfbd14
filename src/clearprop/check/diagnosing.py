"""Name the mistake that a gradient contains."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix
from clearprop.backprop.structure import Parameters
from clearprop.check.case import Case
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.printed import told_by
from clearprop.check.problem import Convention, Dropout, Problem
from clearprop.check.reading import (
    Reading,
    convention_of,
    has_columns,
    in_rows,
    is_flat,
    read,
)
from clearprop.check.verdict import verdict
from clearprop.network.network import Network, check_targets

if TYPE_CHECKING:
    from clearprop.check.graphs import GraphDiagnosis
    from clearprop.derivation.graphs.computational_graph import Graph
    from clearprop.derivation.graphs.matrices import MatrixGraph


@overload
def diagnose(
    gradients: Any,
    net: Network,
    params: Any,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    learning_rate: float | None = None,
    *,
    penalty: float = 0.0,
    previous: Any = None,
    dropout: Dropout | None = None,
    digits: int | None = None,
    convention: Convention | None = None,
) -> Diagnosis: ...


@overload
def diagnose(
    gradients: Any, net: "Graph | MatrixGraph", *, digits: int | None = None
) -> "GraphDiagnosis": ...


def diagnose(
    gradients: Any,
    net: "Network | Graph | MatrixGraph",
    params: Any = None,
    X: Any = None,
    Y: Any = None,
    learning_rate: float | None = None,
    *,
    penalty: float = 0.0,
    previous: Any = None,
    dropout: Dropout | None = None,
    digits: int | None = None,
    convention: Convention | None = None,
) -> "Diagnosis | GraphDiagnosis":
    """Compare a person's gradient with the right one and name the mistake that it contains.

    Parameters
    ----------
    gradients : mapping, sequence, Parameters or array of shape (P,)
        The gradient under test: a dict of arrays under common names (``dW1``, ``db1``, ``W1``,
        ``grad_b2``, ``dL_dW2`` …), a list in layer order, or a flat vector. Biases may have the
        shape (n,), (1, n) or (n, 1); arrays may be missing. Of a graph: arrays by the names of the
        expression.
    net : Network, Graph or MatrixGraph
        The network with the loss and reduction that the gradient is meant for. Or an expression
        with its numbers, from `clearprop.graph`: batch norm, a convolution, attention; then only
        `digits` may follow.
    params : Parameters, mapping, sequence or array of shape (P,)
        Where the gradient was taken; in the same forms.
    X : array of shape (m, n₀)
        Inputs, one sample a row; (n₀, m) in the column convention.
    Y : array of shape (m, K)
        Targets; (K, m) in the column convention.
    learning_rate : float, optional
        η, which some mistakes bring into the gradient. Without it, it is recovered.
    penalty : float, default=0
        λ of an L2 penalty ½ λ Σ W² on the weights that the loss is meant to have.
    previous : like `gradients`, optional
        What the same code returned for the batch before; shows whether gradients pile up.
    dropout : Dropout, optional
        The masks that were drawn for this pass.
    digits : int, optional
        Decimals to which the gradient was rounded, as it stands in print: 4 for 0.1235. Without it
        numbers of few digits are taken as rounded where the right ones have more.
    convention : {"row", "column"}, optional
        Whether W is (n_in, n_out), as here, or (n_out, n_in). Told from the shapes if not given.

    Returns
    -------
    Diagnosis or GraphDiagnosis
        Prints as an explanation. ``diagnosis.ok`` says whether the gradient is right,
        ``diagnosis.mistake`` names the first mistake, ``diagnosis.assert_ok()`` serves a test.

    Raises
    ------
    InputError
        If the arguments do not fit the network or each other.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1, "sigmoid")], "binary_cross_entropy")
    >>> params = net.initialize(seed=0)
    >>> X, Y = [[0.5, -1.0], [2.0, 0.1], [-0.3, 0.4]], [[1.0], [0.0], [1.0]]
    >>> _, right = net.gradient(params, X, Y)
    >>> diagnosis = cp.diagnose({name: 3 * array for name, array in right.items()},
    ...                         net, params, X, Y)
    >>> diagnosis.mistake
    'average_missing'
    >>> norm = cp.graph("sum(g * (x - mean(x, 0)))", x=[[1.0], [3.0]], g=[[1.0], [2.0]])
    >>> cp.diagnose({"dx": [[1.0], [2.0]]}, norm).mistake
    'mean.held_constant'
    """
    if not isinstance(net, Network):
        from clearprop.check.graphs import diagnose_graph  # loads what only expressions need

        return diagnose_graph(gradients, net, digits)
    if params is None or X is None or Y is None:
        why = "the gradient of a network depends on its parameters and data."
        raise invalid_argument("params", params, why, "diagnose(gradients, net, params, X, Y).")
    own = read("params", params, net.sizes, gradients=False)
    raw = read("gradients", gradients, net.sizes, gradients=True)
    if isinstance(params, Parameters) or is_flat(params, net.sizes):
        chosen = convention or convention_told({}, raw, net)
        values, own_shapes = parameters_of(in_rows(own, net.sizes, "row"), net), {}
    else:
        chosen = convention or convention_told(own, raw, net)
        values = parameters_of(in_rows(own, net.sizes, chosen), net)
        own_shapes = {name: np.shape(array) for name, array in own.items()}
    inputs, targets = data_of(X, Y, net, chosen)
    problem = Problem(
        network=net,
        params=values,
        X=inputs,
        Y=targets,
        learning_rate=checked_rate(learning_rate),
        penalty=penalty,
        previous=None if previous is None else gradients_of(previous, net, chosen),
        dropout=dropout,
    )
    if digits is not None and (isinstance(digits, bool) or not 0 <= digits <= 17):
        raise invalid_argument("digits", digits, "it is no number of decimals.", "4.")
    case = Case.of(problem, raw, chosen, own_shapes, digits)
    printed = (
        told_by(case.given.values(), (case.right[name] for name in case.names))
        if case.wrong
        else None
    )
    if digits is not None or printed is None:
        return verdict(case, chosen)
    found = verdict(replace(case, printed=printed), chosen)
    if found.ok:
        wrong = [n for n in case.names if not printed.accounts_for(case.given[n], case.right[n])]
        if wrong:
            found = verdict(replace(case, printed=printed, unrounded=frozenset(wrong)), chosen)
            found = verdict(case, chosen) if found.ok else found
    return replace(found, notes=(*found.notes, printed.said()))


def gradients_of(previous: Any, net: Network, convention: Convention) -> Mapping[str, FloatArray]:
    """Return the gradient of the batch before by name, in the row convention."""
    raw = read("previous", previous, net.sizes, gradients=True)
    return in_rows(raw, net.sizes, convention).arrays


def convention_told(
    own: Mapping[str, FloatArray], raw: Mapping[str, FloatArray], net: Network
) -> Convention:
    """Return the convention that the person's own arrays show, their parameters before all."""
    from_parameters = convention_of(own, net.sizes)
    if from_parameters is not None:
        return from_parameters
    if has_columns(own) or has_columns(raw):
        # a gradient alone could be transposed by mistake; a bias that is a column says it is meant
        return "column"
    return "row"


def parameters_of(reading: Reading, net: Network) -> Parameters:
    """Return the person's parameters; a network without biases has them all 0.

    Raises
    ------
    InputError
        If weights are missing or an array has another shape than the network.
    """
    values = Parameters(net.sizes)
    for name in values:
        if name not in reading.arrays:
            if name.startswith("W"):
                raise invalid_argument(
                    "params", sorted(reading.arrays), f"{name} is missing.", "all weights."
                )
            continue
        values[name] = reading.arrays[name]
    if not np.isfinite(values.vector).all():
        raise invalid_argument(
            "params", "NaN or infinity", "gradients do not exist there.", "finite numbers."
        )
    return values


def data_of(
    X: npt.ArrayLike, Y: npt.ArrayLike, net: Network, convention: Convention
) -> tuple[FloatArray, FloatArray]:
    """Return inputs (m, n₀) and targets (m, K), one sample a row; class numbers become one-hot."""
    inputs, targets = np.asarray(X), np.asarray(Y)
    if targets.ndim == 1 and net.outputs > 1 and net.loss_rule.target_kind == "class":
        targets = one_hot(targets, net.outputs)
    elif convention == "column" and targets.ndim == 2 and targets.shape[0] == net.outputs:
        targets = targets.T
    if convention == "column" and inputs.ndim == 2 and inputs.shape[0] == net.inputs:
        inputs = inputs.T
    checked_X = as_matrix("X", inputs, net.inputs, "float64")
    checked_Y = as_matrix("Y", targets, net.outputs, "float64")
    if len(checked_X) != len(checked_Y):
        why = f"`X` has {len(checked_X)} samples and `Y` has {len(checked_Y)}."
        raise invalid_argument("Y", np.shape(Y), why, "one target a sample.")
    check_targets(net.loss_rule, checked_Y)
    return checked_X, checked_Y


def one_hot(labels: npt.NDArray[Any], classes: int) -> FloatArray:
    """Return class numbers 0 … K − 1, shape (m,), as rows of zeros and a one, shape (m, K)."""
    if labels.dtype.kind not in "biu" and not np.array_equal(labels, np.round(labels)):
        raise invalid_argument(
            "Y", labels, "class numbers are whole.", "one-hot targets of shape (m, K)."
        )
    numbers = labels.astype(int)
    if numbers.min(initial=0) < 0 or numbers.max(initial=0) >= classes:
        why = f"class numbers go from 0 to {classes - 1}."
        raise invalid_argument("Y", labels, why, "one-hot targets of shape (m, K).")
    return np.eye(classes)[numbers]


def checked_rate(learning_rate: float | None) -> float | None:
    """Return η, or refuse one that is not positive."""
    if learning_rate is not None and not learning_rate > 0:
        raise invalid_argument("learning_rate", learning_rate, "a step is positive.", "0.1.")
    return learning_rate
