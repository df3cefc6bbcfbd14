"""Tell the outputs, the loss, the cache and the gradients apart in what a function returned."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clearprop.check.naming import meaning
from clearprop.check.script.child.attempts.shapes import is_numeric
from clearprop.check.script.source.vocabulary import LOSS, role_of


def named_parts(returned: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the parts of a tuple by the names in the return statement, a dict as it is."""
    if isinstance(returned, Mapping):
        return {str(key): value for key, value in returned.items()}
    parts = returned if isinstance(returned, tuple) else (returned,)
    if len(parts) != len(names):
        return {}
    return {name: part for name, part in zip(names, parts, strict=True) if name}


def parts_of(returned: Any) -> list[Any]:
    """Return the parts of a tuple, or the one thing that was returned."""
    return list(returned) if isinstance(returned, tuple) else [returned]


def loss_in(returned: Any, names: Sequence[str]) -> float | None:
    """Return the one number among the parts, or the part that is called a loss."""
    by_name = named_parts(returned, names)
    arrays = [part for name, part in by_name.items() if meaning(name) is not None]  # db1, say
    scalars = [
        part
        for part in parts_of(returned)
        if is_numeric(part) and np.size(part) == 1 and not any(part is each for each in arrays)
    ]
    called = [
        part
        for name, part in by_name.items()
        if LOSS.search(name) and is_numeric(part) and np.size(part) == 1
    ]
    chosen = called or (scalars if len(parts_of(returned)) > 1 or not called else [])
    return float(np.ravel(chosen[0])[0]) if chosen else None


def outputs_in(returned: Any, names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> Any:
    """Return the network's outputs: by their name, else the part that has their shape."""

    def fits(part: Any) -> bool:
        shaped = is_numeric(part) and np.shape(part) in shapes
        return shaped and np.asarray(part).dtype.kind == "f"  # classes are decided of the outputs

    by_name = named_parts(returned, names)
    called = [p for name, p in by_name.items() if role_of(name, among=("output",)) and fits(p)]
    if called:
        return called[0]
    for words in ("pred|hat|prob", "output|softmax"):
        likely = [p for name, p in by_name.items() if speaks_of(name, words) and fits(p)]
        if likely:
            return likely[-1]
    activations = [name for name in by_name if name[:1] in "aAhH" and fits(by_name[name])]
    if activations:
        return by_name[max(activations)]
    plain = parts_of(returned)
    if len(plain) == 1 and isinstance(plain[0], list):
        plain = plain[0][::-1]  # activations of all layers: the last one is the output
    fitting = [part for part in plain if fits(part)]
    return fitting[0] if fitting else None


def speaks_of(name: str, words: str) -> bool:
    """Return whether a longer name speaks of outputs: ``predicted_output``, not of their error."""
    other = r"^d|err|delta|grad|term|loss|weight|bias|activation|sum|_in|net"
    found = re.search(words, name, re.IGNORECASE)
    return found is not None and re.search(other, name, re.IGNORECASE) is None


def cache_in(returned: Any) -> Any:
    """Return what a backward function would be handed as the cache."""
    others = [part for part in parts_of(returned) if isinstance(part, dict | list | tuple)]
    return others[0] if len(others) == 1 else returned


def gradients_in(returned: Any, names: Sequence[str]) -> Any:
    """Return the gradients as a dict of arrays or as a list; None where there are none."""
    if isinstance(returned, Mapping):
        return gradients_in_mapping(returned)
    parts = [part for part in parts_of(returned) if not is_scalar(part)]
    named = {
        name: part
        for name, part in named_parts(returned, names).items()
        if not is_scalar(part) or is_of_bias(name)
    }
    marked = {name: part for name, part in named.items() if is_gradient(name, part)}
    if marked:
        return marked
    mappings = [found for part in parts if (found := gradients_in_mapping(part)) is not None]
    if mappings:
        return mappings[0]
    if len(parts) == 1 and isinstance(parts[0], list | tuple):
        parts = list(parts[0])
    return parts if len(parts) > 1 and all(map(is_arrays, parts)) else None


def gradients_in_mapping(given: Any) -> dict[str, Any] | None:
    """Return the entries of a dict that are called weights or biases, also one level further in."""
    if not isinstance(given, Mapping):
        return None
    flat = {name: part for name, part in given.items() if is_gradient(str(name), part)}
    for place, (name, inner) in enumerate(given.items(), start=1):
        if isinstance(inner, Mapping):
            digits = "".join(filter(str.isdigit, str(name)))
            number = digits or str(place)
            flat |= {f"{key}{number}": part for key, part in inner.items() if is_numeric(part)}
    known = {str(name): part for name, part in flat.items() if meaning(str(name)) is not None}
    return known or None


def is_gradient(name: str, part: Any) -> bool:
    """Return whether a named part can be the gradient of weights or biases."""
    return meaning(name) is not None and is_arrays(part)


def is_of_bias(name: str) -> bool:
    """Return whether a name says the gradient of a bias: one number is not too few to be judged."""
    found = meaning(name)
    return found is not None and found.kind == "b" and found.marked


def is_arrays(part: Any) -> bool:
    """Return whether this is an array, or a list or dict of arrays."""
    if isinstance(part, Mapping):
        part = list(part.values())
    if isinstance(part, list | tuple):
        return bool(part) and all(map(is_arrays, part))
    return is_numeric(part)


def is_scalar(part: Any) -> bool:
    """Return whether this is a plain number."""
    return is_numeric(part) and np.ndim(part) == 0
