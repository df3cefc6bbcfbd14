"""What a function does with its arguments: that tells what they are where their names do not."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from clearprop.check.script.source.syntax import Function, name_of_expression

SHAPES = frozenset(["zeros", "ones", "empty", "full", "randn", "rand", "eye", "identity"])
"""Functions that want the widths of an array first."""
DRAWN = frozenset(["uniform", "normal", "random", "standard_normal", "random_sample", "randint"])
"""Those that want them as ``size``, or in a tuple."""
OF_SEVERAL = frozenset(
    ["len", "zip", "enumerate", "list", "reversed", "sum", "max", "min", "tuple"]
)
PRODUCTS = frozenset(["dot", "matmul", "outer", "inner", "einsum", "tensordot"])
OF_ARRAYS = frozenset(["T", "shape", "dot", "reshape", "ndim", "sum", "mean", "size", "flatten"])
OF_DICTS = frozenset(["items", "keys", "values", "get"])
DEPTH = 3
"""Functions within functions that an argument is followed into."""


class Place(NamedTuple):
    """One place where an argument stands, with the nodes around it, the nearest first."""

    node: ast.expr
    around: tuple[ast.AST, ...]


def uses_of(
    name: str, function: Function, tree: ast.AST, owner: ast.ClassDef | None = None
) -> frozenset[str]:
    r"""Return what a function does with an argument, in words.

    ``size`` of an array that is made; ``count`` of a loop; ``array``, ``several``, ``dict``;
    ``called``; ``word`` that is compared with others; ``flag``; ``factor`` of something;
    ``has forward``, of an object that is asked for that; ``key of table``; and what is done with
    each of several: ``each size``, ``each called``, ``each word``.

    Parameters
    ----------
    name : str
    function : FunctionDef
    tree : ast.AST
        The module, in which functions are looked up that the argument is handed to.
    owner : ClassDef, optional
        The class whose method it is: what is kept in ``self`` is used by its other methods.

    Examples
    --------
    >>> made = ast.parse("def make(n, f):\n    for i in range(n):\n        f(i)")
    >>> [sorted(uses_of(name, made.body[0], made)) for name in "nf"]
    [['count'], ['called']]
    """
    return frozenset(found(name, function, tree, owner, DEPTH))


def found(
    name: str, function: Function, tree: ast.AST, owner: ast.ClassDef | None, depth: int
) -> Iterator[str]:
    """Yield the uses of an argument, also in functions that it is handed to."""
    aliases, kept = other_names(name, function)
    within = [place for place in places(function) if getattr(place.node, "id", "") in aliases]
    for method in owner.body if owner is not None and kept else ():
        within += [place for place in places(method) if kept_in(place.node) in kept]
    for place in within:
        yield from use_at(place)
        yield from of_each(place)
        if depth:
            for callee, argument, its_class in handed_to(place, tree, owner):
                yield from found(argument, callee, tree, its_class, depth - 1)


def other_names(name: str, function: Function) -> tuple[set[str], set[str]]:
    """Return the variables that hold an argument, and the attributes of ``self`` that do."""
    aliases, kept = {name}, set()
    for target, value in assignments(function):
        if getattr(value, "id", "") in aliases:
            if isinstance(target, ast.Name):
                aliases.add(target.id)
            elif attribute := kept_in(target):
                kept.add(attribute)
    return aliases, kept


def assignments(function: Function) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is given a value, and that value: one by one where several are given some."""
    for part in ast.walk(function):
        if not isinstance(part, ast.Assign):
            continue
        for target in part.targets:
            match target, part.value:
                case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                    yield from zip(targets, values, strict=False)
                case _:
                    yield target, part.value


def kept_in(node: ast.AST) -> str:
    """Return the name of an attribute of ``self``; ``""`` of anything else."""
    is_own = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self"
    return node.attr if is_own and isinstance(node, ast.Attribute) else ""


def places(node: ast.AST, around: tuple[ast.AST, ...] = ()) -> Iterator[Place]:
    """Yield the variables and attributes that are read in a node."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield Place(node, around)
    for part in ast.iter_child_nodes(node):
        yield from places(part, (node, *around))


def use_at(place: Place) -> Iterator[str]:
    """Yield what is done with a value where it stands."""
    node, (parent, *rest) = place.node, place.around or (ast.Pass(),)
    match parent:
        case ast.Call(func=function) if function is node:
            yield "called"
        case ast.Call(func=function):
            yield from handed(name_of_expression(function), node, parent)
        case ast.keyword(arg="size" | "shape"):
            yield "size"
        case ast.Tuple() | ast.List() if rest and is_shape(parent, rest):
            yield "size"
        case ast.For(iter=several) | ast.comprehension(iter=several) if several is node:
            yield "several"
        case ast.Subscript(value=several, slice=entry) if several is node:
            is_key = isinstance(entry, ast.Constant) and isinstance(entry.value, str)
            yield "dict" if is_key else "several"
        case ast.Subscript(value=table, slice=entry) if entry is node:
            yield f"key of {name_of_expression(table)}"
        case ast.Attribute(attr=attribute) if attribute in OF_ARRAYS:
            yield "array"
        case ast.Attribute(attr=attribute) if attribute in OF_DICTS:
            yield "dict"
        case ast.Attribute(attr=attribute):
            yield f"has {attribute}"
        case ast.Compare():
            others = [parent.left, *parent.comparators]
            words = [p for other in others for p in ast.walk(other) if is_word(p)]
            yield from ["word"] if words else []
        case ast.BinOp(op=ast.MatMult()):
            yield "array"
        case ast.BinOp(left=ast.List(), op=ast.Mult()) | ast.BinOp(right=ast.List(), op=ast.Mult()):
            yield "size"
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            yield "factor"
        case ast.BinOp(op=ast.Add() | ast.Sub()) if rest:  # one more for the bias
            yield from use_at(Place(parent, tuple(rest)))
        case ast.If(test=test) | ast.IfExp(test=test) if test is node:
            yield "flag"
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
            yield "flag"


def handed(function: str, node: ast.expr, call: ast.Call) -> Iterator[str]:
    """Yield what an argument of a call is, by what the function is called."""
    if function == "range":
        yield "count"
    elif function in SHAPES and node in call.args:
        yield "size"
    elif function in OF_SEVERAL:
        yield "several"
    elif function in PRODUCTS:
        yield "array"


def is_shape(shape: ast.AST, around: list[ast.AST]) -> bool:
    """Return whether a tuple is the shape of an array that is made."""
    match around[0]:
        case ast.keyword(arg="size" | "shape"):
            return True
        case ast.Call(func=function, args=[*given]):
            return shape in given and name_of_expression(function) in SHAPES | DRAWN
    return False


def is_word(node: ast.AST) -> bool:
    """Return whether this is a text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def of_each(place: Place) -> Iterator[str]:
    """Yield what is done with each of several: its entries, or the variable of a loop over it."""
    node, around = place.node, place.around
    if not around:
        return
    if isinstance(around[0], ast.Subscript) and around[0].value is node:
        yield from (f"each {use}" for use in use_at(Place(around[0], around[1:])))
    for depth, loop in enumerate(around):
        if isinstance(loop, ast.For | ast.comprehension) and is_within(node, loop.iter):
            scope = loop if isinstance(loop, ast.For) else around[depth + 1]
            names = {part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)}
            inside = [p for p in places(scope) if getattr(p.node, "id", "") in names]
            yield from (f"each {use}" for other in inside for use in use_at(other))
            return


def is_within(node: ast.AST, whole: ast.AST) -> bool:
    """Return whether a node stands in another."""
    return any(part is node for part in ast.walk(whole))


def handed_to(
    place: Place, tree: ast.AST, owner: ast.ClassDef | None
) -> Iterator[tuple[Function, str, ast.ClassDef | None]]:
    """Yield the functions of a program that a value is handed to, and the argument that it is."""
    for call in place.around[:2]:
        if not isinstance(call, ast.Call):
            continue
        for callee, its_class in called_by(call, tree, owner):
            names = [each.arg for each in callee.args.args if each.arg != "self"]
            given = dict(zip(names, call.args, strict=False))
            given |= {each.arg: each.value for each in call.keywords if each.arg}
            for argument, value in given.items():
                if value is place.node:
                    yield callee, argument, its_class


def called_by(
    call: ast.Call, tree: ast.AST, owner: ast.ClassDef | None
) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    """Yield the function, the method or the constructor of a program that a call means."""
    name = name_of_expression(call.func)
    if owner is not None and kept_in(call.func):
        yield from ((each, owner) for each in methods(owner) if each.name == name)
    for node in getattr(tree, "body", ()):
        if isinstance(node, Function) and node.name == name:
            yield node, None
        elif isinstance(node, ast.ClassDef) and node.name == name:
            yield from ((each, node) for each in methods(node) if each.name == "__init__")


def methods(owner: ast.ClassDef) -> list[Function]:
    """Return the methods that a class defines itself."""
    return [part for part in owner.body if isinstance(part, Function)]
