"""Doubts about a wrong step: what else than a mistake makes numbers like these."""

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.multiples import size
from clearprop.check.script.watched.nets import taken, weighted_sum
from clearprop.check.script.watched.reading import Reading

ENOUGH = 6
"""Numbers of weights that no mistake explains by chance."""
BARELY = 1e-3
"""Relative difference of a gradient that a step of differences may have made."""

TELLING = 6
"""Outputs from which the biases of the last layer show its δ."""


def is_no_mistake(diagnosis: Diagnosis) -> bool:
    """Return whether all that is wrong is one factor of all arrays, the learning rate, or 0.

    Nor is a penalty one that would be negative: nobody pays for small weights.
    """
    if any(finding.settings.get("coefficient", 0) < 0 for finding in diagnosis.findings):
        return True
    if any(array.right for array in diagnosis.arrays) or not diagnosis.findings:
        return False
    return all(
        each.mistake.leaves == "nothing" or (each.mistake.leaves == "multiple" and not each.layers)
        for each in diagnosis.findings
    )


def is_far_fetched(diagnosis: Diagnosis) -> bool:
    """Return whether it takes several mistakes to explain a step, and little of it is right.

    Mistakes of single layers that explain all of it count as little: another loss spoils what
    comes from the output, and does not look like one of them. So is one of differences: steps that
    are made of these are not looked at.
    """
    right = sum(array.right for array in diagnosis.arrays)
    of_differences = any(finding.mistake.of_differences for finding in diagnosis.findings)
    in_layers = 0 if diagnosis.unexplained else below_the_loss(diagnosis)
    return of_differences or len(diagnosis.findings) > 1 + right + in_layers


def is_any_number(diagnosis: Diagnosis) -> bool:
    """Return whether two mistakes multiply all of a gradient: what they make together is η too."""
    whole = [each for each in diagnosis.findings if not each.layers]
    return sum(each.mistake.leaves in ("multiple", "count") for each in whole) > 1


def below_the_loss(diagnosis: Diagnosis) -> int:
    """Return how many mistakes are made in single layers, and are no mere multiple or other δᴸ."""
    depth = max(int(array.name[2:]) for array in diagnosis.arrays)
    return sum(
        bool(each.layers)
        and not each.mistake.leaves
        and (
            min(each.layers) < depth
            or each.mistake.made_in == "gradient"
            or each.mistake.fits_no_loss
        )
        for each in diagnosis.findings
    )


def shows_too_little(gradients: dict[str, FloatArray]) -> bool:
    """Return whether each array is one number beside zeros, which is a multiple of any other."""
    return all(np.count_nonzero(array) < 2 for array in gradients.values())


def is_wrong_without_name(
    reading: Reading,
    step: ObservedStep,
    diagnosis: Diagnosis,
    gradients: dict[str, FloatArray],
    form: LossForm,
) -> bool:
    """Return whether a gradient is certainly wrong, although no known mistake explains it."""
    if explains_all_weights(diagnosis, gradients):
        return True
    if step.branches or penalizes_activations(reading, gradients, form):
        return False
    if step.by_hand and len(step.runs) > 1:  # of one sample, and of their sum
        return False
    if is_barely_off(diagnosis):
        return False
    certain = is_certain(reading, diagnosis, gradients)
    return certain or has_right_units(reading, diagnosis, gradients, form)


def explains_all_weights(diagnosis: Diagnosis, gradients: dict[str, FloatArray]) -> bool:
    """Return whether one mistake explains all weights, of which some are wrong, but some bias.

    A multiple, or a penalty, may be of another loss, and is no such mistake.
    """
    if len(diagnosis.findings) != 1 or diagnosis.factor != 1:
        return False
    explained = [
        array
        for array in diagnosis.arrays
        if array.name[1] == "W" and array.name not in diagnosis.unexplained
    ]
    wrong = [array for array in explained if not array.right and array.ratio is None]
    many = sum(gradients[array.name[1:]].size for array in explained) >= ENOUGH
    only_biases = all(name[1] == "b" for name in diagnosis.unexplained)
    return only_biases and many and bool(wrong) and not diagnosis.findings[0].mistake.leaves


def is_barely_off(diagnosis: Diagnosis) -> bool:
    """Return whether all that is wrong is so in its fourth digit: weights moved a little meanwhile.

    A program that takes differences of its loss moves one weight after the other.
    """
    return all(each.right or each.difference < BARELY for each in diagnosis.arrays)


def penalizes_activations(
    reading: Reading, gradients: dict[str, FloatArray], form: LossForm
) -> bool:
    """Return whether a layer's δ holds a number more for each unit, times f′: a sparsity penalty.

    Of L(θ) + p(mean activations) the gradient holds p′ for all samples alike; of a single sample,
    p′ of what the unit gave.
    """
    right = reading.right(form)
    for layer in range(reading.net.depth - 1, 0, -1):
        name = f"W{layer}"
        if name not in gradients or gradients[name].shape != right[name].shape:
            continue
        more = gradients[name] - right[name]
        if size(more) <= 1e-6 * size(right[name]):
            continue
        f, z = reading.activations[layer - 1], weighted_sum(reading.net, layer)
        of_all = reading.net.entering[layer - 1].T @ f.derivative(z, f.value(z))
        if len(more) < 2 or not of_all.any():
            return False
        each = (more * of_all).sum(axis=0) / np.maximum((of_all**2).sum(axis=0), 1e-300)
        fits = size(more - each * of_all) <= 1e-6 * size(more)
        if fits and reading.net.m == 1:  # any number a unit does
            return is_of_activations(each, f.value(z)[0])
        return fits
    return False


def is_of_activations(each: FloatArray, a: FloatArray) -> bool:
    """Return whether numbers, one a unit, may be p′(a): of an absolute, a squared, a KL penalty."""
    seen = (each != 0) & (a != 0) & (a != 1)
    each, a = each[seen], a[seen]
    columns = np.column_stack([np.sign(a), a, 1 / a, 1 / (1 - a)])
    solved, *_ = np.linalg.lstsq(columns, each, rcond=None)
    return bool(size(columns @ solved - each) <= 1e-6 * size(each))


def is_certain(reading: Reading, diagnosis: Diagnosis, gradients: dict[str, FloatArray]) -> bool:
    """Return whether targets and loss are certain although the mistake has no name.

    They are where the gradient of the topmost weights is right, in more numbers than one, or that
    of weights below, which comes from above; of units that are off, a gradient of 0 shows nothing.
    """
    top = f"dW{reading.net.depth}"
    many = reading.net.m * reading.net.sizes[-1] > 1
    clipped = any(is_clipped(array) for array in taken(reading.net).values())
    right = {
        array.name
        for array in diagnosis.arrays
        if array.right and array.name[1] == "W" and gradients[array.name[1:]].any()
    }
    factors = [array.ratio for array in diagnosis.arrays if not array.right]
    is_right = top in right or (bool(right) and factors.count(None) == len(factors))
    return many and (is_right or has_only_right_top_bias(reading, diagnosis)) and not clipped


def has_only_right_top_bias(reading: Reading, diagnosis: Diagnosis) -> bool:
    """Return whether the biases of the last layer show its δ, and others, and W, are not right.

    What a program does to weights alone, such as keeping them small, leaves all biases right.
    """
    top = f"db{reading.net.depth}"
    biases = {each.name: each for each in diagnosis.arrays if each.name[1] == "b"}
    shows = top in biases and biases[top].right and reading.net.sizes[-1] >= TELLING
    return shows and any(not each.right and each.ratio is None for each in biases.values())


def has_right_units(
    reading: Reading, diagnosis: Diagnosis, gradients: dict[str, FloatArray], form: LossForm
) -> bool:
    """Return whether the output layer is right, and in a wrong layer below one unit of several."""
    right = reading.right(form)
    wrong = {each.name[1:] for each in diagnosis.arrays if not each.right}
    if not wrong or any(int(name[1:]) == reading.net.depth for name in wrong):
        return False
    for name in wrong:
        given, expected = gradients[name], right[name]
        if name[0] != "W" or given.shape != expected.shape or len(given) < 2:
            continue
        apart = np.abs(given - expected).max(axis=0)
        sizes = np.abs(expected).max(axis=0)
        if np.any((apart <= 1e-6 * sizes) & (sizes > 1e-6 * size(expected))):
            return True
    return False


def is_clipped(array: FloatArray) -> bool:
    """Return whether several entries share the largest size, not all: gradients are cut there."""
    sizes = np.abs(array)
    if sizes.size and np.ptp(sizes) == 0:  # one number for all units
        return False
    largest = float(sizes.max(initial=0.0))
    return largest > 0 and int(np.sum(sizes >= (1 - 1e-9) * largest)) > 2
