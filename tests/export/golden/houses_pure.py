"""houses_pure.py: a neural network exported by clearprop VERSION. This file is yours.

5 inputs -> 2 tanh -> 3 elu -> 3 softmax; 33 parameters, float64.
Largest difference from the model: SMALL on 200 rows (computed in NumPy with the file's numbers, in float64).

Columns:
  built: a number, 1980 to 2020 in training
  area (m²): a number, 30 to 200 in training; NaN if missing
  city: one of Oslo, 北京

Answer: kind, one of flat, house, hut; the probability of each.
"""

import math

classes = ['flat', 'house', 'hut']

layer_1 = [
    [-40.1, 0.02, -0.005, -0.25, 0.0, 0.25],
    [60.2, -0.03, -0.00375, -0.125, 0.125, 0.375],
]

layer_2 = [
    [-0.125, 0.75, -0.5],
    [0.0, -0.75, -0.375],
    [0.125, -0.625, -0.25],
]

layer_3 = [
    [-0.25, 0.25, 0.625, -0.625],
    [-0.125, 0.375, 0.75, -0.5],
    [0.0, 0.5, -0.75, -0.375],
]


def tanh(z):
    return math.tanh(z)


def elu(z):
    return (z if z > 0.0 else math.expm1(min(z, 0.0)))


def softmax(z):
    """Return shares that add up to 1; the largest z is taken off first, so nothing overflows."""
    e = [math.exp(each - max(z)) for each in z]
    return [each / sum(e) for each in e]


def number(row, name, fill=None, says_missing=False):
    """Return the features of a number; `fill` stands for None and NaN, and a second says so."""
    value = row[name]
    missing = value is None or value != value
    if fill is not None and missing:
        value = fill
    if value is None or not math.isfinite(value):
        raise ValueError(f"column {name!r} (={value!r}): no finite number")
    return [float(value), float(missing)] if says_missing else [float(value)]


def category(row, name, known):
    """Return the features of a text: 1 for one category, 0 for others."""
    value = row[name]
    missing = value is None or value != value
    whole = isinstance(value, float) and value.is_integer()
    text = "" if missing else str(int(value) if whole else value).strip()
    if text not in known:
        raise ValueError(f"column {name!r} (={value!r}): not among {known}")
    return [float(text == each) for each in known]


def layer(units, a):
    """Return the weighted sums of units; of each, its bias stands before its weights."""
    return [bias + sum(w * x for w, x in zip(weights, a)) for bias, *weights in units]


def features(row):
    """Return the features of a row: a dict with a value for each column."""
    return (
        number(row, 'built')
        + number(row, 'area (m²)', fill=80.5, says_missing=True)
        + category(row, 'city', ['Oslo', '北京'])
    )


def outputs(row):
    """Return the outputs of the network for a row."""
    a = features(row)
    a = [tanh(z) for z in layer(layer_1, a)]
    a = [elu(z) for z in layer(layer_2, a)]
    a = softmax(layer(layer_3, a))
    return a


def probabilities(row):
    """Return the probability of each class."""
    return outputs(row)


def predict(row):
    """Return the most probable class."""
    return classes[max(range(len(classes)), key=probabilities(row).__getitem__)]
