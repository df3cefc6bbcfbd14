"""Let classes and functions train that a program only defines, on numbers that are made up."""

import ast
import copy
import functools
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.attempts.binding import ROLES_OF_CONSTRUCTORS, ROLES_OF_TRAINING
from clearprop.check.script.child.attempts.slots import sizes_of, slots
from clearprop.check.script.child.defined.engines import BUILT, steps_of_engines
from clearprop.check.script.child.defined.guessing import FORWARD, arguments, as_called
from clearprop.check.script.child.defined.layers import JOINED, steps_of_layers
from clearprop.check.script.child.defined.own_data import own_data
from clearprop.check.script.child.defined.standing_alone import CALLED, steps_alone
from clearprop.check.script.child.defined.told_widths import told_widths
from clearprop.check.script.child.missing import tensors
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.reading import Signature, signature
from clearprop.check.script.source.syntax import Function, read_tree
from clearprop.check.script.source.vocabulary import role_of

M, INPUTS, HIDDEN, OUTPUTS = 7, 4, 6, 3
RATE = 0.37
MAX_WIDTHS = 3
"""Widths that are taken from failures, one after the other."""
TRAINS = (
    "train", "fit", "sgd", "learn", "gradient_descent", "model", "backprop", "back", "update",
    "grad", "prime", "loss", "cost", "step", "optimi",
)  # fmt: skip
"""Beginnings or parts of names of what trains, the likeliest first."""
SETS_UP = re.compile(r"_?(init(?!__)|build|create|set_?up|make|compile|generate_w|random)", re.I)
"""Names of methods that set an object up after it was made."""
MAIN = re.compile(r"_*(main|run|demo|example|train)_*", re.IGNORECASE)
"""Names of functions that are all of a program, which another one imports and calls."""
STEPS = re.compile(r"updat|step|descen|optimi", re.IGNORECASE)
"""Names of methods that use gradients."""
LAYERS = re.compile(r"^(layers|(layer_)?sizes|dims|shape|topology|layout)$", re.IGNORECASE)
"""Names of arguments that list the widths of all layers."""
DRIVEN = Text(
    "The program only defines its network: it was trained for a step on made-up numbers.",
    "程序只定义了网络：用编造的数训练了一步。",
)

ON_ITS_OWN = Text(
    "The program does not call {name}: it was called with the program's own variables of the names"
    " of its arguments.",
    "程序没有调用 {name}：用程序中与其参数同名的变量调用了它。",
)

BY_DEFAULT = Text(
    "The program does not call {name}: it was called as it stands.",
    "程序没有调用 {name}：按其默认参数调用了它。",
)


def drivers(
    namespace: dict[str, Any], tree: ast.Module, modules: Sequence[dict[str, Any]]
) -> Iterator["Driver"]:
    """Yield what drives a program, then what drives each of its own modules.

    Parameters
    ----------
    namespace : dict
        The program's globals, after it ran.
    tree : ast.Module
    modules : sequence of dict
        The globals of its modules, as this run has imported them.
    """
    yield Driver(namespace, tree)
    for own in modules:
        if is_source(own.get("__file__")):
            yield Driver(own, read_tree(Path(own["__file__"])))


def functions_of(tree: ast.Module) -> dict[str, Signature]:
    """Return the signatures of the functions of a module, by their names."""
    return {node.name: signature(node) for node in tree.body if isinstance(node, Function)}


def is_source(path: Any) -> bool:
    """Return whether this is the path of a file of Python."""
    return isinstance(path, str) and path.endswith(".py") and Path(path).is_file()


class Driver:
    """Calls of a program's own classes and functions, one after the other.

    Parameters
    ----------
    namespace : dict
        The program's globals, after it ran.
    tree : ast.Module
    """

    def __init__(self, namespace: dict[str, Any], tree: ast.Module) -> None:
        self.namespace, self.tree = namespace, tree
        self.random = np.random.default_rng(11)
        uses_tensors = isinstance(sys.modules.get("torch"), tensors.Module)
        self.array = tensors.tensor if uses_tensors else np.array
        self.trouble: Trouble | None = None

    def calls(self) -> Iterator[tuple[Text, Callable[[], Any]]]:
        """Yield what may train the network, the likeliest first, and what is to be said of it."""
        yield from ((BUILT, step) for step in steps_of_engines(self.namespace))
        own = functions_of(self.tree)
        yield from ((CALLED, step) for step in steps_alone(self.namespace, own))
        yield from self.on_its_own()
        for number, data in enumerate(self.all_data()):
            if number == 1:
                yield from ((JOINED, step) for step in steps_of_layers(self.namespace))
            for node in wholes_first(self.tree):
                if self.namespace.get(node.name) is not None:
                    yield from ((DRIVEN, call) for call in self.of_class(node, data))
            functions = [node for node in self.tree.body if isinstance(node, Function)]
            for node in sorted(functions, key=likely):
                if likely(node) < len(TRAINS) and node.name in self.namespace:
                    function = self.namespace[node.name]
                    for given, named in as_called(node.name, self.tree, self.namespace):
                        if number == 0:
                            yield DRIVEN, functools.partial(function, *given, **named)
                    yield DRIVEN, self.call(function, node, data)

    def on_its_own(self) -> Iterator[tuple[Text, Callable[[], Any]]]:
        """Yield calls of functions all of whose arguments are names of the program's variables.

        Two of these are arrays, or nobody calls the function, and it holds a loop. Then of those
        that nobody calls, and that need none and hold a loop or are called ``main``.
        """
        used = {part.id for part in ast.walk(self.tree) if isinstance(part, ast.Name)}
        for node in sorted((n for n in self.tree.body if isinstance(n, Function)), key=likely):
            found = signature(node)
            needed = (name for name in found.parameters if name not in found.optional)
            given = {name: self.namespace.get(name) for name in needed}
            is_left = bool(given) and node.name not in used and holds_loop(node)
            is_known = are_values(given) and (is_left or holds_arrays(given))
            if likely(node) < len(TRAINS) and is_known and node.name in self.namespace:
                function = self.namespace[node.name]
                yield (
                    ON_ITS_OWN.filled(name=node.name),
                    functools.partial(function, **copy.deepcopy(given)),
                )
        for node in self.tree.body:
            if isinstance(node, Function) and node.name not in used and needs_nothing(node):
                yield BY_DEFAULT.filled(name=node.name), self.namespace.get(node.name, int)

    def all_data(self) -> Iterator[dict[str, Any]]:
        """Yield samples and targets: those that the program has, then made-up ones."""
        made_up = list(self.data())
        for own in own_data(self.namespace):
            sizes = [own.inputs, HIDDEN, own.outputs]
            yield {**made_up[0], **own._asdict(), "sizes": sizes, "form": None}
        yield from made_up

    def data(
        self, inputs: int = INPUTS, width: int = HIDDEN, outputs: int = OUTPUTS
    ) -> Iterator[dict[str, Any]]:
        """Yield samples and targets in the forms that programs may want, counted as ``form``."""
        for number, each in enumerate(self.forms(inputs, width, outputs)):
            yield {**each, "form": number}

    def forms(self, inputs: int, width: int, outputs: int) -> Iterator[dict[str, Any]]:
        """Yield them without their number."""
        X = self.random.normal(size=(M, inputs))
        labels = np.arange(M) % 2  # classes for one output, and for several
        Y = np.eye(outputs)[np.arange(M) % outputs] if outputs > 1 else labels[:, None] * 1.0
        X, Y, labels = map(self.array, (X, Y, labels))
        pairs = [(x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(X, Y, strict=True)]
        units = {"inputs": inputs, "outputs": outputs, "samples": M, "epochs": 3}
        rest = {"learning_rate": RATE, "penalty": 0.0, "keep": 1.0, "seed": 0, "depth": 2}
        for hidden in (width, [width]):
            base = {**units, **rest, "hidden": hidden, "pairs": pairs}
            sizes = [inputs, width, outputs]
            yield {**base, "X": X, "Y": Y, "sizes": sizes}
            yield {**base, "X": X, "Y": labels, "sizes": sizes}
            yield {**base, "X": X.T.copy(), "Y": Y.T.copy(), "sizes": sizes}
            one = (X.sum(axis=1, keepdims=True) > 0) * 1.0
            ones = {**base, "outputs": 1, "sizes": [inputs, width, 1]}
            yield {**ones, "X": X, "Y": one}
            yield {**ones, "X": X.T.copy(), "Y": one.T.copy()}
            yield {**base, "X": X[0], "Y": Y[0], "sizes": sizes}

    def fitting(self, owner: Any, data: dict[str, Any]) -> dict[str, Any]:
        """Return samples and targets for the sizes that an object has, where these are its own."""
        arrays = {name: slot.array for name, slot in slots(owner, marked=False).items()}
        for convention in ("row", "column"):
            sizes = sizes_of(arrays, convention)
            if sizes is not None and len(sizes) == 3 and list(sizes) != data["sizes"]:
                forms = list(self.data(*sizes))
                shape = np.shape(data["X"])
                turned = len(shape) == 2 and shape[0] != M
                return forms[5 if len(shape) == 1 else 2 if turned else 0]
        return data

    def of_class(
        self, node: ast.ClassDef, given_data: dict[str, Any]
    ) -> Iterator[Callable[[], Any]]:
        """Yield calls of the methods of one class that may train it."""
        for method in sorted(self.methods(node), key=likely):
            if likely(method) < len(TRAINS):
                for fits in (False, True):
                    yield functools.partial(self.called, node, method, given_data, fits=fits)

    def methods(self, node: ast.ClassDef) -> list[Function]:
        """Return the methods of a class, and those that it has of other classes of the program."""
        own = [part for part in node.body if isinstance(part, Function)]
        names = {base.id for base in node.bases if isinstance(base, ast.Name)} - {node.name}
        for other in self.tree.body:
            if isinstance(other, ast.ClassDef) and other.name in names:
                known = {method.name for method in own}
                own += [each for each in self.methods(other) if each.name not in known]
        return own

    def called(
        self, node: ast.ClassDef, method: Function, given_data: dict[str, Any], *, fits: bool
    ) -> Any:
        """Call a method of a new object; one that goes back, after one that goes forward.

        With `fits`, on data for the sizes that the object has, where these are its own. An object
        that lacks what it needs is set up first, by other methods of its own.
        """
        try:
            return self.called_as_made(node, method, given_data, fits=fits)
        except (AttributeError, IndexError, KeyError, TypeError):
            setting_up = [part for part in self.methods(node) if SETS_UP.match(part.name)]
            if not setting_up or method in setting_up:
                raise
        return self.called_as_made(node, method, given_data, setting_up, fits=fits)

    def called_as_made(
        self,
        node: ast.ClassDef,
        method: Function,
        given_data: dict[str, Any],
        setting_up: Sequence[Function] = (),
        *,
        fits: bool,
    ) -> Any:
        """Call a method of a new object, after some others of it."""
        methods = self.methods(node)
        constructor = next((part for part in methods if part.name == "__init__"), None)
        owner = self.made(node.name, constructor, given_data)
        for part in setting_up:
            given = arguments(part, given_data, ROLES_OF_CONSTRUCTORS, self.namespace, self.tree)
            getattr(owner, part.name)(**given)
        data = self.fitting(owner, given_data) if fits else given_data
        if fits and data is given_data:
            return None
        known: dict[str, Any] = {}
        if "back" in method.name.lower():
            known = outputs_for(method, self.forward(owner, methods, data))
        bare = getattr(owner, method.name)
        returned = bare(
            **arguments(method, data, ROLES_OF_TRAINING, self.namespace, self.tree, known)
        )
        if known:
            self.take_step(owner, methods, data)
        return returned

    def take_step(self, owner: Any, methods: list[Function], data: dict[str, Any]) -> None:
        """Let an object use the gradients that it keeps: by a method that wants nothing but η."""
        for method in methods:
            declared = signature(method)
            needed = [name for name in declared.parameters if name not in declared.optional]
            is_step = STEPS.search(method.name) is not None and "back" not in method.name.lower()
            if is_step and all(role_of(n, among=("learning_rate",)) for n in needed):
                getattr(owner, method.name)(*[data["learning_rate"]] * len(needed))

    def made(self, name: str, constructor: Function | None, data: dict[str, Any]) -> Any:
        """Return a new object of a class; one that takes any number of widths is given three."""
        kind = self.namespace[name]
        if constructor is None:
            return kind()
        try:
            given = arguments(constructor, data, ROLES_OF_CONSTRUCTORS, self.namespace, self.tree)
        except CannotCallError:
            for own, named in as_called(name, self.tree, self.namespace):
                return kind(*own, **named)
            raise
        given |= {name: data["sizes"] for name in left_open(constructor) if name not in given}
        given = as_many(given, constructor)
        takes_widths = constructor.args.vararg is not None and len(constructor.args.args) == 1
        return kind(*data["sizes"], **given) if takes_widths else kind(**given)

    def forward(self, owner: Any, methods: list[Function], data: dict[str, Any]) -> Any:
        """Run a method that goes forward before one that goes back, and return what it returns."""
        for method in methods:
            if FORWARD.search(method.name):
                return getattr(owner, method.name)(
                    **arguments(method, data, ROLES_OF_TRAINING, self.namespace, self.tree)
                )
        return None

    def call(self, function: Any, node: Function, data: dict[str, Any]) -> Callable[[], Any]:
        """Return the call of a function."""

        def call(data: dict[str, Any]) -> Any:
            return function(**arguments(node, data, ROLES_OF_TRAINING, self.namespace, self.tree))

        return functools.partial(self.with_widths_told, call, data)

    def with_widths_told(self, call: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Any:
        """Call something with data; where these do not fit, with others as the failure tells."""
        for _ in range(MAX_WIDTHS):
            try:
                return call(data)
            except ValueError as error:
                widths = told_widths(str(error), data)
                if widths is None or data["form"] is None:
                    raise
            data = list(self.data(widths[0], HIDDEN, widths[1]))[data["form"]]
        return call(data)


def wholes_first(tree: ast.Module) -> list[ast.ClassDef]:
    r"""Return the classes of a program: a network before the neurons that it makes.

    Examples
    --------
    >>> two = ast.parse("class Neuron: pass\nclass Net:\n    def add(self): return Neuron()")
    >>> [node.name for node in wholes_first(two)]
    ['Net', 'Neuron']
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    made = {
        part.func.id
        for node in classes
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        if part.func.id != node.name
    }
    return sorted(classes, key=lambda node: node.name in made)


def needs_nothing(node: Function) -> bool:
    """Return whether a function that holds a loop, or is the program, needs no arguments."""
    found = signature(node)
    is_program = MAIN.fullmatch(node.name) is not None
    return (is_program or holds_loop(node)) and set(found.parameters) <= set(found.optional)


def holds_loop(node: Function) -> bool:
    """Return whether a function repeats something."""
    return any(isinstance(part, ast.For | ast.While) for part in ast.walk(node))


def are_values(given: dict[str, Any]) -> bool:
    """Return whether all of these are arrays, numbers, words, or collections."""
    return all(
        isinstance(value, np.ndarray | np.number | int | float | list | tuple | dict | str)
        for value in given.values()
    )


def holds_arrays(given: dict[str, Any]) -> bool:
    """Return whether two of these are arrays at least."""
    return sum(isinstance(value, np.ndarray) for value in given.values()) > 1


def left_open(constructor: Function) -> list[str]:
    """Return the arguments named after layers that stand for none of them by default.

    Examples
    --------
    >>> left_open(ast.parse("def __init__(self, layers=None, rate=0.1, sizes=(4, 2)): 0").body[0])
    ['layers']
    """
    spec = constructor.args
    named = zip(spec.args[len(spec.args) - len(spec.defaults) :], spec.defaults, strict=True)
    return [
        argument.arg
        for argument, default in named
        if LAYERS.search(argument.arg) is not None
        if ast.unparse(default) in ("None", "[]", "()")
    ]


def as_many(given: dict[str, Any], constructor: Function) -> dict[str, Any]:
    """Return arguments, lists of one width as long as the lists that stand for them by default.

    Examples
    --------
    >>> made = ast.parse("def __init__(self, n, hidden=[128, 64]): self.b = hidden[1]").body[0]
    >>> as_many({"n": 4, "hidden": [6]}, made)
    {'n': 4, 'hidden': [6, 6]}
    """
    spec = constructor.args
    with_default = spec.args[len(spec.args) - len(spec.defaults) :]
    longer = dict(given)
    for argument, default in zip(with_default, spec.defaults, strict=True):
        value = given.get(argument.arg)
        if (
            isinstance(default, ast.List | ast.Tuple)
            and isinstance(value, list)
            and len(value) == 1
        ):
            longer[argument.arg] = value * max(1, len(default.elts))
    return longer


def outputs_for(method: Function, outputs: Any) -> dict[str, Any]:
    """Return the arguments of a method that goes back which are what the one forward returned."""
    is_list = isinstance(outputs, list) and all(isinstance(each, float) for each in outputs)
    if not isinstance(outputs, np.ndarray) and not is_list:
        return {}
    names = signature(method).parameters
    return {
        name: outputs
        for name in names
        if name.lower() == "a" or role_of(name, among=("X", "Y", "output")) == "output"
    }


def likely(node: Function) -> int:
    """Return the place of a name among those of what trains; the number of them for others."""
    name = node.name.lower()
    if re.search(r"numer|check|approx", name):
        return len(TRAINS)
    return next((n for n, word in enumerate(TRAINS) if word in name), len(TRAINS))
