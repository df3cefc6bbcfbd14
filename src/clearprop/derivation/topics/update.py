"""One step of gradient descent, and the loss after it."""

import numpy as np

from clearprop.backprop.structure import Parameters
from clearprop.derivation.derivation import Section, Step
from clearprop.derivation.expression import Equation, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.printers.figures import figure
from clearprop.derivation.words import extras as words


def updated(params: Parameters, gradient: Parameters, learning_rate: float) -> Parameters:
    """Return θ − η ∂L/∂θ."""
    return Parameters(params.sizes, params.vector - learning_rate * gradient.vector)


def update_section(
    n: Notation, after: Parameters, loss_after: float, learning_rate: float
) -> Section:
    """Return the update of every weight and bias, last layer first, and the loss after it."""
    n.bindings["eta"] = learning_rate
    n.bindings["L_new"] = loss_after
    steps = []
    for layer in range(n.depth, 0, -1):
        for old in (n.W(layer), n.b(layer)):
            new = Symbol(old.letter + "_new", layer)
            n.bindings[new.whole] = np.atleast_2d(after[old.whole])
            formula = Equation((new, old - n.eta * n.gradient(old)))
            title = words.UPDATE_STEP.filled(name=old.whole)
            steps.append(
                Step(title, words.UPDATE_WHY, formula, n.bindings, phase="update", layer=layer)
            )
    new_loss = Symbol("L_new")
    why = words.LOSS_FELL if loss_after < n.trace.total_loss else words.LOSS_ROSE
    steps.append(Step(words.LOSS_AFTER, why, Equation((new_loss,)), n.bindings, phase="update"))
    title = words.UPDATE.filled(eta=figure(learning_rate, 6))
    return Section(title, tuple(steps))
