"""Networks of every kind, chosen by Hypothesis, with samples and targets that fit their loss."""

import numpy as np
from hypothesis import strategies as st

import clearprop as cp
from clearprop._errors import InputError

HIDDEN = sorted(cp.ACTIVATIONS)


def pairs() -> list[tuple[str, str]]:
    """Return every output activation with every loss that takes its values."""
    found = []
    for activation in sorted(cp.ACTIVATIONS):
        for loss in sorted(cp.LOSSES):
            try:
                cp.Network(1, [cp.Layer(2, activation)], loss)
            except InputError:
                continue
            found.append((activation, loss))
    return found


@st.composite
def passes(draw: st.DrawFn, max_depth: int = 3, max_samples: int = 3):
    """Draw a network, its parameters, samples and targets."""
    output, loss = draw(st.sampled_from(pairs()))
    hidden = draw(st.lists(st.sampled_from(HIDDEN), max_size=max_depth - 1))
    sizes = draw(st.lists(st.integers(1, 4), min_size=len(hidden) + 2, max_size=len(hidden) + 2))
    layers = [cp.Layer(n, f) for n, f in zip(sizes[1:], [*hidden, output], strict=True)]
    reduction = draw(st.sampled_from(["sum", "mean"]))
    net = cp.Network(sizes[0], layers, loss, reduction)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    samples = draw(st.integers(1, max_samples))
    params = net.initialize("xavier", seed=random)
    params.vector[...] += 0.1 * random.standard_normal(params.vector.size)
    X = random.standard_normal((samples, sizes[0]))
    return net, params, X, targets(net, samples, random)


def targets(net: cp.Network, samples: int, random: np.random.Generator) -> np.ndarray:
    """Return targets for which the loss exists: one-hot, yes/no, counts or any number."""
    shape = (samples, net.outputs)
    if net.loss_rule.name == "categorical_cross_entropy":
        return np.eye(net.outputs)[random.integers(net.outputs, size=samples)]
    if net.loss_rule.name == "binary_cross_entropy":
        return random.integers(2, size=shape).astype(float)
    if net.loss_rule.name == "poisson":
        return random.integers(1, 5, size=shape).astype(float)
    return random.standard_normal(shape)
