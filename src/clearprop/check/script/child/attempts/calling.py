"""Call a person's code on a fixture and note what it computes; this runs in the limited process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.attempts.binding import ROLES_OF_FUNCTIONS, bound
from clearprop.check.script.child.attempts.returned import (
    cache_in,
    gradients_in,
    loss_in,
    named_parts,
    outputs_in,
)
from clearprop.check.script.child.attempts.shapes import in_convention, own_keys, styled
from clearprop.check.script.child.attempts.slots import slots
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.fixtures import STEP, Fixture, orient
from clearprop.check.script.messages import Found, Stage
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.vocabulary import BACKWARD, LOSS, role_of

Data = dict[str, Any]
MAX_DIFFERENCES = 2000
"""Parameters up to which the code's own loss is asked for around each of them."""


class FunctionsCall:
    """One attempt to get a gradient out of functions; `run` returns what was computed.

    Parameters
    ----------
    namespace : dict
        The script's globals.
    attempt : mapping
        What to call and in which form the arrays are handed over, see
        `clearprop.check.script.source.attempts`.
    """

    def __init__(self, namespace: Data, attempt: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.attempt = attempt
        self.interface: Data = attempt["interface"]
        self.convention: str = attempt["convention"]
        self.samples: str = attempt["samples"]
        self.stage: Stage = "preparing"
        self.has_outputs = False
        """True if the forward pass gave outputs of the right shape."""
        self.troubles: list[Trouble] = []
        """Failures on the way that did not stop it."""
        self.hint: Text | None = None
        """A likely reason for a failure."""
        self.prepare(Fixture(**attempt["fixture"]))

    def prepare(self, fixture: Fixture) -> None:
        """Bring a fixture into the person's form."""
        self.fixture = fixture
        self.arrays = in_convention(fixture, self.convention, self.attempt["bias"])
        self.X = orient(fixture.X, self.samples)
        self.Y = self.targets()
        if self.attempt["targets"] == "one vector":
            self.X, self.Y = self.X[0], self.Y[0]
        lists = {kind: [a for name, a in self.arrays.items() if name[0] == kind] for kind in "Wb"}
        self.by_name: Data = dict(self.arrays)
        if len(fixture.sizes) == 2:  # one layer, whose arrays need no number
            self.by_name |= {"w": self.arrays["W1"], "W": self.arrays["W1"]}
            self.by_name |= {"b": self.arrays["b1"]} if "b1" in self.arrays else {}
        self.by_role: Data = {
            "X": self.X,
            "Y": self.Y,
            "parameters": styled(self.arrays, self.attempt["style"], self.attempt["keys"]),
            "weights": lists["W"],
            "biases": lists["b"],
            "learning_rate": fixture.learning_rate,
            "penalty": self.attempt.get("penalty", 0.0),
            "keep": 1.0,
            "samples": fixture.m,
            "depth": len(fixture.sizes) - 1,
            "sizes": list(fixture.sizes),
        }

    def units(self) -> Data:
        """Return what constructors and training functions call the sizes of the layers."""
        sizes = list(self.fixture.sizes)
        hidden = sizes[1] if len(sizes) == 3 else sizes[1:-1]
        return {"inputs": sizes[0], "hidden": hidden, "outputs": sizes[-1], "seed": 0}

    def targets(self) -> Any:
        """Return the targets in the form that is tried.

        That is a matrix, a matrix that is turned against the samples, class numbers, or a vector.
        """
        form = self.attempt["targets"]
        if form == "labels":
            return self.fixture.labels.copy()
        if form == "vector":
            return self.fixture.Y[:, 0].copy()
        matrix = orient(self.fixture.Y, self.samples)
        return matrix.T.copy() if form == "turned" else matrix

    def run(self) -> Found:
        """Return the outputs, the loss and the gradient that the person's code computes."""
        self.set_up()
        found: Data = {"output": None, "loss": None}
        forward, loss = self.interface["forward"], self.interface["loss"]
        if forward is not None:
            self.stage = "forward"
            found["output"] = self.forward(forward)
            self.has_outputs = found["output"] is not None
        if loss is not None and found["output"] is not None:
            self.stage = "loss"
            found["loss"] = self.loss(loss)
            found["loss_apart"] = found["loss"] is not None
        backward = self.interface["backward"]
        self.stage = "backward"
        before = {name: array.copy() for name, array in self.arrays.items()}
        returned = self.call(backward)
        self.stage = "reading"
        if found["loss"] is None:
            found["loss"] = loss_in(returned, backward["returned"])
        return Found(**found, **self.gradient(returned, backward, before), **self.description())

    @property
    def takes_penalty(self) -> bool:
        """True if anything that is called has a parameter for λ of an L2 penalty."""
        called = [self.interface.get(part) for part in ("constructor", "forward", "loss")]
        back = self.interface.get("backward")
        if back is not None and has_penalty(back["parameters"]):
            return True
        is_left_out = any(has_penalty(names) for names in self.other_ways_back())
        return not is_left_out and any(
            each is not None and has_penalty(each["parameters"]) for each in called
        )

    def other_ways_back(self) -> Iterator[Sequence[str]]:
        """Yield the arguments of the functions that go back: one takes λ, perhaps."""
        for name, value in self.namespace.items():
            code = getattr(value, "__code__", None)
            if code is not None and BACKWARD.search(name):
                yield code.co_varnames[: code.co_argcount]

    def losses_around(self) -> Data | None:
        """Return the code's loss with each parameter a step ahead and behind; None without one.

        Their differences judge a gradient whose network or loss is not one of ours. This wants a
        new attempt: the one that ran may have updated its parameters.
        """
        try:
            self.set_up()
            before = {name: array.copy() for name, array in self.live_arrays().items()}
            if sum(array.size for array in before.values()) > MAX_DIFFERENCES:
                return None
            is_constant = np.isclose(self.own_loss(), self.own_loss())  # it draws nothing
            live = self.live_arrays()
            if not is_constant or any(not np.array_equal(before[n], live[n]) for n in before):
                return None
            return {name: self.losses_beside(array) for name, array in live.items()}
        except Exception:  # then there is nothing to compare with
            return None

    def losses_beside(self, array: Any) -> Any:
        """Return the code's loss a step ahead and behind in each entry of an array, (…, 2)."""
        losses = np.empty((*array.shape, 2))
        for index in np.ndindex(array.shape):
            kept = array[index]
            losses[index] = [self.own_loss_at(array, index, kept + h) for h in (STEP, -STEP)]
            array[index] = kept
        return losses

    def own_loss_at(self, array: Any, index: tuple[int, ...], value: float) -> float:
        """Return the code's loss with one parameter changed."""
        array[index] = value
        return self.own_loss()

    def own_loss(self) -> float:
        """Return the code's loss at the parameters as they are now."""
        forward = self.interface["forward"]
        if self.interface["loss"] is not None and forward is not None:
            self.forward(forward)
            loss = loss_in(self.call(self.interface["loss"]), self.interface["loss"]["returned"])
        elif forward is not None and any(map(LOSS.search, forward["returned"])):
            loss = loss_in(self.call(forward), forward["returned"])
        else:
            backward = self.interface["backward"]
            loss = loss_in(self.call(backward), backward["returned"])
        if loss is None:
            raise CannotCallError(Text("there is no loss.", "没有损失。"))
        return loss

    def live_arrays(self) -> Data:
        """Return the very arrays that the code computes with."""
        return self.arrays

    def set_up(self) -> None:
        """Bring everything into the state before the first call."""
        np.random.seed(0)

    def description(self) -> Data:
        """Return in which form the call succeeded."""
        return {
            "sizes": tuple(int(n) for n in self.fixture.sizes),
            "own_shapes": {name: array.shape for name, array in self.arrays.items()},
        }

    def call(self, signature: Mapping[str, Any]) -> Any:
        """Call one function with arguments that its parameters' names ask for."""
        own = own_keys(signature["parameters"])  # w1, weights_1: ours under another name
        known = {name: self.arrays[ours] for ours, name in own.items() if ours in self.arrays}
        by_name = {**known, **self.by_name}
        arguments = bound(signature, by_name, self.by_role, ROLES_OF_FUNCTIONS)
        return self.function(signature["name"])(**arguments)

    def function(self, name: str) -> Any:
        """Return the function of this name."""
        if name not in self.namespace:
            raise CannotCallError(
                Text(
                    f"{name} is not there: the line that defines it failed.",
                    f"{name} 不存在：定义它的那一行出错了。",
                )
            )
        return self.namespace[name]

    def forward(self, signature: Mapping[str, Any]) -> Any:
        """Run the forward pass, and keep what it hands on to the backward pass."""
        required = [name for name in signature["parameters"] if name not in signature["optional"]]
        if len(required) == 1:  # whatever it is called, it can only be the samples
            self.by_name[required[0]] = self.X
        returned = self.call(signature)
        for name in required[:1] if len(required) == 1 else ():
            self.by_name.pop(name)
        names = signature["returned"]
        m, K = self.fixture.m, self.fixture.sizes[-1]
        shapes = [(m, K), (K, m), (m,)] if K == 1 else [(m, K)[:: self.direction]]
        shapes = [(K,)] if self.attempt["targets"] == "one vector" else shapes
        output = outputs_in(returned, names, shapes)
        parts = named_parts(returned, names)
        self.by_name |= {
            name: part
            for name, part in parts.items()  # ``for layer in layers: x = layer(x)`` returns no X
            if name not in self.arrays and role_of(name, among=("X", "Y")) is None
        }
        self.by_role["cache"] = cache_in(returned)
        if output is not None:
            self.by_role["output"] = output
            for letter in "Aa":
                self.by_name.setdefault(f"{letter}{len(self.fixture.sizes) - 1}", output)
        return output

    @property
    def direction(self) -> int:
        """1 for samples in rows, −1 for samples in columns: the order of a shape."""
        return -1 if self.samples == "column" else 1

    def loss(self, signature: Mapping[str, Any]) -> float | None:
        """Return what the loss function says; None if it cannot be called: it may stand alone."""
        try:
            return loss_in(self.call(signature), signature["returned"])
        except Exception:  # a loss that fails is no reason to keep silent about the gradient
            return None

    def gradient(self, returned: Any, signature: Mapping[str, Any], before: Data) -> Data:
        """Return the gradient: what was returned, or what the update took off the parameters."""
        gradients = gradients_in(returned, signature["returned"])
        rated = any(role_of(name, among=("learning_rate",)) for name in signature["parameters"])
        changed = any(not np.array_equal(before[name], self.arrays[name]) for name in before)
        if gradients is None or (rated and changed):
            gradients = gradients if not changed else None
        if gradients is not None:
            return {"gradients": gradients, "rate": None}
        after = self.updated(returned)
        if not any(not np.array_equal(before[name], after[name]) for name in before):
            raise CannotCallError(
                Text(
                    f"{signature['name']} returns no gradients under names such as dW1, db1.",
                    f"{signature['name']} 没有返回 dW1、db1 之类名字的梯度。",
                )
            )
        rate = self.rate(signature)
        return {
            "gradients": {f"d{n}": (before[n] - after[n]) / rate for n in before},
            "rate": rate,
        }

    def updated(self, returned: Any) -> Data:
        """Return the parameters after the call."""
        current = self.by_role["parameters"]
        if isinstance(current, dict):
            held = slots(current, marked=False)
            return {
                name: held[name].array if name in held else a for name, a in self.arrays.items()
            }
        return self.arrays

    def rate(self, signature: Mapping[str, Any]) -> float:
        """Return the learning rate of an update: the one handed over, else 1."""
        rated = any(role_of(name, among=("learning_rate",)) for name in signature["parameters"])
        return self.fixture.learning_rate if rated else 1.0


def has_penalty(names: Sequence[str]) -> bool:
    """Return whether one of these arguments is λ of an L2 penalty."""
    return any(role_of(name, among=("penalty",)) for name in names)
