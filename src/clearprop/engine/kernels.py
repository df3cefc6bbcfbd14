"""Turn the scalar kernels of rules into compiled functions over blocks of memory.

A rule writes its mathematics for one number on `math` functions; here those names are bound to
vectorisable ones and its constants to the network's type, and a loop is put around it. The
result is a function known by its address, so that one compiled epoch serves every rule:

    value(z, a, s, units, rows, stride)                   fills a
    pull_back(error, z, a, s, units, rows, stride)        changes ∂L/∂a into ∂L/∂z
    loss(z, a, y, c, delta, s, units, rows, stride)       fills c ⊙ ∂ℓ/∂a or c ⊙ δ, returns Σ c ℓ
    update(θ, g, first, second, λ, part, c, n)            one step of the update rule
"""

import hashlib
import math
from collections.abc import Callable
from functools import cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from clearprop.activations import Activation
from clearprop.engine import elementary
from clearprop.engine.compilation import AS_WRITTEN, LEAF, exact
from clearprop.engine.guarded import RuleError, reason_of
from clearprop.engine.numba_compat import address_of, types
from clearprop.engine.pointers import INT, at, numbers_at
from clearprop.losses import Loss
from clearprop.updates import UpdateRule

VOCABULARY = {name: getattr(math, name) for name in ("log", "expm1", "erfc", "sqrt")} | {
    "exp": elementary.exp,
    "tanh": elementary.tanh,
    "log1p": elementary.log1p,
    "np": np,
}
"""The meaning of the names in a rule's kernel when it is compiled."""


@cache
def value_address(rule: Activation, dtype: str) -> int:
    """Return the address of a = f(z) over a block."""
    pointer, number = _types(dtype)
    signature = types.float64(pointer, pointer, number, INT, INT, INT)
    if not rule.elementwise:
        return _compile(signature, _required(rule, "block_kernel"), {}, dtype)
    inner = _required(rule, "kernel")
    return _compile(signature, _value_loop, {"rule": inner}, dtype)


@cache
def pull_back_address(rule: Activation, dtype: str) -> int:
    """Return the address of ∂L/∂a → ∂L/∂z over a block."""
    pointer, number = _types(dtype)
    signature = types.float64(pointer, pointer, pointer, number, INT, INT, INT)
    if not rule.elementwise:
        return _compile(signature, _required(rule, "block_kernel_pull_back"), {}, dtype)
    inner = _required(rule, "kernel_derivative")
    return _compile(signature, _pull_back_loop, {"rule": inner}, dtype)


@cache
def loss_address(rule: Loss, canonical: bool, dtype: str) -> int:
    """Return the address of loss and error over a block; of δ itself for a canonical pair."""
    pointer, number = _types(dtype)
    signature = types.float64(*[pointer] * 5, number, INT, INT, INT)
    if not canonical:
        pair = {"rule": _required(rule, "kernel"), "slope": _required(rule, "kernel_derivative")}
        return _compile(signature, _loss_loop, pair, dtype)
    if hasattr(rule, "block_kernel"):
        return _compile(signature, _required(rule, "block_kernel"), {}, dtype)
    pair = {"rule": _required(rule, "kernel_from_z"), "error": _required(rule, "kernel_error")}
    return _compile(signature, _canonical_loss_loop, pair, dtype)


@cache
def update_address(rule: type[UpdateRule], coefficients: int, dtype: str) -> int:
    """Return the address of one step of an update rule with so many coefficients."""
    pointer, number = _types(dtype)
    signature = types.float64(*[pointer] * 5, number, pointer, INT)
    return _compile(signature, _update_loop, {"rule": rule.move}, dtype, coefficients)


def has_kernels(activations: list[Activation], loss: Loss) -> bool:
    """Return whether every rule of a network states what the compiled engine needs."""
    elementwise = all(hasattr(f, "kernel") or hasattr(f, "block_kernel") for f in activations)
    return elementwise and hasattr(loss, "kernel")


rule: Any = None  # these stand for a rule's kernels, and its coefficients, until one is bound
slope: Any = None
error: Any = None
count: int = 0


def _value_loop(z, a, s, units, rows, stride):
    if rows == stride:  # the block is one stretch of memory
        units, rows = 1, units * rows
    for u in range(units):
        z_u, a_u = at(z, u * stride), at(a, u * stride)
        for r in range(rows):
            a_u[r] = rule(z_u[r], s)
    return 0.0


def _pull_back_loop(error, z, a, s, units, rows, stride):
    if rows == stride:
        units, rows = 1, units * rows
    for u in range(units):
        e_u, z_u, a_u = at(error, u * stride), at(z, u * stride), at(a, u * stride)
        for r in range(rows):
            e_u[r] *= rule(z_u[r], a_u[r], s)
    return 0.0


def _loss_loop(z, a, y, c, delta, s, units, rows, stride):
    total = 0.0
    for k in range(units):
        a_k, y_k, d_k = at(a, k * stride), at(y, k * stride), at(delta, k * stride)
        for r in range(rows):
            total += c[r] * rule(a_k[r], y_k[r], s)
            d_k[r] = c[r] * slope(a_k[r], y_k[r], s)
    return total


def _canonical_loss_loop(z, a, y, c, delta, s, units, rows, stride):
    total = 0.0
    for k in range(units):
        z_k, a_k = at(z, k * stride), at(a, k * stride)
        y_k, d_k = at(y, k * stride), at(delta, k * stride)
        for r in range(rows):
            total += c[r] * rule(z_k[r], y_k[r], s)
            d_k[r] = c[r] * error(z_k[r], a_k[r], y_k[r], s)
    return total


def _update_loop(theta, g, first, second, penalty, part, coefficients, n):
    c = numbers_at(coefficients, count)
    for p in range(n):
        slope = g[p] + part * penalty[p] * theta[p]
        theta[p], (first[p], second[p]) = rule(theta[p], slope, (first[p], second[p]), c)
    return 0.0


def _types(dtype: str) -> tuple[Any, Any]:
    number = types.float32 if dtype == "float32" else types.float64
    return types.CPointer(number), number


def _required(rule: object, name: str) -> Callable[..., Any]:
    kernel = getattr(rule, name, None)
    if kernel is None:
        raise RuleError(f"{rule!r} states no `{name}` for the compiled engine.")
    return kernel


def _compile(
    signature: Any,
    outer: Callable[..., Any],
    inner: dict[str, Callable[..., Any]],
    dtype: str,
    count: int = 0,
) -> int:
    """Return the address of `outer` compiled with `inner` and the constant `count` bound into it.

    Raises
    ------
    RuleError
        If the functions of a rule cannot be compiled.
    """
    spelling = [count, *(_spelling(function) for function in (outer, *inner.values()))]
    digest = hashlib.sha256(repr(spelling).encode())
    name = f"{_code(outer).co_name}_{dtype}_{digest.hexdigest()[:16]}"
    bound = {
        key: exact(_bind(function, {}, f"{key}_{name}", dtype)) for key, function in inner.items()
    }
    # the digest in the name keeps code that was kept from serving a rule that has changed
    options = LEAF if inner else AS_WRITTEN
    whole = _bind(outer, bound | {"numbers_at": numbers_at, "count": count}, name, dtype)
    try:
        return address_of(signature, whole, options)
    except Exception as error:
        names = ", ".join(f.__qualname__ for f in inner.values()) or outer.__qualname__
        raise RuleError(f"`{names}` cannot be compiled ({reason_of(error)}).") from error


def _bind(
    function: Callable[..., Any], extra: dict[str, Any], name: str, dtype: str
) -> FunctionType:
    """Return the function under a name of its own, with names and constants for this type."""
    code = _code(function)
    number = np.float32 if dtype == "float32" else float
    constants = tuple(number(c) if isinstance(c, float) else c for c in code.co_consts)
    code = code.replace(co_consts=constants, co_name=name, co_qualname=name)
    bound = FunctionType(code, VOCABULARY | {"at": at} | extra, name)
    bound.__module__ = __name__
    return bound


def _code(function: Callable[..., Any]) -> CodeType:
    return function.__code__  # type: ignore[attr-defined]


def _spelling(function: Callable[..., Any]) -> tuple[Any, ...]:
    code = _code(function)
    return code.co_code, code.co_consts, code.co_names
