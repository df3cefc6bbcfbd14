"""What an operation passes back to its operands of what arrives at its result.

u and v are the operands, w the result and g = dE/dw what arrives. A function that has no rule here
is called again: with positions for entries, where it only moves them, and else a little beside its
operands.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.record.calls import Call
from clearprop.check.script.child.record.trace import SET, Operation

STEP = 1e-6
"""Of an operand that is moved, relative to it where that is above 1."""
MAX_MOVED = 3000
"""Entries of an operand that are moved one by one."""
Shares = list[FloatArray | None]
"""What goes to each operand; None for one that nothing can go to."""


class OpaqueError(Exception):
    """Nothing is known of how a result depends on an operand."""


SLOPES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "exp": lambda u, w: w,
    "log": lambda u, w: 1 / u,
    "sqrt": lambda u, w: 0.5 / w,
    "tanh": lambda u, w: 1 - w * w,
    "square": lambda u, w: 2 * u,
    "negative": lambda u, w: np.full_like(u, -1.0),
    "expit": lambda u, w: w * (1 - w),
    "absolute": lambda u, w: np.sign(u),
    "clip": lambda u, w: (u == w).astype(float),
}
"""∂w/∂u of functions of entries."""
TWO_SLOPES: dict[str, Callable[[FloatArray, FloatArray, FloatArray], tuple[Any, Any]]] = {
    "+": lambda u, v, w: (1.0, 1.0),
    "-": lambda u, v, w: (1.0, -1.0),
    "*": lambda u, v, w: (v, u),
    "/": lambda u, v, w: (1 / v, -w / v),
    "**": lambda u, v, w: (v * np.float_power(u, v - 1), w * np.log(np.where(u > 0, u, 1.0))),
    "maximum": lambda u, v, w: (u > v, v > u),
    "minimum": lambda u, v, w: (u < v, v < u),
}
"""∂w/∂u and ∂w/∂v of functions of entries."""
TWO_SLOPES["power"] = TWO_SLOPES["**"]
REARRANGING = frozenset(
    [
        "reshape", "transpose", "copy", "astype", "array", "asarray", "ravel", "flatten", "squeeze",
        "getitem", "expand_dims", "swapaxes", "moveaxis", "rollaxis", "concatenate", "hstack",
        "vstack", "stack", "column_stack", "append", "insert", "delete", "atleast_1d",
        "atleast_2d", "atleast_3d", "repeat", "tile", "broadcast_to", "flip", "flipud", "fliplr",
        "roll", "pad", "diag", "tril", "triu", "rot90", "asmatrix", "ascontiguousarray", "take",
        "asfarray", "asanyarray", "item", "row_stack", "view",
    ]
)  # fmt: skip
"""Functions that move entries, leave some out or repeat some, and change none."""


def passed_back(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Return what goes to each operand.

    Raises
    ------
    OpaqueError
        If that cannot be told.
    """
    name, call = operation.name, operation.call
    if len(inputs) == 1 and name in SLOPES:
        return [added_to(g * SLOPES[name](inputs[0], w), inputs[0].shape)]
    if len(inputs) == 2 and name in TWO_SLOPES:
        return by_two_slopes(name, inputs, w, g)
    if name in RULES:
        return RULES[name](operation, inputs, w, g)
    if call is None:
        raise OpaqueError(name)
    if name in REARRANGING:
        return by_positions(operation, call, inputs, w, g)
    if isinstance(call.function, np.ufunc):
        return by_slopes(operation, call, inputs, g)
    return by_differences(operation, call, inputs, g)


def by_two_slopes(name: str, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray) -> Shares:
    """Pass back through a function of the entries of two operands."""
    slopes = TWO_SLOPES[name](inputs[0], inputs[1], w)
    return [added_to(g * one, u.shape) for one, u in zip(slopes, inputs, strict=True)]


def added_to(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return an array of this shape: entries that were repeated to make the larger one add up."""
    extra = array.ndim - len(shape)
    summed = array.sum(axis=tuple(range(extra))) if extra > 0 else array
    repeated = tuple(at for at, size in enumerate(shape) if size == 1 != summed.shape[at])
    return summed.sum(axis=repeated, keepdims=True) if repeated else summed


def product(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through u v, of vectors, matrices, or stacks of matrices."""
    if len(inputs) != 2:
        raise OpaqueError(operation.name)
    u, v = inputs
    call = operation.call
    is_dot = call is not None and call.function in (np.dot, "dot")
    if is_dot and max(u.ndim, v.ndim) > 2 and v.ndim > 1:  # rows of u by columns of v, all of them
        stacks = np.moveaxis(v, -2, 0)
        flat = stacks.reshape(len(stacks), -1)
        arriving = g.reshape(-1, flat.shape[1])
        back = (u.reshape(-1, len(stacks)).T @ arriving).reshape(stacks.shape)
        return [(arriving @ flat.T).reshape(u.shape), np.moveaxis(back, 0, -2)]
    rows = u[None, :] if u.ndim == 1 else u
    columns = v[:, None] if v.ndim == 1 else v
    arriving = g.reshape(np.matmul(rows, columns).shape)
    to_u = added_to(arriving @ np.swapaxes(columns, -1, -2), rows.shape)
    to_v = added_to(np.swapaxes(rows, -1, -2) @ arriving, columns.shape)
    return [to_u.reshape(u.shape), to_v.reshape(v.shape)]


def outer(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through u vᵀ."""
    u, v = inputs[0], inputs[1]
    return [(g @ v.ravel()).reshape(u.shape), (g.T @ u.ravel()).reshape(v.shape)]


def along(operation: Operation, u: FloatArray, w: FloatArray) -> tuple[Any, tuple[int, ...]]:
    """Return the axis that a sum, a mean or a maximum runs along, and its shape with that kept."""
    if operation.call is None:
        raise OpaqueError(operation.name)
    axis = operation.call.setting("axis", 1, None)
    shape = np.empty(u.shape).sum(axis=axis, keepdims=True).shape
    if np.prod(shape) != w.size:
        raise OpaqueError(operation.name)
    return axis, shape


def total(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through a sum: g to every entry."""
    u = inputs[0]
    _, shape = along(operation, u, w)
    return [np.broadcast_to(g.reshape(shape), u.shape), *[None] * (len(inputs) - 1)]


def mean(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through a mean: g / n to every entry."""
    shares = total(operation, inputs, w, g)
    assert shares[0] is not None
    return [shares[0] * (w.size / inputs[0].size), *shares[1:]]


def extreme(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through the largest or smallest entry, also along an axis: g to that one.

    Of two tensors, PyTorch's ``max`` takes the larger of each two entries.
    """
    u = inputs[0]
    if len(inputs) == 2 and w.shape in (u.shape, inputs[1].shape):
        for name in ("maximum", "minimum"):
            if np.array_equal(w, getattr(np, name)(*inputs)):
                return by_two_slopes(name, inputs, w, g)
    axis, shape = along(operation, u, w)
    is_it = u == w.reshape(shape)
    share = is_it / is_it.sum(axis=axis, keepdims=True)
    return [g.reshape(shape) * share, *[None] * (len(inputs) - 1)]


def variance(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through a variance, or its root."""
    u = inputs[0]
    axis, shape = along(operation, u, w)
    call = operation.call
    n = u.size / w.size - (0 if call is None else call.settings.get("ddof", 0))
    arriving = g.reshape(shape)
    if operation.name == "std":
        arriving = arriving / (2 * np.maximum(w.reshape(shape), 1e-300))
    return [
        arriving * 2 * (u - u.mean(axis=axis, keepdims=True)) / n,
        *[None] * (len(inputs) - 1),
    ]


def element_set(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through ``u[index] = …``: entries that were replaced pass nothing to the old ones.

    Those that were all multiplied by one number, or to which one was added, pass that on.
    """
    if operation.call is not None:
        return by_positions(operation, operation.call, inputs, w, g)
    u = inputs[0]
    replaced = u != w
    old, new = u[replaced], w[replaced]
    with np.errstate(all="ignore"):
        factors = new / old
    slope = 0.0
    if np.any(new):
        if len(old) == 1:
            raise OpaqueError(operation.name)
        if np.ptp(factors) <= 1e-9 * np.abs(factors).max():
            slope = float(factors[0])
        elif np.ptp(new - old) <= 1e-9 * np.abs(new).max():
            slope = 1.0
        else:
            raise OpaqueError(operation.name)
    return [np.where(replaced, slope * g, g)]


def chosen(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through ``where(condition, u, v)``."""
    if len(inputs) != 3:
        raise OpaqueError(operation.name)
    is_first = inputs[0] != 0
    return [
        None,
        added_to(g * is_first, inputs[1].shape),
        added_to(g * ~is_first, inputs[2].shape),
    ]


def turned(
    operation: Operation, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through uᵀ."""
    if operation.call is not None:
        return by_positions(operation, operation.call, inputs, w, g)
    return [g.T]


Rule = Callable[[Operation, Sequence[FloatArray], FloatArray, FloatArray], Shares]
RULES: dict[str, Rule] = {
    "@": product,
    "outer": outer,
    "sum": total,
    "mean": mean,
    "average": mean,
    "max": extreme,
    "amax": extreme,
    "min": extreme,
    "amin": extreme,
    "var": variance,
    "std": variance,
    SET: element_set,
    "where": chosen,
    "transpose": turned,
}


def by_positions(
    operation: Operation, call: Call, inputs: Sequence[FloatArray], w: FloatArray, g: FloatArray
) -> Shares:
    """Pass back through a function that moves entries: it is called with the entries' numbers."""
    firsts = np.cumsum([1, *(u.size for u in inputs)])
    numbered = {
        content: (first + np.arange(u.size, dtype=float)).reshape(u.shape)
        for content, u, first in zip(operation.operands, inputs, firsts, strict=False)
    }
    try:
        places = np.asarray(call.again(numbered), dtype=float)
    except Exception:
        raise OpaqueError(operation.name) from None
    entries = np.concatenate([[0.0], *(u.ravel() for u in inputs)])
    if places.size != w.size or places.min() < 0 or places.max() >= len(entries):
        raise OpaqueError(operation.name)
    flat = places.ravel().astype(int)
    kept = flat > 0
    if not np.array_equal(entries[flat][kept], w.ravel()[kept]):
        raise OpaqueError(operation.name)
    back = np.bincount(flat, weights=g.ravel(), minlength=len(entries))
    return [
        back[first : first + u.size].reshape(u.shape)
        for u, first in zip(inputs, firsts, strict=False)
    ]


def by_slopes(
    operation: Operation, call: Call, inputs: Sequence[FloatArray], g: FloatArray
) -> Shares:
    """Pass back through a function of entries, whose slopes are differences."""
    shares: Shares = []
    values = dict(zip(operation.operands, inputs, strict=True))
    for content, u in values.items():
        h = STEP * np.maximum(1.0, np.abs(u))
        ahead, behind = (called(call, {**values, content: u + sign * h}) for sign in (1, -1))
        shares.append(added_to(g * (ahead - behind) / (2 * h), u.shape))
    return [shares[list(values).index(content)] for content in operation.operands]


def by_differences(
    operation: Operation, call: Call, inputs: Sequence[FloatArray], g: FloatArray
) -> Shares:
    """Pass back through any function of few entries, each of which is moved a little."""
    values = dict(zip(operation.operands, inputs, strict=True))
    if sum(u.size for u in inputs) > MAX_MOVED:
        raise OpaqueError(operation.name)
    shares: dict[int, FloatArray] = {}
    for content, u in values.items():
        share = np.zeros(u.shape)
        for index in np.ndindex(u.shape):
            h = STEP * max(1.0, abs(float(u[index])))
            ends = []
            for sign in (1, -1):
                moved = u.copy()
                moved[index] += sign * h
                ends.append(called(call, {**values, content: moved}))
            if ends[0].shape != g.shape:
                raise OpaqueError(operation.name)
            share[index] = np.vdot(ends[0] - ends[1], g) / (2 * h)
        shares[content] = share
    return [shares[content] for content in operation.operands]


def called(call: Call, values: dict[int, FloatArray]) -> FloatArray:
    """Return what a call gives, as an array of numbers."""
    try:
        return np.asarray(call.again(values), dtype=float)
    except Exception as error:
        raise OpaqueError(str(error)) from None
