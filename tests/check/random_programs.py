"""Right programs that train a network, written at random in several styles."""

import textwrap

ACTIVATIONS = {  # a of z, f′ of a and z
    "sigmoid": ("1 / (1 + np.exp(-{z}))", "{a} * (1 - {a})"),
    "tanh": ("np.tanh({z})", "(1 - {a} ** 2)"),
    "relu": ("np.maximum(0, {z})", "({z} > 0)"),
    "leaky": ("np.where({z} > 0, {z}, 0.1 * {z})", "np.where({z} > 0, 1, 0.1)"),
    "softplus": ("np.log1p(np.exp({z}))", "(1 / (1 + np.exp(-{z})))"),
    "identity": ("1 * {z}", "1"),
}
OUTPUTS = [
    ("identity", "(a - y)"),
    ("identity", "2 * (a - y)"),
    ("sigmoid", "(a - y) * a * (1 - a)"),
    ("sigmoid", "2 * (a - y) * a * (1 - a)"),
    ("sigmoid", "(a - y)"),
    ("softmax", "(a - y)"),
    ("tanh", "(a - y) * (1 - a ** 2)"),
]
STEPS = {
    "plain": "{W} -= {rate} * {g}",
    "replaced": "{W} = {W} - {rate} * {g}",
    "added": "{W} += -{rate} * {g}",
    "momentum": "{v} = 0.9 * {v} - {rate} * {g}\n{W} += {v}",
    "adam": "{v} = 0.9 * {v} + 0.1 * {g}\n{s} = 0.99 * {s} + 0.01 * {g} ** 2\n"
    "{W} -= {rate} * ({v} / (1 - 0.9 ** t)) / (np.sqrt({s} / (1 - 0.99 ** t)) + 1e-8)",
    "rmsprop": "{s} = 0.9 * {s} + 0.1 * {g} ** 2\n{W} -= {rate} * {g} / (np.sqrt({s}) + 1e-6)",
    "adagrad": "{s} = {s} + {g} ** 2\n{W} -= {rate} * {g} / (np.sqrt({s}) + 1e-6)",
    "nesterov": "{v} = 0.9 * {v} - {rate} * {g}\n{W} += 0.9 * {v} - {rate} * {g}",
    "decayed": "{W} -= {rate} / (1 + 0.01 * t) * {g}",
    "clipped": "{W} -= {rate} * np.clip({g}, -5, 5)",
}
MEMORY = ("momentum", "adam", "rmsprop", "adagrad", "nesterov")
"""Steps that keep something of those before."""
LOSSES = {  # of each δ of the output: what its gradient is of, for all samples together
    "(a - y)": {
        "identity": "0.5 * np.sum((a - y) ** 2)",
        "sigmoid": "-np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))",
        "softmax": "-np.sum(y * np.log(a))",
    },
    "2 * (a - y)": {"identity": "np.sum((a - y) ** 2)"},
    "(a - y) * a * (1 - a)": {"sigmoid": "0.5 * np.sum((a - y) ** 2)"},
    "2 * (a - y) * a * (1 - a)": {"sigmoid": "np.sum((y - a) ** 2)"},
    "(a - y) * (1 - a ** 2)": {"tanh": "np.sum((a - y) ** 2) / 2"},
}


class Choices:
    """What a random program is like."""

    def __init__(self, random):
        self.depth = int(random.integers(1, 4))
        widths = random.permutation([2, 3, 4, 5, 6, 7]) if random.random() < 0.8 else [4] * 6
        self.sizes = [int(n) for n in widths[: self.depth + 1]]
        self.output, self.delta = OUTPUTS[random.integers(len(OUTPUTS))]
        if self.output != "softmax" and random.random() < 0.4:
            self.sizes[-1] = 1
        self.hidden = [str(random.choice(list(ACTIVATIONS))) for _ in range(self.depth - 1)]
        self.many = int(random.choice([4, 9, 20]))
        self.rows = bool(random.random() < 0.5)
        self.batch = str(random.choice(["all", "all", "some", "one"]))
        self.averaged = str(random.choice(["above", "below", "no"]))
        self.penalty = random.random() < 0.2
        self.single = random.random() < 0.15
        self.step = str(random.choice([*STEPS, "plain", "replaced"]))
        self.rate = float(random.choice([0.01, 0.03, 0.1, 0.25]))
        self.style = str(random.choice([*STYLES]))
        self.seed = int(random.integers(1000))
        self.zeros = bool(random.random() < 0.3)
        self.printed = bool(random.random() < 0.5) and not self.penalty
        self.slip = None

    def written(self, place, layer, text, **parts):
        """Return what the program computes there: the right thing, or what its slip makes of it."""
        if self.slip is None or (self.slip.place, self.slip.layer) != (place, layer):
            return text
        return self.slip.written(text, parts)


def random_program(random):
    """Return the text of a right program."""
    chosen = Choices(random)
    return STYLES[chosen.style](chosen)


def head(c):
    """Return imports, data and, for the convention, how samples lie."""
    single = ".astype(np.float32)" if c.single else ""
    n, K = c.sizes[0], c.sizes[-1]
    Y = {
        "identity": f"rng.normal(size=({c.many}, {K}))",
        "tanh": f"rng.uniform(-0.9, 0.9, ({c.many}, {K}))",
        "sigmoid": f"(rng.random(({c.many}, {K})) > 0.5) * 1.0",
        "softmax": f"np.eye({K})[rng.integers(0, {K}, {c.many})]",
    }[c.output]
    turned = "" if c.rows else ".T"
    return (
        f"import numpy as np\nrng = np.random.default_rng({c.seed})\n"
        f"X = rng.normal(size=({c.many}, {n})){turned}{single}\nY = ({Y}){turned}{single}\n"
    )


def parameters(c, layer):
    """Return how W and b of a layer begin."""
    n, k = c.sizes[layer - 1 : layer + 1]
    single = ".astype(np.float32)" if c.single else ""
    shape, bias = (f"({n}, {k})", f"(1, {k})") if c.rows else (f"({k}, {n})", f"({k}, 1)")
    begins = f"np.zeros({bias})" if c.zeros else f"0.1 * rng.normal(size={bias})"
    return f"rng.normal(size={shape}){single}", f"{begins}{single}"


def forward(c, layer, W, b, a, z, out):
    """Return the lines of a layer's forward pass."""
    total = f"{a} @ {W} + {b}" if c.rows else f"{W} @ {a} + {b}"
    name = c.output if layer == c.depth else c.hidden[layer - 1]
    if name == "softmax":
        axis = 1 if c.rows else 0
        return (
            f"{z} = {total}\n{out} = np.exp({z} - {z}.max(axis={axis}, keepdims=True))\n"
            f"{out} = {out} / {out}.sum(axis={axis}, keepdims=True)\n"
        )
    return f"{z} = {total}\n{out} = {ACTIVATIONS[name][0].format(z=z)}\n"


def output_delta(c):
    """Return δ of the output, whose activation is called a."""
    delta = c.written("delta", c.depth, c.delta)
    return f"{delta} / len_" if c.averaged == "above" else delta


def loss(c):
    """Return the lines that show the loss, which may be none."""
    by = "" if c.averaged == "no" else " / len_"
    return f"E = {LOSSES[c.delta][c.output]}{by}\nprint(t, E)\n" if c.printed else ""


def gradients(c, layer, W, a, delta, dW, db, z=""):
    """Return the lines of dW and db; z is what a was computed from, where that is at hand."""
    product = f"{a}.T @ {delta}" if c.rows else f"{delta} @ {a}.T"
    total = f"{delta}.sum(axis={0 if c.rows else 1}, keepdims=True)"
    by = " / len_" if c.averaged == "below" else ""
    penalty = c.written("penalty", layer, f" + 0.02 * {W}") if c.penalty else ""
    product = c.written("dW", layer, f"{product}{by}", right=product, a=a, delta=delta, z=z)
    total = c.written("db", layer, f"{total}{by}", right=total, a=a, delta=delta)
    return f"{dW} = {product}{penalty}\n{db} = {total}\n"


def below(c, layer, W, delta, a, z):
    """Return δ of the layer below."""
    carried = f"{delta} @ {W}.T" if c.rows else f"{W}.T @ {delta}"
    slope = ACTIVATIONS[c.hidden[layer - 2]][1].format(a=a, z=z)
    right = f"({carried}) * {slope}"
    return c.written("below", layer - 1, right, carried=carried, slope=slope, a=a, z=z)


def step(c, W, g, v, s):
    """Return the lines that change a parameter."""
    return STEPS[c.step].format(W=W, g=g, v=v, s=s, rate=c.rate) + "\n"


def batches(c, body):
    """Return the training loop around the lines of one step."""
    at = {"all": ":", "some": "i:i + 4", "one": "i:i + 1"}[c.batch]
    size = {"all": c.many, "some": 4, "one": 1}[c.batch]
    some = f"[{at}]" if c.rows else f"[:, {at}]"
    length = "len(x)" if c.rows else "x.shape[1]"
    inner = f"x, y = X{some}, Y{some}\nlen_ = {length}\nt += 1\n{body}"
    loop = f"for i in range(0, {c.many}, {size}):\n{textwrap.indent(inner, '    ')}"
    return f"t = 0\nfor epoch in range(20):\n{textwrap.indent(loop, '    ')}"


def memory(c, layer, v, s, W):
    """Return where momentum and Adam begin."""
    return f"{v}, {s} = 0 * {W}, 0 * {W}\n" if c.step in MEMORY else ""


def straight(c):
    """Return everything at the top level, each layer written out."""
    text, body = head(c), ""
    for n in range(1, c.depth + 1):
        W, b = parameters(c, n)
        text += f"W{n} = {W}\nb{n} = {b}\n"
        text += memory(c, n, f"vW{n}", f"sW{n}", f"W{n}") + memory(
            c, n, f"vb{n}", f"sb{n}", f"b{n}"
        )
        body += forward(c, n, f"W{n}", f"b{n}", f"h{n - 1}", f"z{n}", f"h{n}")
    body = "h0 = x\n" + body + f"a = h{c.depth}\n{loss(c)}d{c.depth} = {output_delta(c)}\n"
    for n in range(c.depth, 0, -1):
        body += gradients(c, n, f"W{n}", f"h{n - 1}", f"d{n}", f"gW{n}", f"gb{n}", f"z{n - 1}")
        if n > 1:
            body += f"d{n - 1} = {below(c, n, f'W{n}', f'd{n}', f'h{n - 1}', f'z{n - 1}')}\n"
    for n in range(1, c.depth + 1):
        body += step(c, f"W{n}", f"gW{n}", f"vW{n}", f"sW{n}")
        body += step(c, f"b{n}", f"gb{n}", f"vb{n}", f"sb{n}")
    return text + batches(c, body)


def in_dicts(c):
    """Return functions that pass dicts to each other."""
    begin, go, back, change = "p, v, s = {}, {}, {}\n", "h = {0: x}\nz = {}\n", "g = {}\n", ""
    for n in range(1, c.depth + 1):
        W, b = parameters(c, n)
        begin += f"p['W{n}'], p['b{n}'] = {W}, {b}\n"
        go += forward(c, n, f"p['W{n}']", f"p['b{n}']", f"h[{n - 1}]", f"z[{n}]", f"h[{n}]")
    begin += "for key in p:\n    v[key], s[key] = 0 * p[key], 0 * p[key]\n"
    back += f"a = h[{c.depth}]\nd = {output_delta(c)}\n"
    for n in range(c.depth, 0, -1):
        back += gradients(
            c, n, f"p['W{n}']", f"h[{n - 1}]", "d", f"g['W{n}']", f"g['b{n}']", f"z[{n - 1}]"
        )
        if n > 1:
            back += f"d = {below(c, n, f'''p['W{n}']''', 'd', f'h[{n - 1}]', f'z[{n - 1}]')}\n"
    change = "for key in p:\n" + textwrap.indent(
        step(c, "p[key]", "g[key]", "v[key]", "s[key]"), "    "
    )
    functions = (
        f"def go(x):\n{textwrap.indent(go, '    ')}    return h, z\n"
        f"def back(h, z, y, len_):\n{textwrap.indent(back, '    ')}    return g\n"
    )
    shown = f"a = h[{c.depth}]\n{loss(c)}" if c.printed else ""
    body = f"h, z = go(x)\n{shown}g = back(h, z, y, len_)\n{change}"
    return head(c) + begin + functions + batches(c, body)


def in_class(c):
    """Return a class with lists of weights, which trains itself."""
    begin = "self.W, self.b, self.vW, self.vb, self.sW, self.sb = [], [], [], [], [], []\n"
    body = "h, z = [x], [None]\n"
    for n in range(1, c.depth + 1):
        W, b = parameters(c, n)
        begin += f"self.W.append({W})\nself.b.append({b})\n"
        own = forward(c, n, f"self.W[{n - 1}]", f"self.b[{n - 1}]", "h[-1]", "u", "w")
        body += f"{own}z.append(u)\nh.append(w)\n"
    begin += "".join(
        f"self.{letter}{kind} = [0 * each for each in self.{kind}]\n"
        for kind in "Wb"
        for letter in "vs"
    )
    body += f"a = h[-1]\n{loss(c)}d = {output_delta(c)}\n"
    for n in range(c.depth, 0, -1):
        W, a, z = f"self.W[{n - 1}]", f"h[{n - 1}]", f"z[{n - 1}]"
        body += gradients(c, n, W, a, "d", "gW", "gb", z)
        back = f"e = {below(c, n, W, 'd', a, z)}\n" if n > 1 else ""
        steps = ""
        for kind in "Wb":
            array, v, s = (f"self.{part}[{n - 1}]" for part in (kind, f"v{kind}", f"s{kind}"))
            steps += step(c, array, f"g{kind}", v, s)
        body += c.written("order", n, back + steps, swapped=steps + back)
        body += "d = e\n" if n > 1 else ""
    train = f"def train(self, X, Y):\n{textwrap.indent(batches(c, body), '    ')}"
    made = f"def __init__(self):\n{textwrap.indent(begin, '    ')}"
    return head(c) + f"class Net:\n{textwrap.indent(made + train, '    ')}\nNet().train(X, Y)\n"


def in_layers(c):
    """Return layer objects that know their own backward pass."""
    text, body = head(c), "a = x\nfor layer in layers:\n    a = layer.forward(a)\n"
    names = []
    for n in range(1, c.depth + 1):
        W, b = parameters(c, n)
        init = f"self.W = {W}\nself.b = {b}\nself.vW, self.vb, self.sW, self.sb = 0, 0, 0, 0\n"
        go = "self.x = x\n" + forward(c, n, "self.W", "self.b", "x", "self.z", "self.a")
        last = n == c.depth
        slope = "1" if last else ACTIVATIONS[c.hidden[n - 1]][1].format(a="self.a", z="self.z")
        parts = {"carried": "g", "slope": slope, "a": "self.a", "z": "self.z"}
        own = f"g * {slope}" if last else c.written("below", n, f"g * {slope}", **parts)
        back = f"d = {own}\n" + gradients(c, n, "self.W", "self.x", "d", "self.gW", "self.gb")
        back += f"down = {'d @ self.W.T' if c.rows else 'self.W.T @ d'}\n"
        for kind in "Wb":
            back += step(c, f"self.{kind}", f"self.g{kind}", f"self.v{kind}", f"self.s{kind}")
        text += f"class Layer{n}:\n" + textwrap.indent(
            f"def __init__(self):\n{textwrap.indent(init, '    ')}"
            f"def forward(self, x):\n{textwrap.indent(go, '    ')}    return self.a\n"
            f"def backward(self, g, len_, t):\n{textwrap.indent(back, '    ')}    return down\n",
            "    ",
        )
        names.append(f"Layer{n}()")
    body += f"{loss(c)}g = {output_delta(c)}\nfor layer in reversed(layers):\n"
    body += "    g = layer.backward(g, len_, t)\n"
    return text + f"layers = [{', '.join(names)}]\n" + batches(c, body)


def as_vectors(c):
    """Return a program that takes one sample after the other, each a vector."""
    text = head(c).replace(".T", "") + "theta = []\n"
    go, back = "h, z = [x], [None]\n", ""
    for n in range(1, c.depth + 1):
        rows, columns = c.sizes[n - 1 : n + 1][:: 1 if c.rows else -1]
        begins = f"np.zeros({c.sizes[n]})" if c.zeros else f"0.1 * rng.normal(size={c.sizes[n]})"
        text += f"theta += [rng.normal(size=({rows}, {columns})), {begins}]\n"
        W, b = f"theta[{2 * n - 2}]", f"theta[{2 * n - 1}]"
        own = forward(c, n, W, b, "h[-1]", "u", "w")
        go += own.replace("axis=1, keepdims=True", "").replace("axis=0, keepdims=True", "")
        go += "z.append(u)\nh.append(w)\n"
    for n in range(c.depth, 0, -1):
        outer = f"np.outer(h[{n - 1}], d)" if c.rows else f"np.outer(d, h[{n - 1}])"
        outer = c.written("dW", n, outer, right=outer, a=f"h[{n - 1}]", delta="d", z=f"z[{n - 1}]")
        penalty = c.written("penalty", n, f" + 0.02 * theta[{2 * n - 2}]") if c.penalty else ""
        own = c.written("db", n, "d", right="d", a=f"h[{n - 1}]", delta="d")
        back += f"g[{2 * n - 2}], g[{2 * n - 1}] = {outer}{penalty}, {own}\n"
        if n > 1:
            carried = f"theta[{2 * n - 2}] @ d" if c.rows else f"d @ theta[{2 * n - 2}]"
            a, z = f"h[{n - 1}]", f"z[{n - 1}]"
            slope = ACTIVATIONS[c.hidden[n - 2]][1].format(a=a, z=z)
            parts = {"carried": carried, "slope": slope, "a": a, "z": z}
            back += f"d = {c.written('below', n - 1, f'({carried}) * {slope}', **parts)}\n"
    text += "v, s, g = [0 * p for p in theta], [0 * p for p in theta], [0 * p for p in theta]\n"
    change = step(c, "theta[k]", "g[k]", "v[k]", "s[k]")
    delta = c.written("delta", c.depth, c.delta)
    body = f"len_ = 1\nt += 1\n{go}a = h[-1]\n{loss(c)}d = {delta}\n{back}"
    body += f"for k in range({2 * c.depth}):\n{textwrap.indent(change, '    ')}"
    return text + f"t = 0\nfor x, y in zip(X, Y):\n{textwrap.indent(body, '    ')}"


STYLES = {
    "straight": straight,
    "dict": in_dicts,
    "class": in_class,
    "layers": in_layers,
    "vectors": as_vectors,
}
