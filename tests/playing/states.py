"""States of the page for its tests: addresses, and networks in which a mistake shows."""

import json

import numpy as np

import clearprop as cp
from clearprop.playing.scene import packed

SCENES = ["moons", "circles", "xor", "spiral", "sine", "note-000", "note-002", "note-003",
          "note-004"]  # fmt: skip
RATES = ["constant", "step;every:3;ratio:0.5", "cosine;least:0.1;warmup:2;epochs:20",
         "exponential;ratio:0.9", "invscaling;power:0.25"]  # fmt: skip
INPUTS = {"sine": 1, "note-003": 3}
OUTPUTS = {"note-003": 2, "note-004": 2}


def addresses(count: int) -> list[str]:
    """Return addresses of random states, the same ones every time."""
    random = np.random.default_rng(16)
    found = []
    for n in range(count):
        scene = SCENES[n % len(SCENES)]
        parts = {"scene": scene, "at": str(random.integers(20, 400)),
                 "seed": str(random.integers(20)), "init": ["xavier", "he", "normal"][n % 3],
                 "solver": ["sgd", "adam", "rmsprop", "adamw"][random.integers(4)],
                 "set": f"learning_rate:{random.choice([0.003, 0.01, 0.05])}",
                 "decay": str(random.choice([0, 0.01])), "batch": str(random.integers(0, 30)),
                 "red": str(random.choice(["mean", "sum"]))}  # fmt: skip
        parts["rate"] = RATES[n % len(RATES)]
        parts["drop"] = str(random.choice([0, 0.3])) if n % 3 == 0 else "0"
        if n % 2:
            hidden = "-".join(str(random.integers(1, 6)) for _ in range(random.integers(1, 3)))
            parts["layers"] = f"{INPUTS.get(scene, 2)}-{hidden}-{OUTPUTS.get(scene, 1)}"
        found.append("#" + "&".join(f"{name}={value}" for name, value in parts.items()))
    return found


def case_for(mistake: str) -> tuple:
    """Return a network, parameters and data in which a mistake changes the gradient."""
    hidden = "relu" if mistake == "relu_mask" else "tanh"
    if mistake == "softmax_diagonal":
        layers, loss, K = [cp.Layer(3, hidden), cp.Layer(3, "softmax")], "cross_entropy", 3
    elif mistake == "factor_two":
        layers, loss, K = [cp.Layer(3, hidden), cp.Layer(2)], "half_squared_error", 2
    else:
        layers, loss, K = [cp.Layer(3, hidden), cp.Layer(2, "sigmoid")], "binary_cross_entropy", 2
    if mistake == "weights_not_transposed":
        layers.insert(1, cp.Layer(3, hidden))
    net = cp.Network(2, layers, loss)
    random = np.random.default_rng(7)
    X = random.standard_normal((5, 2))
    Y = np.eye(K)[random.integers(K, size=5)]
    return net, net.initialize("normal", seed=5), X, Y


def wrong_gradient(mistake: str, case: tuple) -> str:
    """Return a script that computes the gradient with a mistake in it."""
    net, params, X, Y = case
    given = json.dumps({
        "X": packed(X), "Y": packed(Y), "theta": packed(params.vector), "sizes": net.sizes,
        "activations": [layer.activation.name for layer in net.layers],
        "loss": net.loss_rule.name, "reduction": net.reduction,
    })  # fmt: skip
    return f"""
    const given = {given};
    const {{makeNetwork}} = await import("clearprop/network");
    const {{makePass, load, gradient}} = await import("clearprop/propagate");
    const {{MISTAKES}} = await import("clearprop/mistakes");
    const {{unpacked}} = await import("clearprop/given");
    const net = makeNetwork(given);
    const pass = makePass(net, {len(X)});
    load(pass, net, {{X: unpacked(given.X), Y: unpacked(given.Y)}}, [...Array({len(X)}).keys()]);
    const g = new Float64Array(net.count);
    const {{applies, steps}} = MISTAKES["{mistake}"];
    gradient(net, unpacked(given.theta), pass, g, 0, steps(0.1));
    return applies(net, {len(X)}) ? [...g] : null;
    """
