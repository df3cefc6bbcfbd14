"""Run the body of a script's training loop once, on a fixture in the place of its own data."""

import ast
import builtins
import copy
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.attempts.binding import ROLES_OF_TRAINING, bound
from clearprop.check.script.child.attempts.calling import Data, FunctionsCall
from clearprop.check.script.child.attempts.instances import no_chain
from clearprop.check.script.child.attempts.returned import outputs_in
from clearprop.check.script.child.attempts.slots import sizes_of, slots
from clearprop.check.script.child.namespace import only_shows, run_each
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.fixtures import Fixture, Fixtures, orient
from clearprop.check.script.messages import Found
from clearprop.check.script.source.syntax import assigned
from clearprop.check.script.source.vocabulary import LOSS, NOT_A_LOSS, role_of
from clearprop.check.script.source.written_rate import written_rate

NO_LOOP = Text("there is no loop at this place.", "这里没有循环。")
NO_GRADIENT = Text(
    "the loop neither names gradients nor changes weights.", "循环既没有命名梯度，也没有修改权重。"
)

ONE_TARGET = Text("the script has one number a sample as target.", "脚本中每个样本只有一个目标值。")
WITHOUT_AXIS = Text(
    ". Your targets have the shape (m,), your outputs (m, 1): their difference is (m, m). Give the"
    " targets the shape (m, 1)",
    "。目标的形状是 (m,)，而输出是 (m, 1)，二者相减得到 (m, m)：请把目标变成 (m, 1)",
)
EPOCHS = 10
"""What a function is told of them, one pass being made: some divide them by 10 to print."""


def is_new(name: str, found: Data, before: Data) -> bool:
    """Return whether a gradient is another than before the loop, which may set it to 0 first."""
    return name not in before or not np.array_equal(found[name], before[name])


class Quietly(ast.NodeTransformer):
    """Leaves out of a loop what prints and draws; leaves the loop where a function would return."""

    def __init__(self, namespace: Data) -> None:
        self.namespace = namespace

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Return ``pass`` for a statement that prints or draws."""
        return ast.copy_location(ast.Pass(), node) if only_shows(node, self.namespace) else node

    def visit_Return(self, node: ast.Return) -> ast.Break:
        """Return ``break``."""
        return ast.copy_location(ast.Break(), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Return a function inside the loop as it is."""
        return node


class LoopCall(FunctionsCall):
    """One attempt with a loop: the variables it uses are replaced, its body runs once.

    Parameters
    ----------
    namespace : dict
        The script's globals as they are before `body` runs.
    attempt : mapping
        Its interface names the ``place`` of the loop among the statements of `body`, and the
        ``signature`` of the function whose body it is, if it is one.
    body : sequence of statements
        Those before the loop are run first if it stands in a function.
    """

    def __init__(
        self, namespace: Data, attempt: Mapping[str, Any], body: Sequence[ast.stmt]
    ) -> None:
        node = body[attempt["interface"]["place"]]
        if not isinstance(node, ast.For | ast.While):
            raise CannotCallError(NO_LOOP)
        self.node = node
        self.before = list(body[: attempt["interface"]["place"]])
        super().__init__(dict(namespace), attempt)

    def run(self) -> Found:
        """Return what one pass through the loop computes."""
        np.random.seed(0)
        self.stage = "preparing"
        self.enter()
        self.numbers = self.own_numbers()
        held = slots(self.variables(), marked=False)
        depth = sum(name.startswith("W") for name in held)
        sizes = sizes_of({name: slot.array for name, slot in held.items()}, self.convention)
        self.own_outputs = sizes[-1] if sizes is not None else None
        if depth and depth != len(self.fixture.sizes) - 1:
            if sizes is None:
                raise CannotCallError(no_chain("the loop"))
            self.prepare(self.with_depth(depth))
        self.replace(held)
        self.stage = "loop"
        stopped = None
        before = self.named_gradients()
        try:
            exec(self.code(), self.namespace)  # this is the limited process made for it
        except Exception as error:
            found = self.named_gradients()
            if not all(name in found and is_new(name, found, before) for name in self.arrays):
                raise
            stopped = trouble_of(error, line_in(error, self.attempt["path"]))
        self.stage = "reading"
        return Found(
            stopped=stopped,
            output=self.output(),
            loss=self.printed_loss(),
            **self.loop_gradient(),
            **self.description(),
        )

    def with_depth(self, depth: int) -> Fixture:
        """Return a fixture of so many layers, as many outputs, and the same batch."""
        other = Fixtures(self.fixture.seed).different_widths(depth, self.fixture.sizes[-1])
        return replace(self.fixture, sizes=other.sizes)

    def enter(self) -> None:
        """Run what comes before the loop, with the arguments of the function around it."""
        signature = self.interface.get("signature")
        if signature is None:  # the globals have been set already
            return
        declared = inspect.signature(self.function(signature["name"])).parameters.values()
        defaults = {p.name: p.default for p in declared if p.default is not p.empty}
        roles = {**self.by_role, **self.units(), "epochs": EPOCHS}
        self.namespace |= defaults | bound(signature, {}, roles, ROLES_OF_TRAINING)
        self.troubles = run_each(self.before, self.attempt["path"], self.namespace)

    def losses_around(self) -> Data | None:
        """Return None: a loop has no loss that could be asked for alone."""
        return None

    def variables(self) -> Data:
        """Return the script's variables that the loop uses: arrays, and dicts or lists of them."""
        used = {part.id for part in ast.walk(self.node) if isinstance(part, ast.Name)}
        kinds = np.ndarray | dict | list
        kept = {n: v for n, v in self.namespace.items() if n in used and isinstance(v, kinds)}
        self.kept = kept
        return kept

    def replace(self, held: Mapping[str, Any]) -> None:
        """Put the fixture in the place of the script's parameters, data and learning rate."""
        self.resize_state(held)
        for name, slot in held.items():
            if name not in self.arrays:
                why = Text(f"there is no {name} in a network of this depth.", f"网络没有 {name}。")
                raise CannotCallError(why)
            slot.holder[slot.key] = self.arrays[name].copy()
        self.namespace |= self.kept
        samples = self.own_samples()
        for name in self.namespace | dict.fromkeys(self.names_read() - set(vars(builtins))):
            value = self.namespace.get(name)
            role = role_of(name, among=("X", "Y", "learning_rate", "samples"))
            if role == "X" and isinstance(value, np.ndarray | None):
                self.namespace[name] = self.X.copy()
            elif role == "Y" and isinstance(value, np.ndarray | None):
                is_one_hot = "hot" in name.lower()
                self.namespace[name] = self.targets_like(self.one_hot() if is_one_hot else value)
            elif role == "learning_rate" and isinstance(value, int | float | None):
                self.namespace[name] = self.fixture.learning_rate
            elif role == "samples" and (value in (samples, None) or "batch" in name.lower()):
                self.namespace[name] = self.fixture.m

    def resize_state(self, held: Mapping[str, Any]) -> None:
        """Give what the optimiser remembers of each parameter, still 0, the fixture's shape."""
        own = {name: np.shape(slot.array) for name, slot in held.items() if name in self.arrays}
        inner = (value for value in self.kept.values() if isinstance(value, dict))
        for holder in (self.kept, *inner):
            for key, value in holder.items():
                if not isinstance(value, np.ndarray) or value.any():
                    continue
                fitting = [name for name in own if own[name] == value.shape]
                if fitting:
                    named = [name for name in fitting if str(key).endswith(name)]
                    holder[key] = np.zeros(self.arrays[(named or fitting)[0]].shape)

    def targets_like(self, own: Any) -> Any:
        """Return the targets in the form of the script's own: a matrix, or a number a sample."""
        if own is None:
            return self.Y.copy()
        if own.ndim > 1:
            return self.one_hot()
        several = self.fixture.sizes[-1] > 1
        if self.own_outputs == 1:
            if several:
                raise CannotCallError(ONE_TARGET)
            self.hint = WITHOUT_AXIS
        return self.fixture.labels.copy() if several else self.fixture.Y[:, 0].copy()

    def one_hot(self) -> Any:
        """Return the targets as a matrix, in the person's orientation."""
        return orient(self.fixture.Y, self.samples)

    def names_read(self) -> set[str]:
        """Return the variables that the loop reads before it sets them itself."""
        parts = [part for part in ast.walk(self.node) if isinstance(part, ast.Name)]
        written = {part.id for part in parts if isinstance(part.ctx, ast.Store)}
        return {part.id for part in parts} - written

    def own_numbers(self) -> dict[str, float]:
        """Return the numbers from before the loop, without those that average over samples."""
        samples, inside = self.own_samples(), set(assigned(self.node))
        average = 1 / samples if samples else None
        return {
            name: value
            for name, value in self.namespace.items()
            if type(value) is float and name not in inside and value != average
        }

    def own_samples(self) -> int | None:
        """Return how many samples the script's own data have."""
        for name, value in self.namespace.items():
            if role_of(name, among=("X",)) and isinstance(value, np.ndarray) and value.ndim == 2:
                return value.shape[1 if self.samples == "column" else 0]
        return None

    def code(self) -> Any:
        """Return the loop, cut down to a single pass."""
        target: ast.expr = ast.Name("_", ast.Store())
        passes: ast.expr = ast.List([ast.Constant(0)], ast.Load())
        if isinstance(self.node, ast.For):
            target = self.node.target
            if not counts(self.node.iter):
                passes = ast.Subscript(
                    ast.Call(ast.Name("list", ast.Load()), [self.node.iter], []),
                    ast.Slice(ast.Constant(0), ast.Constant(1)),
                    ast.Load(),
                )
        quietly = Quietly(self.namespace)
        body = [quietly.visit(part) for part in copy.deepcopy(self.node.body)]
        once = ast.For(target, passes, body, [])
        module = ast.Module([ast.copy_location(once, self.node)], [])
        return compile(ast.fix_missing_locations(module), self.attempt["path"], "exec")

    def output(self) -> Any:
        """Return the outputs among the variables that the loop assigned."""
        m, K = self.fixture.m, self.fixture.sizes[-1]
        assigned_here = self.assigned_values()
        return outputs_in(assigned_here, (), [(m, K)[:: self.direction]])

    def printed_loss(self) -> float | None:
        """Return the loss that the loop computed, under a name that says so."""
        losses = [
            float(np.ravel(value)[0])
            for name, value in self.assigned_values().items()
            if LOSS.search(name) and not NOT_A_LOSS.search(name) and np.size(value) == 1
            if isinstance(value, np.ndarray | np.generic | float | int)
        ]
        return losses[0] if losses else None

    def assigned_values(self) -> Data:
        """Return the variables that the loop assigned, with what they hold now."""
        names = dict.fromkeys(assigned(self.node))
        return {name: self.namespace[name] for name in names if name in self.namespace}

    def named_gradients(self) -> Data:
        """Return copies of the gradients that the loop names, as they are now."""
        named = slots(self.assigned_values(), marked=True)
        return {name: np.array(slot.array) for name, slot in named.items()}

    def loop_gradient(self) -> Data:
        """Return the gradients that the loop named, else what it took off the parameters."""
        named = slots(self.assigned_values(), marked=True)
        held = slots(self.variables(), marked=False)
        after = {n: slot.array for n, slot in held.items()}
        if named:
            gradients = {f"d{name}": slot.array for name, slot in named.items()}
            if self.goes_up(gradients, after):  # the loop adds them: they are −∂L/∂θ
                gradients = {name: -np.asarray(array) for name, array in gradients.items()}
            return {"gradients": gradients | self.unnamed(gradients, after), "rate": None}
        rated = any(role_of(name, among=("learning_rate",)) for name in self.namespace)
        names = {slot.key for slot in held.values()}
        written = written_rate(self.node, names, self.numbers)
        rate = self.fixture.learning_rate if rated else written or 1.0
        changed = [
            n for n, a in self.arrays.items() if n in after and not np.array_equal(a, after[n])
        ]
        if not changed:
            raise CannotCallError(NO_GRADIENT)
        gradients = {f"d{n}": (self.arrays[n] - after[n]) / rate for n in changed}
        return {"gradients": gradients, "rate": rate}

    def unnamed(self, gradients: Mapping[str, Any], after: Mapping[str, Any]) -> Data:
        """Return gradients of what the loop changed by others than named arrays.

        A bias may lose η times a single number. η is told by the arrays that have names, where all
        of them lost η times those.
        """
        rate = self.fixture.learning_rate
        same = [n for n, a in self.arrays.items() if n in after and after[n].shape == a.shape]
        taken = {n: self.arrays[n] - after[n] for n in same}
        named = {n: gradients[f"d{n}"] for n in taken if f"d{n}" in gradients}
        plain = bool(named) and all(
            np.shape(g) == taken[n].shape and np.allclose(taken[n], rate * np.asarray(g))
            for n, g in named.items()
        )
        others = {n: step for n, step in taken.items() if n not in named and step.any()}
        return {f"d{n}": step / rate for n, step in others.items()} if plain else {}

    def goes_up(self, gradients: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Return whether every parameter became larger along its named gradient."""
        along = [
            float(np.vdot(np.asarray(after[name]) - array, gradients[f"d{name}"]))
            for name, array in self.arrays.items()
            if f"d{name}" in gradients and name in after and after[name].shape == array.shape
            if np.shape(gradients[f"d{name}"]) == array.shape
        ]
        return bool(along) and min(along) > 0


def counts(iterable: ast.expr) -> bool:
    """Return whether a loop only counts its passes: ``range(epochs)``, ``tqdm(range(n))``."""
    names = {part.id for part in ast.walk(iterable) if isinstance(part, ast.Name)}
    return bool(names & {"range", "trange"})
