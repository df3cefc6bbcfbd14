"""The sections of a derivation: of a whole pass, or of one gradient."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._text import Text
from clearprop.derivation.derivation import Section
from clearprop.derivation.notation import Notation
from clearprop.derivation.scope import Scope
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Detail
from clearprop.derivation.topics import backward, forward, gradient
from clearprop.derivation.topics.chain_rule import chain_rule_section
from clearprop.derivation.topics.chains import paths_section
from clearprop.derivation.topics.chart import chart_section
from clearprop.derivation.topics.code import code_section
from clearprop.derivation.topics.collapse import collapse_section
from clearprop.derivation.topics.cost import cost_section
from clearprop.derivation.topics.entries import watched
from clearprop.derivation.topics.error_term import error_term_section
from clearprop.derivation.topics.flow import flow_section
from clearprop.derivation.topics.key_points import key_points_section
from clearprop.derivation.topics.loss import loss_steps
from clearprop.derivation.topics.rules import rules_section, shortcut
from clearprop.derivation.topics.sensitivity import sensitivity_section
from clearprop.derivation.topics.story import story_section
from clearprop.derivation.topics.symbols import summary_section, symbols_section
from clearprop.derivation.topics.transpose import transpose_section
from clearprop.derivation.topics.validation import training_section
from clearprop.derivation.topics.what_the_model_is import model_section

FORWARD = Text("Forward pass", "前向传播")
LOSS = Text("Loss", "损失函数")
BACKWARD = Text("Backward pass", "反向传播")
GRADIENT = Text("Gradient", "梯度")


@dataclass(frozen=True)
class Topic:
    """A part of the story of a whole pass, and whether it is told without being asked for.

    Attributes
    ----------
    section : callable
        From the notation to the section.
    is_usual : bool
        True if the section is shown without being asked for.
    in_everything : bool
        True if ``detail="everything"`` asks for it; the others are told by name only.
    """

    section: Callable[[Notation], Section]
    is_usual: bool = True
    in_everything: bool = True


def _forward(n: Notation) -> Section:
    return Section(FORWARD, tuple(forward.forward_steps(n)))


def _loss(n: Notation) -> Section:
    return Section(LOSS, tuple(loss_steps(n)))


def _backward(n: Notation, down_to: int = 1) -> Section:
    return Section(BACKWARD, (*shortcut(n), *backward.backward_steps(n, down_to)))


def _gradients(n: Notation) -> Section:
    layers = range(n.depth, 0, -1)
    return Section(GRADIENT, tuple(_both(n, layers)))


def _both(n: Notation, layers: Iterable[int]) -> Iterator[Step]:
    for layer in layers:
        yield gradient.weight_gradient(n, layer)
        yield gradient.bias_gradient(n, layer)


TOPICS = {
    "symbols": Topic(symbols_section),
    "forward": Topic(_forward),
    "loss": Topic(_loss),
    "backward": Topic(_backward),
    "gradients": Topic(_gradients),
    "summary": Topic(summary_section),
    "flow": Topic(flow_section),
    "rules": Topic(rules_section, is_usual=False),
    "collapse": Topic(collapse_section, is_usual=False),
    "cost": Topic(cost_section, is_usual=False),
    "sensitivity": Topic(sensitivity_section, is_usual=False),
    "story": Topic(story_section, is_usual=False, in_everything=False),
    "model": Topic(model_section, is_usual=False, in_everything=False),
    "chart": Topic(chart_section, is_usual=False, in_everything=False),
    "chain_rule": Topic(chain_rule_section, is_usual=False, in_everything=False),
    "error_term": Topic(error_term_section, is_usual=False, in_everything=False),
    "transpose": Topic(transpose_section, is_usual=False, in_everything=False),
    "training": Topic(training_section, is_usual=False, in_everything=False),
    "code": Topic(code_section, is_usual=False, in_everything=False),
    "key_points": Topic(key_points_section, is_usual=False, in_everything=False),
}


INSTEAD = {
    "adam": "solver='adam', or --solver adam.",
    "momentum": "solver='sgd(momentum=0.9)', or --solver \"sgd(momentum=0.9)\".",
    "rmsprop": "solver='rmsprop', or --solver rmsprop.",
    "update": "learning_rate=0.1, or --learning-rate 0.1.",
    "gradient_descent": "learning_rate=0.1, or --learning-rate 0.1.",
    "l2": "weight_decay=0.01, or --weight-decay 0.01.",
    "weight_decay": "weight_decay=0.01, or --weight-decay 0.01.",
    "dropout": "dropout=0.5, or --dropout 0.5.",
    "levenberg_marquardt": "damping=0.01, or --damping 0.01.",
}
"""What to try for what has an option of its own and is no topic."""
ALSO_CALLED = {"backprop": "backward", "backpropagation": "backward", "numpy": "code"}


def _no_topic(name: object) -> InputError:
    """Return the error for a topic that there is not."""
    if name in INSTEAD:
        why = "it is no topic of its own, and has an option."
        return invalid_argument("topics", name, why, INSTEAD[str(name)])
    return unknown_name("topics", name, TOPICS, ALSO_CALLED)


def sections_of(
    n: Notation,
    scope: Scope,
    detail: Detail,
    topics: Iterable[str] | None,
    update: Section | None,
) -> Iterator[Section]:
    """Yield the sections of a derivation; `topics` chooses parts of a whole pass.

    The section on the `update` comes after what leads to it, and before what looks back.

    Raises
    ------
    InputError
        If a topic is not known, or topics are chosen for a single gradient.
    """
    if isinstance(topics, str):
        raise invalid_argument("topics", topics, "it is one name, not a list.", f"[{topics!r}].")
    if topics is not None and not isinstance(topics, Iterable):
        raise invalid_argument("topics", topics, "it is no list of names.", "['backward'].")
    if topics is not None and scope.kind != "pass":
        why = "topics are parts of the whole pass, and `wrt` asks for one gradient."
        raise invalid_argument("topics", tuple(topics), why, "leave one of them out.")
    if scope.kind == "pass":
        every = detail == "everything"
        usual = [
            name
            for name, topic in TOPICS.items()
            if topic.is_usual or (every and topic.in_everything)
        ]
        for name in usual if topics is None else topics:
            if name not in TOPICS:
                raise _no_topic(name)
            if update is not None and not TOPICS[name].is_usual:
                yield update
                update = None
            yield TOPICS[name].section(n)
    elif scope.kind == "layer":
        yield from _one_layer(n, scope.layer)
    else:
        yield from _one_gradient(n, scope)
    if update is not None:
        yield update


def _one_layer(n: Notation, layer: int) -> Iterator[Section]:
    passed = (forward.weighted_sum(n, layer), forward.activation(n, layer))
    yield Section(FORWARD, passed)
    if layer == n.depth:
        yield _loss(n)
    derived = shortcut(n) if layer == n.depth else ()
    yield Section(BACKWARD, (*derived, *backward.error_steps(n, layer)))
    yield Section(GRADIENT, tuple(_both(n, [layer])))


def _one_gradient(n: Notation, scope: Scope) -> Iterator[Section]:
    yield _forward(n)
    yield _loss(n)
    unit = scope.kind in ("z", "delta", "a")
    if scope.kind in ("z", "delta") and not scope.index:
        yield _backward(n, scope.layer)
        return
    yield _backward(n, min(max(scope.layer + unit, 1), n.depth))
    yield Section(GRADIENT, (_gradient(n, scope),))
    if scope.index and not (scope.kind == "a" and scope.layer == n.depth):
        yield paths_section(n, scope)


def _gradient(n: Notation, scope: Scope) -> Step:
    layer, index = scope.layer, scope.index
    if scope.kind == "W":
        step = gradient.one_weight if index else gradient.weight_gradient
        return step(n, layer, *index)
    if scope.kind == "b":
        step = gradient.one_bias if index else gradient.bias_gradient
        return step(n, layer, *index)
    if scope.kind == "x":
        return gradient.input_gradient(n, *index)
    if scope.kind in ("z", "delta"):
        return backward.one_error(n, layer, *index)
    if layer == n.depth:
        return watched(backward.loss_derivative(n))
    return backward.activation_error(n, layer, *index)
