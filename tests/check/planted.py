"""Every mistake of the catalogue, planted in a textbook backward pass; `PLANTED` holds them.

A planted mistake says which networks it can be made in (`wants`), and gets a step wrong. It shares
no code with the library's own account of that mistake.
"""

from dataclasses import dataclass, field

import numpy as np

from check.random_problems import PAIRS, random_problem
from check.textbook import DERIVATIVES, FUNCTIONS, SLOPES, Textbook

PLANTED = {}
CANONICAL = PAIRS[:2]
SOFTMAX = [pair for pair in PAIRS if pair[0] == "softmax"]
NOT_CANONICAL = [pair for pair in PAIRS[2:] if pair[0] != "identity"]


@dataclass
class Trial:
    """A gradient with a mistake in it, and what else `diagnose` is told."""

    problem: object
    gradients: dict
    extra: dict = field(default_factory=dict)
    right: dict = field(default_factory=dict)


def plants(name, **wants):
    """Register a way to make the mistake `name`, for networks as `wants` says."""

    def register(thing):
        PLANTED.setdefault(name, []).append((thing, wants))
        return thing

    return register


def plant(name, random):
    """Return a trial with this mistake in a random network."""
    ways = PLANTED[name]
    thing, wants = ways[random.integers(len(ways))]
    wants = dict(wants)
    drawn = {key: want(random) if callable(want) else want for key, want in wants.items()}
    problem = random_problem(random, **drawn)
    right = Textbook(**problem.textbook_arguments).gradients()
    if not isinstance(thing, type):
        gradients, extra = thing(problem, random, right)
        return Trial(problem, gradients, extra, extra.pop("right", right))
    student = thing(**problem.textbook_arguments)
    eligible = student.eligible()
    if len(eligible) > 1 and random.random() < 0.5:
        eligible = [int(random.choice(eligible))]
    student.layers = tuple(eligible)
    student.choose(random)
    return Trial(problem, student.gradients(), {}, right)


class Student(Textbook):
    """A textbook pass that may be wrong in `layers`."""

    def eligible(self):
        return list(range(len(self.W)))

    def choose(self, random):
        """Draw what kind of this mistake it is."""


class HiddenStudent(Student):
    def eligible(self):
        return list(range(len(self.W) - 1))


def deep(random):
    return int(random.integers(2, 5))


def several(random):
    return int(random.integers(3, 9))


@plants("average_missing", reduction="mean")
class AverageMissing(Student):
    def averaged(self, layer, kind, gradient):
        return gradient if layer in self.layers else super().averaged(layer, kind, gradient)


@plants("average_twice", reduction="mean")
class AverageTwice(Student):
    def eligible(self):
        # in hidden layers alone it would be another mistake
        return list(range(len(self.W)))

    def choose(self, random):
        self.layers = tuple(range(len(self.W)))

    def averaged(self, layer, kind, gradient):
        once = super().averaged(layer, kind, gradient)
        return once / len(self.X) if layer in self.layers else once


@plants("average_in_error_term", depth=deep)
class AverageInErrorTerm(HiddenStudent):
    def hidden_delta(self, layer, error):
        delta = super().hidden_delta(layer, error)
        return delta / len(self.X) if layer in self.layers else delta


@plants("outputs_averaged", outputs=lambda r: int(r.integers(13, 17)))
class OutputsAveraged(Student):
    def choose(self, random):
        self.factor = float(random.choice([self.Y.shape[1], 1 / self.Y.shape[1]]))

    def averaged(self, layer, kind, gradient):
        return super().averaged(layer, kind, gradient) * self.factor


@plants("factor_two", pairs=[p for p in PAIRS if "squared" in p[1]])
class FactorTwo(Student):
    def output_delta(self, layer):
        factor = 2 if self.loss == "half_squared_error" else 0.5
        return factor * super().output_delta(layer)


@plants("sign")
class Sign(Student):
    def averaged(self, layer, kind, gradient):
        right = super().averaged(layer, kind, gradient)
        return -right if layer in self.layers else right


@plants("update_returned")
def update_returned(problem, random, right):
    rate = float(10 ** random.uniform(-4, -0.5))
    sign = random.choice([1, -1])
    given = {name: sign * rate * array for name, array in right.items()}
    return given, {"learning_rate": rate}


@plants("update_returned")
def update_returned_with_unknown_rate(problem, random, right):
    rate = float(random.choice([0.01, 0.001, 0.03, 0.0005, 0.015]))
    return {name: rate * array for name, array in right.items()}, {}


class CurvedStudent(Student):
    """Wrong in f′, where there is an f′: in the output layer not with a canonical pair."""

    curved = ("sigmoid", "tanh", "elu", "softplus", "silu", "gelu")

    def eligible(self):
        hidden = [i for i in range(len(self.W) - 1) if self.functions[i] in self.curved]
        output = len(self.W) - 1
        pair = (self.functions[-1], self.loss)
        return hidden if pair in CANONICAL or pair[0] not in self.curved else [*hidden, output]


@plants("derivative_at_activation", depth=deep)
class DerivativeAtActivation(CurvedStudent):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        return error * DERIVATIVES[self.functions[layer]](self.a[layer + 1])


@plants("derivative_of_weighted_sum", depth=deep, hidden=["sigmoid", "tanh", "relu"])
class DerivativeOfWeightedSum(CurvedStudent):
    curved = ("sigmoid", "tanh")

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        z = self.z[layer]
        return error * (z * (1 - z) if self.functions[layer] == "sigmoid" else 1 - z**2)


@plants("derivative_left_out", depth=deep)
class DerivativeLeftOut(HiddenStudent):
    def eligible(self):
        return [i for i in super().eligible() if self.functions[i] not in ("relu", "identity")]

    def hidden_delta(self, layer, error):
        return error if layer in self.layers else super().hidden_delta(layer, error)


@plants(
    "derivative_left_out",
    depth=deep,
    hidden=["sigmoid", "tanh"],
    pairs=[("sigmoid", "squared_error")],
)
class DerivativeLeftOutEverywhere(Student):
    def choose(self, random):
        self.layers = tuple(range(len(self.W)))

    def hidden_delta(self, layer, error):
        return error


@plants("activation_for_derivative", depth=deep, hidden=["tanh", "relu", "softplus"])
class ActivationForDerivative(HiddenStudent):
    def choose(self, random):
        self.taken = random.choice(["a", "z"])

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        return error * (self.a[layer + 1] if self.taken == "a" else self.z[layer])


@plants("derivative_summed", depth=deep, hidden=["sigmoid", "tanh", "softplus"])
class DerivativeSummed(HiddenStudent):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        slopes = DERIVATIVES[self.functions[layer]](self.z[layer])
        return np.stack([e * sum(s) for e, s in zip(error, slopes, strict=True)])


@plants("weights_of_another_unit", depth=2, hidden=["sigmoid", "tanh"])
class WeightsOfAnotherUnit(HiddenStudent):
    def choose(self, random):
        self.unit, self.other = random.permutation(min(6, self.W[0].shape[1]))[:2]

    def eligible(self):
        return [0] if self.W[0].shape[1] <= 6 else []

    def carried(self, layer, delta, found):
        error = super().carried(layer, delta, found)
        if layer - 1 in self.layers:
            error[:, self.unit] = delta @ self.W[layer][self.other]
        return error


@plants("input_of_another_unit", outputs=2)
class InputOfAnotherUnit(Student):
    def eligible(self):
        return [n for n, W in enumerate(self.W) if len(W) >= W.shape[1] > 1]

    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        dW = np.zeros(self.W[layer].shape)
        for i in range(dW.shape[0]):
            for j in range(dW.shape[1]):
                dW[i, j] = sum(self.a[layer][:, j] * delta[:, j])
        return dW


@plants("error_carried_back", depth=deep, hidden=["sigmoid", "tanh", "relu"])
class ErrorCarriedBack(Student):
    def eligible(self):
        is_flat = self.functions[-1] in ("softmax", "identity")
        return [*range(1, len(self.W) - 1), *([] if is_flat else [len(self.W) - 1])]

    def output_delta(self, layer):
        self.error = SLOPES[self.loss](self.a[-1], self.Y)
        return super().output_delta(layer)

    def hidden_delta(self, layer, error):
        self.error = error
        return super().hidden_delta(layer, error)

    def carried(self, layer, delta, found):
        if layer not in self.layers:
            return super().carried(layer, delta, found)
        return self.error @ self.W[layer].T


@plants("weights_left_out", depth=2, outputs=1)
@plants("weights_left_out", depth=deep, outputs=several, equal_widths=True)
class WeightsLeftOut(HiddenStudent):
    def carried(self, layer, delta, found):
        if layer - 1 not in self.layers:
            return super().carried(layer, delta, found)
        return delta * np.ones(len(self.W[layer]))


@plants("error_term_above", depth=2, outputs=1, hidden=["sigmoid", "tanh", "relu"])
@plants(
    "error_term_above", depth=deep, outputs=several, equal_widths=True, hidden=["tanh", "sigmoid"]
)
class ErrorTermAbove(HiddenStudent):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        return self.delta * np.ones(self.z[layer].shape[1])


@plants("derivative_of_another", depth=deep)
class DerivativeOfAnother(HiddenStudent):
    def choose(self, random):
        others = set(DERIVATIVES) - {self.functions[i] for i in self.layers} - {"identity"}
        self.other = str(random.choice(sorted(others)))

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        return error * DERIVATIVES[self.other](self.z[layer])


@plants("derivative_of_another", depth=deep, hidden=["tanh", "relu", "gelu"])
class SigmoidFormulaInA(HiddenStudent):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        a = self.a[layer + 1]
        return error * a * (1 - a)


@plants("output_derivative", pairs=CANONICAL)
class DerivativeKept(Student):
    def output_delta(self, layer):
        p = self.a[-1]
        return (p - self.Y) * p * (1 - p)


@plants("output_derivative", pairs=NOT_CANONICAL)
class DerivativeDropped(Student):
    def output_delta(self, layer):
        return SLOPES[self.loss](self.a[-1], self.Y)


@plants("softmax_diagonal", pairs=SOFTMAX)
class SoftmaxDiagonal(Student):
    def output_delta(self, layer):
        p = self.a[-1]
        return SLOPES[self.loss](p, self.Y) * p * (1 - p)


@plants("softmax_axis", pairs=SOFTMAX)
class SoftmaxAxis(Student):
    def activate(self, layer, z):
        if self.functions[layer] != "softmax":
            return super().activate(layer, z)
        e = np.exp(z)
        return e / e.sum(axis=0)


@plants("updated_weights", depth=deep)
def updated_weights(problem, random, right):
    rate = float(10 ** random.uniform(-2, 0.3))

    class UpdatesAtOnce(Textbook):
        def carried(self, layer, delta, found):
            return delta @ (self.W[layer] - rate * found[f"dW{layer + 1}"]).T

    given = UpdatesAtOnce(**problem.textbook_arguments).gradients()
    return given, {"learning_rate": rate} if random.random() < 0.5 else {}


@plants("rate_in_error_term", depth=deep)
def rate_in_error_term(problem, random, right):
    rate = float(10 ** random.uniform(-3, -0.4))

    class HandsDownItsStep(Textbook):
        def carried(self, layer, delta, found):
            return super().carried(layer, rate * delta, found)

    return HandsDownItsStep(**problem.textbook_arguments).gradients(), {"learning_rate": rate}


@plants("weights_not_transposed", depth=deep, equal_widths=True)
class WeightsNotTransposed(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def carried(self, layer, delta, found):
        if layer not in self.layers:
            return super().carried(layer, delta, found)
        return delta @ self.W[layer]


@plants("gradient_transposed")
class GradientTransposed(Student):
    def weight_gradient(self, layer, delta):
        right = super().weight_gradient(layer, delta)
        return right.T if layer in self.layers else right


@plants("gradient_transposed", depth=deep, equal_widths=True)
class SquareGradientTransposed(GradientTransposed):
    pass


@plants("bias_axis")
class BiasAxis(Student):
    def choose(self, random):
        self.kind = random.choice(["scalar", "kept", "equal", "mean", "units", "none"])

    def bias_gradient(self, layer, delta):
        if layer not in self.layers or delta.shape[1] == 1:
            return super().bias_gradient(layer, delta)
        return {
            "scalar": lambda: np.sum(delta),
            "kept": lambda: np.sum(delta, keepdims=True),
            "equal": lambda: np.full(delta.shape[1], delta.sum()),
            "mean": lambda: np.mean(delta) * len(delta),
            "units": lambda: delta.sum(axis=1),
            "none": lambda: delta,
        }[self.kind]()


@plants("bias_of_one_sample")
class BiasOfOneSample(Student):
    def choose(self, random):
        self.row = int(random.choice([0, -1]))

    def bias_gradient(self, layer, delta):
        return delta[self.row] if layer in self.layers else super().bias_gradient(layer, delta)


@plants("weights_of_one_sample")
class WeightsOfOneSample(Student):
    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return np.outer(self.a[layer][-1], delta[-1])


@plants("bias_of_outputs")
class BiasOfOutputs(Student):
    def choose(self, random):
        self.kind = random.choice(["z", "a"])

    def bias_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().bias_gradient(layer, delta)
        of = self.z[layer] if self.kind == "z" else self.a[layer + 1]
        return np.einsum("ij->j", of)


@plants("bias_of_weights")
class BiasOfWeights(Student):
    def choose(self, random):
        self.kind = random.choice(["sums", "means", "sum", "mean"])

    def bias_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().bias_gradient(layer, delta)
        dW = self.weight_gradient(layer, delta)
        return {
            "sums": lambda: np.einsum("ij->j", dW),
            "means": lambda: np.einsum("ij->j", dW) / len(dW),
            "sum": lambda: np.full(len(dW.T), np.einsum("ij->", dW)),
            "mean": lambda: np.full(len(dW.T), np.einsum("ij->", dW) / dW.size),
        }[self.kind]()


@plants("cross_entropy_bracket", pairs=CANONICAL[:1])
class CrossEntropyBracket(Student):
    def output_delta(self, layer):
        p = self.a[-1]
        return (-self.Y / p - (1 - self.Y) / (1 - p)) * p * (1 - p)


@plants("bias_not_averaged")
class BiasNotAveraged(Student):
    def averaged(self, layer, kind, gradient):
        right = super().averaged(layer, kind, gradient)
        if kind == "W" or layer not in self.layers:
            return right
        return gradient if self.reduction == "mean" else gradient / len(self.X)


@plants("keepdims")
def keepdims(problem, random, right):
    columns = {
        name: array.T if name.startswith("W") else array[:, None]
        for name, array in problem.params.items()
    }
    given = {name: array.T for name, array in right.items()}
    grows = any(array.size > 1 for name, array in right.items() if name.startswith("db"))
    return given, {"params": columns, "X": problem.X.T, "Y": problem.Y.T, "differs": grows}


@plants("target_shape", outputs=1, pairs=[p for p in PAIRS if p[0] != "softmax"])
class TargetShape(Student):
    def output_delta(self, layer):
        a, y = self.a[-1], self.Y
        if (self.functions[-1], self.loss) in CANONICAL:
            return (a - y.ravel()).mean(axis=1, keepdims=True)
        every_pair = SLOPES[self.loss](a, y.ravel())
        return self.hidden_delta(layer, every_pair.mean(axis=1, keepdims=True))


@plants("relu_mask", depth=deep, hidden=["relu", "relu", "tanh"])
class ReluMask(HiddenStudent):
    def eligible(self):
        return [i for i in super().eligible() if self.functions[i] == "relu"]

    def hidden_delta(self, layer, error):
        return error if layer in self.layers else super().hidden_delta(layer, error)


@plants("relu_mask", depth=deep, hidden=["relu", "relu", "tanh"])
class ReluMaskAtZero(ReluMask):
    def choose(self, random):
        if self.layers:
            first = self.layers[0]
            self.b[first][0] = 0.0  # a view: the problem's own parameters change as well
            self.W[first][:, 0] = 0.0

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        return error * (self.z[layer] >= 0)


@plants("relu_mask_inverted", depth=deep, hidden=["relu"])
class ReluMaskInverted(ReluMask):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        return error * (self.z[layer] <= 0)


@plants("derivative_at_error", depth=deep, hidden=["tanh", "sigmoid", "softplus"])
class DerivativeAtError(HiddenStudent):
    def choose(self, random):
        is_averaged = self.reduction == "mean" and random.random() < 0.5
        self.m = len(self.X) if is_averaged else 1  # the error holds 1/m already

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        return error * DERIVATIVES[self.functions[layer]](error / self.m)


@plants("error_left_out", depth=deep, hidden=["relu", "tanh", "sigmoid"])
class ErrorLeftOut(HiddenStudent):
    def choose(self, random):
        went_along = self.reduction == "mean" and random.random() < 0.5
        self.m = len(self.X) if went_along else 1  # 1/m is lost with the error
        self.of_error = random.random() < 0.5

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        at = error / self.m if self.of_error else self.z[layer]
        return self.m * DERIVATIVES[self.functions[layer]](at)


@plants("relu_mask_source", depth=deep, hidden=["relu", "relu", "tanh"])
class ReluMaskSource(ReluMask):
    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        return error * (error > 0)


@plants("relu_mask_source", depth=deep, hidden=["relu"], equal_widths=True, outputs=several)
class ReluMaskOfAnotherLayer(ReluMask):
    def choose(self, random):
        self.source = random.choice(["above", "delta"])

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return Textbook.hidden_delta(self, layer, error)
        return error * ((self.z[layer + 1] if self.source == "above" else self.delta) > 0)


@plants("elementwise_product", depth=deep, equal_widths=True, samples=5, outputs=5)
class ElementwiseCarry(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def carried(self, layer, delta, found):
        if layer not in self.layers:
            return super().carried(layer, delta, found)
        return delta * self.W[layer].T


@plants("elementwise_product", depth=deep, equal_widths=True, samples=5, outputs=5)
class ElementwiseGradient(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return self.a[layer].T * delta


@plants("weighted_sum_for_activation", depth=deep)
class WeightedSumForActivation(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return self.z[layer - 1].T @ delta


@plants("regularizer")
def regularizer(problem, random, right):
    penalty = float(10 ** random.uniform(-3, 0))
    kind = random.choice(["forgotten", "double", "half", "times m", "biases", "not asked for"])
    factor = {"forgotten": 0, "double": 2, "half": 0.5, "times m": len(problem.X)}.get(kind, 1)
    given, proper = {}, {}
    for name, theta in problem.params.items():
        is_weight = name.startswith("W")
        with_penalty = is_weight or kind == "biases"
        given[f"d{name}"] = right[f"d{name}"] + factor * penalty * with_penalty * theta
        asked = is_weight and kind != "not asked for"
        proper[f"d{name}"] = right[f"d{name}"] + penalty * asked * theta
    extra = {"right": proper}
    return given, extra if kind == "not asked for" else {**extra, "penalty": penalty}


@plants("regularizer", depth=deep)
def penalty_without_its_factor(problem, random, right):
    """2 W beside one dW, of a loss without a penalty: λ is forgotten there."""
    name = f"W{random.integers(1, len(problem.net.layers) + 1)}"
    return {**right, f"d{name}": right[f"d{name}"] + 2 * problem.params[name]}, {}


@plants("dropout_backward", depth=deep)
def dropout_backward(problem, random, right):
    from clearprop.check import Dropout

    keep = float(random.choice([0.5, 0.6, 0.8]))
    depth = len(problem.net.layers)
    masks = {
        layer: (random.random((len(problem.X), problem.net.sizes[layer])) < keep) * 1.0
        for layer in range(1, depth)
    }
    kind = random.choice(["mask", "keep", "both"])
    where = list(masks) if random.random() < 0.5 else [int(random.choice(list(masks)))]

    class WithDropout(Textbook):
        wrong = False

        def activate(self, layer, z):
            a = super().activate(layer, z)
            return a * masks[layer + 1] / keep if layer + 1 in masks else a

        def hidden_delta(self, layer, error):
            if layer + 1 not in masks:
                return super().hidden_delta(layer, error)
            forgotten = self.wrong and layer + 1 in where
            if not (forgotten and kind in ("mask", "both")):
                error = error * masks[layer + 1]
            if not (forgotten and kind in ("keep", "both")):
                error = error / keep
            return super().hidden_delta(layer, error)

    proper = WithDropout(**problem.textbook_arguments)
    student = WithDropout(**problem.textbook_arguments)
    student.wrong = True
    given = student.gradients()
    return given, {"dropout": Dropout(keep, masks), "right": proper.gradients()}


@plants("derivative_after_dropout", depth=deep, hidden=["sigmoid", "tanh"])
def derivative_after_dropout(problem, random, right):
    from clearprop.check import Dropout

    keep = float(random.choice([0.5, 0.6, 0.8]))
    shapes = {n: (len(problem.X), problem.net.sizes[n]) for n in range(1, len(problem.net.layers))}
    masks = {layer: (random.random(shape) < keep) * 1.0 for layer, shape in shapes.items()}
    where = list(masks) if random.random() < 0.5 else [int(random.choice(list(masks)))]

    class WithDropout(Textbook):
        wrong = False

        def activate(self, layer, z):
            a = super().activate(layer, z)
            return a * masks[layer + 1] / keep if layer + 1 in masks else a

        def hidden_delta(self, layer, error):
            if layer + 1 not in masks:
                return super().hidden_delta(layer, error)
            error = error * masks[layer + 1] / keep
            if not (self.wrong and layer + 1 in where):
                return super().hidden_delta(layer, error)
            a = self.a[layer + 1]
            return error * (a * (1 - a) if self.functions[layer] == "sigmoid" else 1 - a * a)

    proper = WithDropout(**problem.textbook_arguments)
    student = WithDropout(**problem.textbook_arguments)
    student.wrong = True
    given = student.gradients()
    return given, {"dropout": Dropout(keep, masks), "right": proper.gradients()}


@plants("activation_before_dropout", depth=deep)
def activation_before_dropout(problem, random, right):
    from clearprop.check import Dropout

    keep = float(random.choice([0.5, 0.6, 0.8]))
    shapes = {n: (len(problem.X), problem.net.sizes[n]) for n in range(1, len(problem.net.layers))}
    masks = {layer: (random.random(shape) < keep) * 1.0 for layer, shape in shapes.items()}
    where = list(masks) if random.random() < 0.5 else [int(random.choice(list(masks)))]

    class WithDropout(Textbook):
        wrong = False

        def activate(self, layer, z):
            a = super().activate(layer, z)
            return a * masks[layer + 1] / keep if layer + 1 in masks else a

        def hidden_delta(self, layer, error):
            kept = masks[layer + 1] / keep if layer + 1 in masks else 1
            return super().hidden_delta(layer, error * kept)

        def weight_gradient(self, layer, delta):
            if not (self.wrong and layer in where):
                return super().weight_gradient(layer, delta)
            return Textbook.activate(self, layer - 1, self.z[layer - 1]).T @ delta

    proper = WithDropout(**problem.textbook_arguments)
    student = WithDropout(**problem.textbook_arguments)
    student.wrong = True
    given = student.gradients()
    return given, {"dropout": Dropout(keep, masks), "right": proper.gradients()}


@plants("accumulated")
def accumulated(problem, random, right):
    arguments = problem.textbook_arguments
    arguments["X"] = random.standard_normal(problem.X.shape)
    before = Textbook(**arguments).gradients()
    return {name: right[name] + before[name] for name in right}, {"previous": before}


def numeric(problem, quotient, precision=float):
    """Return a numeric gradient; `quotient(L, h-vector)` says how."""
    theta = problem.params.vector.astype(precision)
    vector = np.array([quotient(theta, i) for i in range(theta.size)], dtype=float)
    numbers = type(problem.params)(problem.net.sizes, vector)
    return {f"d{name}": array for name, array in numbers.items()}


def loss_of(problem, precision=float):
    """Return the loss as a function of the flat parameters, in a precision."""
    X, Y = problem.X.astype(precision), problem.Y.astype(precision)
    sizes = problem.net.sizes
    rule = problem.net.loss_rule

    def loss(theta):
        layers = type(problem.params)(sizes, theta).layers
        a = X
        for (W, b), name in zip(layers, problem.textbook_arguments["functions"], strict=True):
            a = FUNCTIONS[name](a @ W + b).astype(precision)
        losses = rule.value(a, Y).astype(precision)
        total = losses.sum() if problem.net.reduction == "sum" else losses.mean()
        return precision(total)

    return loss


@plants("numeric_check")
def forward_difference(problem, random, right):
    loss, h = loss_of(problem), float(random.choice([1e-2, 1e-3, 1e-4]))

    def quotient(theta, i):
        ahead = theta.copy()
        ahead[i] += h
        return (loss(ahead) - loss(theta)) / h

    return numeric(problem, quotient), {}


@plants("numeric_check")
def tiny_step(problem, random, right):
    loss, h = loss_of(problem), float(random.choice([1e-11, 1e-12, 1e-13]))

    def quotient(theta, i):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += h
        behind[i] -= h
        return (loss(ahead) - loss(behind)) / (2 * h)

    return numeric(problem, quotient), {}


@plants("numeric_check")
def single_precision(problem, random, right):
    loss, h = loss_of(problem, np.float32), np.float32(random.choice([1e-4, 1e-5]))

    def quotient(theta, i):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += h
        behind[i] -= h
        return (loss(ahead) - loss(behind)) / (2 * h)

    return numeric(problem, quotient, np.float32), {}


@plants("numeric_check")
def integer_parameters(problem, random, right):
    problem.params.vector[:] = np.round(1.5 * problem.params.vector)
    right = Textbook(**problem.textbook_arguments).gradients()
    loss = loss_of(problem)

    centred = random.random() < 0.5

    def quotient(theta, i):
        ahead, behind = theta.astype(int), theta.astype(int)
        ahead[i] = ahead[i] + 1e-5  # assigned to an integer array, this is cut back
        if centred:
            behind[i] = behind[i] - 1e-5
        return (loss(ahead) - loss(behind)) / (2e-5 if centred else 1e-5)

    return numeric(problem, quotient), {"right": right}


@plants("own_activation")
class OwnActivation(Student):
    def weight_gradient(self, layer, delta):
        used = self.a[layer + 1] if layer in self.layers else self.a[layer]
        return sum(np.outer(a, d) for a, d in zip(used, delta, strict=True))


@plants("activation_passed_by", depth=deep, hidden=["identity"])
class ActivationPassedBy(HiddenStudent):
    def choose(self, random):
        self.f = str(random.choice(["sigmoid", "tanh", "relu"]))

    def hidden_delta(self, layer, error):
        slope = DERIVATIVES[self.f](self.z[layer]) if layer in self.layers else 1
        return super().hidden_delta(layer, error) * slope

    def weight_gradient(self, layer, delta):
        if layer - 1 not in self.layers:
            return super().weight_gradient(layer, delta)
        return FUNCTIONS[self.f](self.z[layer - 1]).T @ delta


@plants("activation_for_error", samples=several)
class ActivationForError(Student):
    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return self.a[layer].T @ self.a[layer + 1]


@plants("target_left_out", samples=several, pairs=[*CANONICAL, PAIRS[2], PAIRS[6]])
class TargetLeftOut(Student):
    def output_delta(self, layer):
        self.Y = 0 * self.Y
        return super().output_delta(layer)


@plants("weighted_sum_in_error", pairs=[*CANONICAL, PAIRS[2], PAIRS[6]])
class WeightedSumInError(Student):
    def output_delta(self, layer):
        self.a[-1] = self.z[-1]
        return super().output_delta(layer)


@plants("weights_summed")
class WeightsSummed(Student):
    def choose(self, random):
        self.total = [np.sum, np.mean][random.integers(2)]

    def weight_gradient(self, layer, delta):
        dW = super().weight_gradient(layer, delta)
        return self.total(dW) + 0 * dW if layer in self.layers else dW


@plants("weights_averaged", samples=several)
class WeightsAveraged(Student):
    def choose(self, random):
        self.axis = int(random.integers(2))

    def eligible(self):
        return [layer for layer in range(len(self.W)) if min(self.W[layer].shape) > 1]

    def weight_gradient(self, layer, delta):
        dW = super().weight_gradient(layer, delta)
        return dW.mean(axis=self.axis, keepdims=True) + 0 * dW if layer in self.layers else dW


@plants("error_averaged", depth=deep, outputs=several)
class ErrorAveraged(Student):
    def eligible(self):
        return [layer for layer in range(1, len(self.W)) if self.W[layer].shape[1] > 1]

    def carried(self, layer, delta, found):
        whole = super().carried(layer, delta, found)
        return whole / self.W[layer].shape[1] if layer in self.layers else whole


@plants("activation_left_out")
class ActivationLeftOut(Student):
    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return np.tile(delta.sum(axis=0), (len(self.W[layer]), 1))


@plants("activation_not_transposed", depth=deep, samples=6, outputs=6, equal_widths=True)
class ActivationNotTransposed(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        return np.einsum("in,nj->ij", self.a[layer], delta)


@plants("derivative_for_activation", depth=deep, hidden=["sigmoid", "tanh", "relu", "softplus"])
class DerivativeForActivation(Student):
    def eligible(self):
        return list(range(1, len(self.W)))

    def weight_gradient(self, layer, delta):
        if layer not in self.layers:
            return super().weight_gradient(layer, delta)
        slopes = DERIVATIVES[self.functions[layer - 1]](self.z[layer - 1])
        return sum(np.outer(s, d) for s, d in zip(slopes, delta, strict=True))


@plants("array_of_another_layer", depth=4, hidden=["sigmoid", "tanh"], equal_widths=True, outputs=3)
class ArrayOfAnotherLayer(HiddenStudent):
    def choose(self, random):
        self.layers = (2,)
        self.kind = ("A", "δ", "f′")[random.integers(3)]

    def hidden_delta(self, layer, error):
        if layer not in self.layers or self.kind != "f′":
            return super().hidden_delta(layer, error)
        return error * DERIVATIVES[self.functions[layer - 1]](self.z[layer - 1])

    def output_delta(self, layer):
        self.top = super().output_delta(layer)
        return self.top

    def weight_gradient(self, layer, delta):
        a = self.a[layer]
        if layer in self.layers and self.kind == "A":
            a = self.a[layer - 1]
        if layer in self.layers and self.kind == "δ":
            delta = self.top
        return sum(np.outer(one, d) for one, d in zip(a, delta, strict=True))


@plants("derivative_left_out_of_own", depth=4, hidden=["sigmoid", "tanh", "relu"])
class DerivativeLeftOutOfOwn(HiddenStudent):
    def eligible(self):
        # the first layer hands nothing down: there it is f′ left out
        return list(range(1, len(self.W) - 1))

    def hidden_delta(self, layer, error):
        self.error = error
        return super().hidden_delta(layer, error)

    def weight_gradient(self, layer, delta):
        return super().weight_gradient(layer, self.error if layer in self.layers else delta)

    def bias_gradient(self, layer, delta):
        return super().bias_gradient(layer, self.error if layer in self.layers else delta)


class OneArray(Student):
    """A factor in the line of a single array."""

    def choose(self, random):
        self.layers = (int(random.choice(self.layers)),)
        self.kind = "Wb"[int(random.integers(2))]

    def averaged(self, layer, kind, gradient):
        whole = super().averaged(layer, kind, gradient)
        return self.scaled(whole) if layer in self.layers and kind == self.kind else whole


@plants("left_at_zero")
class LeftAtZero(OneArray):
    def scaled(self, gradient):
        return 0 * gradient


@plants("left_at_zero", depth=deep)
class WayBackEndsEarly(HiddenStudent):
    def choose(self, random):
        self.layers = tuple(range(int(random.integers(1, len(self.W)))))

    def averaged(self, layer, kind, gradient):
        return (layer not in self.layers) * super().averaged(layer, kind, gradient)


@plants("left_at_zero", depth=deep)
class BiasesLeftOut(Student):
    def averaged(self, layer, kind, gradient):
        return (kind == "W") * super().averaged(layer, kind, gradient)


@plants("left_at_zero")
class NothingComputed(Student):
    def averaged(self, layer, kind, gradient):
        return 0 * gradient


@plants("wrong_count", reduction="mean", samples=11)
class WrongCountEverywhere(Student):
    def averaged(self, layer, kind, gradient):
        return super().averaged(layer, kind, gradient) * 11 / 10


@plants("wrong_count", reduction="mean", samples=11)
class WrongCount(OneArray):
    def scaled(self, gradient):
        return gradient * 11 / 10


@plants("single_factor", samples=11)
class SingleFactor(OneArray):
    def scaled(self, gradient):
        return gradient * 4


@plants("power_in_derivative", depth=deep, hidden=["sigmoid"])
@plants("power_in_derivative", depth=deep, hidden=["tanh"])
class PowerInDerivative(HiddenStudent):
    def choose(self, random):
        self.power = int(random.integers(2))

    def hidden_delta(self, layer, error):
        if layer not in self.layers:
            return super().hidden_delta(layer, error)
        a = self.a[layer + 1]
        slips = {"sigmoid": (1 - a, a**2 * (1 - a)), "tanh": (1 - a, 1 - a**3)}
        return error * slips[self.functions[layer]][self.power]


@plants("gradient_carried_back", depth=deep)
class GradientCarriedBack(HiddenStudent):
    def carried(self, layer, delta, found):
        if layer - 1 not in self.layers:
            return super().carried(layer, delta, found)
        return delta @ found[f"dW{layer + 1}"].T
