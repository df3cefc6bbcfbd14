"""Call the methods of a person's class on a fixture; this runs in the limited process."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.attempts.binding import ROLES_OF_CONSTRUCTORS, bound
from clearprop.check.script.child.attempts.calling import Data, FunctionsCall
from clearprop.check.script.child.attempts.returned import gradients_in, outputs_in
from clearprop.check.script.child.attempts.slots import contents, sizes_of, slots
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.source.vocabulary import role_of


class ClassCall(FunctionsCall):
    """The same for a class: an instance is made, and the fixture's numbers are put into it."""

    def set_up(self) -> None:
        """Make an instance and put the fixture's parameters into it."""
        super().set_up()
        self.stage = "constructor"
        self.owner = self.made()
        held = slots(self.owner, marked=False)
        if not held:
            raise CannotCallError(no_weights(self.owner_name))
        sizes = sizes_of({name: slot.array for name, slot in held.items()}, self.convention)
        if sizes is None:
            raise CannotCallError(no_chain(self.owner_name))
        if tuple(sizes) != tuple(self.fixture.sizes):  # it has sizes of its own
            self.prepare(replace(self.fixture, sizes=sizes))
            self.owner = self.made()
            held = slots(self.owner, marked=False)
        for name, slot in held.items():
            values = self.fixture.params[name]
            slot.fill(values.T if self.convention == "column" else values)
        self.arrays = {name: slot.array.copy() for name, slot in held.items()}

    @property
    def owner_name(self) -> str:
        """The holder of the parameters, for people."""
        return self.interface["class"]

    def made(self) -> Any:
        """Return a new instance."""
        constructor, roles = self.interface["constructor"], {**self.by_role, **self.units()}
        arguments = bound(constructor, {}, roles, ROLES_OF_CONSTRUCTORS)
        return super().function(self.interface["class"])(**arguments)

    def forward(self, signature: Mapping[str, Any]) -> Any:
        """Run the forward pass; its outputs may be returned, or kept in the instance."""
        returned = super().forward(signature)
        if returned is None:
            m, K = self.fixture.m, self.fixture.sizes[-1]
            returned = outputs_in(contents(self.owner), (), [(m, K)[:: self.direction]])
        if returned is not None:
            self.by_role["output"] = returned
        return returned

    def live_arrays(self) -> Data:
        """Return the arrays inside the instance."""
        return {name: slot.array for name, slot in slots(self.owner, marked=False).items()}

    def function(self, name: str) -> Any:
        """Return a method of the instance."""
        return getattr(self.owner, name)

    def gradient(self, returned: Any, signature: Mapping[str, Any], before: Data) -> Data:
        """Return the gradient that was returned, kept in the instance, or used for its update."""
        returned_ones = gradients_in(returned, signature["returned"])
        kept = slots(self.owner, marked=True)
        after = {name: slot.array for name, slot in slots(self.owner, marked=False).items()}
        if returned_ones is not None and is_complete(returned_ones):
            return {"gradients": returned_ones, "rate": None}
        if kept:
            return {"gradients": {f"d{n}": slot.array for n, slot in kept.items()}, "rate": None}
        changed = [n for n in before if not np.array_equal(before[n], after.get(n, before[n]))]
        if not changed:
            raise CannotCallError(
                Text(
                    f"{signature['name']} neither returns gradients, nor keeps them as dW1, db1 …,"
                    " nor changes the weights.",
                    f"{signature['name']} 既不返回梯度，也不保存为 dW1、db1……，也不修改权重。",
                )
            )
        rate = self.rate(signature)
        return {
            "gradients": {f"d{n}": (before[n] - after[n]) / rate for n in changed},
            "rate": rate,
        }

    def rate(self, signature: Mapping[str, Any]) -> float:
        """Return the learning rate: handed over, kept in the instance, else 1."""
        rated = any(role_of(name, among=("learning_rate",)) for name in signature["parameters"])
        if rated:
            return self.fixture.learning_rate
        kept = [
            float(value)
            for name, value in contents(self.owner).items()
            if role_of(name, among=("learning_rate",)) and np.size(value) == 1
        ]
        return kept[0] if kept else 1.0


class GlobalsCall(ClassCall):
    """The same for functions that find the parameters in the script's own globals."""

    @property
    def owner_name(self) -> str:
        """The holder of the parameters, for people."""
        return "the script"

    def made(self) -> Any:
        """Return the globals."""
        return self.namespace

    def function(self, name: str) -> Any:
        """Return a function of the script."""
        return FunctionsCall.function(self, name)


def no_weights(owner: str) -> Text:
    """Say that nothing holds weights under a name that is known."""
    return Text(
        f"{owner} holds no weights under names such as W1, b1, weights, biases, or in a list of"
        " layers.",
        f"{owner} 中没有 W1、b1、weights、biases 之类名字的权重，也没有各层对象的列表。",
    )


def no_chain(owner: str) -> Text:
    """Say that the weights cannot belong to one network."""
    return Text(
        f"{owner}: its weights make no chain of layers.",
        f"{owner}：各权重矩阵的形状无法首尾相接成一个网络。",
    )


def is_complete(gradients: Any) -> bool:
    """Return whether returned arrays can be a whole gradient, not the error of the layer below."""
    return isinstance(gradients, dict) or len(gradients) > 1
