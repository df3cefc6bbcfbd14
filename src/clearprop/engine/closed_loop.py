"""The closed loop in compiled code: step by step, with no return to Python between them."""

from clearprop.engine.compilation import entry
from clearprop.engine.pointers import at, like, start_of
from clearprop.engine.small import forward_block, pointers_of, whole_vectors


@entry
def close_loop(network, theta, signals, taps, first, work):
    """Fill the outputs' columns of signals (steps, columns) from row `first` on."""
    depth, sizes, units, _, rules, passes = pointers_of(network)
    sources, delays, outputs = taps
    padded = whole_vectors(1, passes)
    A = start_of(work)
    Z = at(A, units * padded)
    inputs = sizes[0]
    for i in range(inputs * padded):
        A[i] = like(theta[0], 0)
    for t in range(first, signals.shape[0]):
        for i in range(inputs):
            A[i * padded] = signals[t - delays[i], sources[i]]
        top = forward_block(start_of(theta), depth, sizes, rules, passes, A, Z, padded)
        a = at(A, top)
        for k in range(outputs.size):
            signals[t, outputs[k]] = a[k * padded]
