"""The schema that messages are read by.

A message travels as JSON. `read_message` builds a dataclass from it: every field is checked against
its type, numbers in arrays are real, texts and arrays have bounds. Nothing else passes: a script
may have written whatever it likes.
"""

import base64
import binascii
import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from clearprop._text import Text

MAX_NUMBERS = 500_000
"""A gradient of the fixtures has a few hundred; a layer of a person's network may have more."""
MAX_TEXT = 500
MAX_ITEMS = 2000
MAX_DEPTH = 4
"""Of lists in lists; a gradient is a list of pairs at most, or a dict of lists."""
DTYPES = ("float64", "float32", "int64", "bool")
Array = npt.NDArray[Any]
Tree = Any
"""An array, or a list or dict of trees."""
Message = TypeVar("Message")


class UnusableError(ValueError):
    """A message does not follow the schema."""


def as_data(value: Any) -> Any:
    """Return what JSON can hold; an array or object that is no numbers becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_data(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return array_as_data(np.asarray(value))
    if isinstance(value, Mapping):
        return {str(key): as_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return None


def array_as_data(array: Array) -> dict[str, Any] | None:
    """Return an array as its bytes, type and shape; None if it does not hold a few numbers."""
    kinds = {"f": "float64", "i": "int64", "u": "int64", "b": "bool"}
    if array.size > MAX_NUMBERS or array.dtype.kind not in kinds:
        return None
    name = "float32" if array.dtype == np.float32 else kinds[array.dtype.kind]
    data = base64.b64encode(np.ascontiguousarray(array, name).tobytes()).decode("ascii")
    return {"array": data, "dtype": name, "shape": list(array.shape)}


def read_message(kind: type[Message], message: bytes) -> Message:
    """Return a message as a dataclass.

    Raises
    ------
    UnusableError
        If it does not follow the schema.
    """
    try:
        return cast("Message", value_of(kind, json.loads(message)))
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
        raise UnusableError(str(error)) from None


def value_of(kind: Any, data: Any) -> Any:
    """Return plain data as a value of this type.

    Raises
    ------
    UnusableError
        If it is none.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return tree_of(data, MAX_DEPTH)
    if kind is Text:
        en, zh = list_of(data)
        return Text(value_of(str, en), value_of(str, zh))
    if origin in (Union, types.UnionType):
        [inner] = [part for part in parts if part is not type(None)]
        return None if data is None else value_of(inner, data)
    if origin is Literal:
        return require(data, isinstance(data, str) and data in parts)
    if origin is tuple:
        return tuple(value_of(parts[0], part) for part in list_of(data))
    if origin is Mapping:
        return {value_of(str, key): value_of(parts[1], part) for key, part in dict_of(data).items()}
    if origin is np.ndarray:
        return array_of(data)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        require(data, set(dict_of(data)) <= set(hints))
        return kind(**{name: value_of(hints[name], part) for name, part in data.items()})
    return scalar_of(kind, data)


def scalar_of(kind: Any, data: Any) -> Any:
    """Return a text, a number or a truth value."""
    if kind is str:
        return printable(require(data, isinstance(data, str)))
    if kind is float:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return float(require(data, is_number))
    if kind is int:
        return require(data, isinstance(data, int) and not isinstance(data, bool))
    return require(data, kind is bool and isinstance(data, bool))


def printable(text: str) -> str:
    """Return a text without line breaks and what moves a terminal's cursor, cut to a length."""
    return "".join(c if c.isprintable() else " " for c in text[:MAX_TEXT])


def require(data: Any, condition: bool) -> Any:
    """Return `data`, if this holds."""
    if not condition:
        raise UnusableError(f"{type(data).__name__} in the wrong place")
    return data


def list_of(data: Any) -> list[Any]:
    """Return a list of bounded length."""
    return require(data, isinstance(data, list) and len(data) <= MAX_ITEMS)


def dict_of(data: Any) -> dict[str, Any]:
    """Return a dict of bounded length."""
    return require(data, isinstance(data, dict) and len(data) <= MAX_ITEMS)


def tree_of(data: Any, depth: int) -> Tree:
    """Return lists and dicts of arrays and numbers."""
    require(data, depth > 0)
    if isinstance(data, dict):
        if "dtype" in data:
            return array_of(data)
        return {printable(k): tree_of(part, depth - 1) for k, part in dict_of(data).items()}
    if isinstance(data, list):
        return [tree_of(part, depth - 1) for part in list_of(data)]
    is_number = isinstance(data, int | float) and abs(data) < 2**63
    return require(data, data is None or is_number or data != data)


def array_of(data: Any) -> Array:
    """Return an array from its bytes, type and shape."""
    require(data, isinstance(data, dict) and data.keys() == {"array", "dtype", "shape"})
    shape = tuple(value_of(int, n) for n in require(data["shape"], len(data["shape"]) <= MAX_DEPTH))
    require(data, data["dtype"] in DTYPES and isinstance(data["array"], str))
    require(shape, all(n >= 0 for n in shape) and math.prod(shape) <= MAX_NUMBERS)
    try:
        content = base64.b64decode(data["array"], validate=True)
    except binascii.Error as error:
        raise UnusableError(str(error)) from None
    return np.frombuffer(content, data["dtype"]).reshape(shape).copy()
