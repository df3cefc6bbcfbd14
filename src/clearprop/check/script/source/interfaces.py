"""Find what to call in a script: functions, a class, or the body of a training loop."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from clearprop.check.script.source.reading import ClassSource, Signature, Source
from clearprop.check.script.source.vocabulary import (
    BACKWARD,
    BOTH,
    FORWARD,
    LOSS,
    NOT_A_LOSS,
    UPDATE,
    is_parameter_name,
    role_of,
)

Interface = dict[str, Any]
"""Plain data, since it travels to the child process: what to call and how it is declared."""


def interfaces(source: Source, function: str | None) -> list[Interface]:
    """Return what could be called, the likeliest first; only `function` if that is given."""
    if function is not None:
        return list(named(source, function))
    usual = [*of_functions(source), *of_classes(source), *of_loops(source)]
    return usual or list(of_steps(source))


def named(source: Source, function: str) -> Iterator[Interface]:
    """Yield the interfaces around one function, or one class, or ``Class.method``."""
    owner, _, method = function.rpartition(".")
    for found in source.functions:
        if not owner and found.name == function:
            yield paired(source.functions, found)
    for found in source.classes:
        if function == found.name:
            yield from of_class(found)
        for candidate in found.methods:
            if candidate.name == method and owner in ("", found.name):
                yield in_class(found, paired(found.methods, candidate))


def of_functions(source: Source) -> Iterator[Interface]:
    """Yield pairs of functions, and functions that return loss and gradient together."""
    callable_ones = [f for f in source.functions if not UPDATE.search(f.name)]
    for found in backward_functions(callable_ones):
        pair = paired(source.functions, found)
        if uses_globals(source, pair):
            yield {**pair, "kind": "globals"}
        yield pair


def of_steps(source: Source) -> Iterator[Interface]:
    """Yield functions that take samples and targets under other names: ``step(params, xb, yb)``."""
    for found in source.functions:
        takes_both = all(any(role_of(p, among=(r,)) for p in found.parameters) for r in "XY")
        if takes_both and not NOT_A_LOSS.search(found.name):
            yield paired(source.functions, found)


def uses_globals(source: Source, pair: Interface) -> bool:
    """Return whether functions are handed no parameters while the script's globals hold some."""
    signatures = [pair["backward"], *([pair["forward"]] if pair["forward"] else [])]
    named = {name for signature in signatures for name in signature["parameters"]}
    handed = any(
        is_parameter_name(name) or role_of(name, among=("parameters", "weights")) for name in named
    )
    return not handed and any(map(is_parameter_name, source.variables))


def backward_functions(functions: Sequence[Signature]) -> list[Signature]:
    """Return the functions that may compute a gradient, the likeliest first."""
    by_name = [f for f in functions if BACKWARD.search(f.name) and takes_data(f)]
    both = [f for f in functions if BOTH.search(f.name) and takes_data(f) and f not in by_name]
    # a helper for one layer, linear_backward(dZ, cache), takes no targets
    whole = [f for f in by_name if any(role_of(p, among=("Y",)) for p in f.parameters)]
    return [*whole, *both, *(f for f in by_name if f not in whole)]


def takes_data(found: Signature) -> bool:
    """Return whether a function takes samples, targets, parameters or a cache at all."""
    roles = ("X", "Y", "parameters", "cache")
    return any(role_of(name, among=roles) for name in found.parameters)


def paired(functions: Sequence[Signature], backward: Signature) -> Interface:
    """Return a backward function with the forward and loss functions that go with it."""
    others = [f for f in functions if f is not backward and not BACKWARD.search(f.name)]
    forward = [f for f in others if FORWARD.search(f.name) and not UPDATE.search(f.name)]
    beside = re.sub(r"back(ward)?", "forward", backward.name.lower())
    forward.sort(key=lambda f: f.line)
    forward.sort(key=lambda f: ("predict" in f.name.lower(), "linear" in f.name.lower()))
    forward.sort(key=lambda f: f.name.lower() != beside)  # of several, its namesake
    forward = [f for f in forward if takes_samples(f) and not trains(f)]
    losses = [
        f
        for f in others
        if LOSS.search(f.name)
        and not NOT_A_LOSS.search(f.name)
        and any(role_of(p, among=("Y",)) for p in f.parameters)
    ]
    if takes_penalty(backward):
        losses.sort(key=lambda f: not takes_penalty(f))
    return {
        "kind": "functions",
        "backward": backward.as_data(),
        "forward": forward[0].as_data() if forward else None,
        "loss": losses[0].as_data() if losses else None,
    }


def takes_penalty(found: Signature) -> bool:
    """Return whether a function takes λ of an L2 penalty."""
    return any(role_of(name, among=("penalty",)) for name in found.parameters)


def takes_samples(found: Signature) -> bool:
    """Return whether a function takes the samples: by name, or since it takes no more than one."""
    required = [name for name in found.parameters if name not in found.optional]
    return len(required) <= 1 or any(role_of(name, among=("X",)) for name in found.parameters)


def trains(found: Signature) -> bool:
    """Return whether a function is told how often to take a step, as ``model(X, Y, epochs)`` is."""
    return any(role_of(name, among=("epochs",)) for name in found.parameters)


def of_classes(source: Source) -> Iterator[Interface]:
    """Yield every class that has a backward pass."""
    for found in source.classes:
        yield from of_class(found)


DIFFERENCES = re.compile(r"numer|check|finite|approx", re.IGNORECASE)
"""Methods that check a gradient by differences: asked last."""


def of_class(found: ClassSource) -> Iterator[Interface]:
    """Yield the ways to ask one class for a gradient."""
    backward = [m for m in found.methods if BACKWARD.search(m.name)]
    backward.sort(key=lambda m: DIFFERENCES.search(m.name) is not None)
    both = [m for m in found.methods if BOTH.search(m.name) and m not in backward]
    targeted = [m for m in both if any(role_of(p, among=("Y",)) for p in m.parameters)]
    for method in [*backward, *targeted]:
        yield in_class(found, paired(found.methods, method))


def in_class(found: ClassSource, methods: Interface) -> Interface:
    """Return a pair of methods with the class that they belong to."""
    constructor = found.constructor.as_data()
    return {**methods, "kind": "class", "class": found.name, "constructor": constructor}


def of_loops(source: Source) -> Iterator[Interface]:
    """Yield the training loops at the top level and in functions; the last one first."""
    for place in reversed(source.loops):
        yield {"kind": "loop", "place": place}
    for declared, place in source.function_loops:
        yield {"kind": "loop in a function", "place": place, "signature": declared.as_data()}
