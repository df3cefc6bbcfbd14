"""A slip that a learner makes, in one place of a random program that is right without it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from check.random_programs import STYLES, Choices

SCALED_AWAY = ("adam", "rmsprop", "adagrad", "clipped")
"""Steps that hide a constant factor of a whole array, or may."""


@dataclass(frozen=True)
class Slip:
    """One way to get a place of a program wrong."""

    names: tuple[str, ...]
    """The mistakes of the catalogue that it may truly be called."""
    place: str
    """What is wrong: dW, db, delta (δ of the output), below (a hidden δ), penalty or order."""
    write: Callable[[str, dict[str, str]], str]
    """Makes the wrong text of the right one and its parts."""
    fits: Callable[[Choices, int], bool] = lambda c, layer: True
    """Whether it changes the gradient of a program of these choices, made in that layer."""
    layer: int = 0
    """Where it is made, counted from 1."""

    def written(self, text, parts):
        """Return the wrong text."""
        return self.write(text, parts)


SIGMOID_AT_A = "(1 / (1 + np.exp(-{a})))"


def counted(c, layer):
    """Return whether a factor of a whole array matters there: steps that scale it away hide it."""
    return c.step not in SCALED_AWAY


def several(c):
    """Return whether a step is of more than one sample."""
    return c.batch != "one" and c.style != "vectors"


def squashes(*names):
    """Return whether the hidden layer's activation is one of these."""
    return lambda c, layer: c.hidden[layer - 1] in names


def narrow(c, layer):
    """Return whether the weights above a layer are square: turned ones fit as well."""
    return c.sizes[layer] == c.sizes[layer + 1] > 1 and c.style not in ("vectors", "layers")


SLIPS = {
    "the sign of one dW": Slip(("sign",), "dW", lambda t, p: f"-({t})"),
    "the sign of one db": Slip(("sign",), "db", lambda t, p: f"-({t})"),
    "twice one dW": Slip(("factor_two", "wrong_count"), "dW", lambda t, p: f"2 * ({t})", counted),
    "twice one db": Slip(("factor_two", "wrong_count"), "db", lambda t, p: f"2 * ({t})", counted),
    "one dW that is not averaged": Slip(
        ("average_missing",),
        "dW",
        lambda t, p: p["right"],
        lambda c, n: counted(c, n) and several(c) and c.averaged == "below",
    ),
    "db that is not averaged": Slip(
        ("average_missing", "bias_not_averaged"),
        "db",
        lambda t, p: p["right"],
        lambda c, n: counted(c, n) and several(c) and c.averaged == "below",
    ),
    "one dW that is averaged twice": Slip(
        ("average_twice",),
        "dW",
        lambda t, p: f"{t} / len_",
        lambda c, n: counted(c, n) and several(c) and c.averaged != "no",
    ),
    "the mean for db, where the others are sums": Slip(
        ("average_twice", "average_missing", "bias_not_averaged"),
        "db",
        lambda t, p: t.replace(".sum(", ".mean("),
        lambda c, n: counted(c, n) and several(c) and c.averaged == "no",
    ),
    "db of all units together": Slip(
        ("bias_axis",),
        "db",
        lambda t, p: t.replace("axis=0, keepdims=True", "").replace("axis=1, keepdims=True", ""),
        lambda c, n: c.sizes[n] > 1 and c.style != "vectors",
    ),
    "db left at zero": Slip(("left_at_zero",), "db", lambda t, p: f"0 * ({t})"),
    "z for a in dW": Slip(
        ("weighted_sum_for_activation", "activation_passed_by"),
        "dW",
        lambda t, p: t.replace(p["a"], p["z"]),
        lambda c, n: n > 1 and c.style != "layers" and c.hidden[n - 2] != "identity",
    ),
    "weights that do not stand transposed": Slip(
        ("weights_not_transposed",),
        "below",
        lambda t, p: t.replace(".T", "", 1),
        narrow,
    ),
    "updated weights on the way back": Slip(
        ("updated_weights",),
        "order",
        lambda t, p: p["swapped"],
        lambda c, n: n > 1 and c.style == "class",
    ),
    "a penalty that is taken off": Slip(
        ("regularizer",), "penalty", lambda t, p: t.replace("+", "-"), lambda c, n: c.penalty
    ),
    "f′ left out of a hidden δ": Slip(
        ("derivative_left_out", "relu_mask"),
        "below",
        lambda t, p: p["carried"],
        lambda c, n: c.hidden[n - 1] != "identity",
    ),
    "a for f′": Slip(
        ("power_in_derivative", "activation_for_derivative"),
        "below",
        lambda t, p: f"({p['carried']}) * {p['a']}",
        lambda c, n: c.hidden[n - 1] != "identity",
    ),
    "1 − a for f′": Slip(
        ("power_in_derivative",),
        "below",
        lambda t, p: f"({p['carried']}) * (1 - {p['a']})",
        squashes("sigmoid", "tanh"),
    ),
    "1 + a² for tanh′": Slip(
        ("power_in_derivative", "sign", "derivative_of_another"),
        "below",
        lambda t, p: f"({p['carried']}) * (1 + {p['a']} ** 2)",
        squashes("tanh"),
    ),
    "a (1 − a) for tanh′": Slip(
        ("derivative_of_another",),
        "below",
        lambda t, p: f"({p['carried']}) * {p['a']} * (1 - {p['a']})",
        squashes("tanh"),
    ),
    "1 − a² for σ′": Slip(
        ("derivative_of_another",),
        "below",
        lambda t, p: f"({p['carried']}) * (1 - {p['a']} ** 2)",
        squashes("sigmoid"),
    ),
    "f′ of z taken for a": Slip(
        ("derivative_of_weighted_sum",),
        "below",
        lambda t, p: f"({p['carried']}) * {p['slope'].replace(p['a'], p['z'])}",
        squashes("sigmoid", "tanh"),
    ),
    "f′ of the activation, not of z": Slip(
        ("derivative_at_activation",),
        "below",
        lambda t, p: f"({p['carried']}) * {SIGMOID_AT_A} * (1 - {SIGMOID_AT_A})".format(a=p["a"]),
        squashes("sigmoid"),
    ),
    "the mask of ReLU inverted": Slip(
        ("relu_mask_inverted",),
        "below",
        lambda t, p: t.replace("> 0", "< 0"),
        squashes("relu"),
    ),
    "the sign of a hidden δ": Slip(("sign",), "below", lambda t, p: f"-{t}"),
    "the target left out": Slip(
        ("target_left_out",),
        "delta",
        lambda t, p: t.replace("(a - y)", "a"),
        lambda c, n: c.printed,
    ),
    "y − a for a − y": Slip(
        ("sign",),
        "delta",
        lambda t, p: t.replace("(a - y)", "(y - a)"),
        lambda c, n: c.printed or c.sizes[-1] > 1,  # another target turns a single number's sign
    ),
    "1 − a for a (1 − a) at the output": Slip(
        ("power_in_derivative",),
        "delta",
        lambda t, p: t.replace("a * (1 - a)", "(1 - a)"),
        lambda c, n: c.delta.endswith("* a * (1 - a)") and c.printed,
    ),
    "f′ of the output left out": Slip(
        ("output_derivative", "derivative_left_out"),
        "delta",
        lambda t, p: t.replace(" * (1 - a ** 2)", ""),
        lambda c, n: c.delta.endswith(" * (1 - a ** 2)") and c.printed,
    ),
}


def program_with_slip(random):
    """Return what was got wrong, the names that it may have, and the text of the program."""
    what = str(random.choice([*SLIPS]))
    while True:
        c = Choices(random)
        fitting = [layer for layer in layers_of(c, SLIPS[what]) if SLIPS[what].fits(c, layer)]
        if fitting:
            c.slip = replace(SLIPS[what], layer=int(random.choice(fitting)))
            return what, c.slip.names, STYLES[c.style](c)


def layers_of(c, slip):
    """Return the layers in which a slip can be made."""
    layers = range(1, c.depth + 1)
    return {"below": layers[:-1], "delta": layers[-1:]}.get(slip.place, layers)
