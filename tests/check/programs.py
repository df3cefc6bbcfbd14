"""Small programs in the styles that people write, and slips in them; `PROGRAMS` holds them."""

STRAIGHT = """
import numpy as np
np.random.seed(3)
rain = np.random.randn(30, 4)
crop = (rain[:, :1] * rain[:, 1:2] > 0) * 1.0
first = np.random.randn(4, 7) * 0.6
second = np.random.randn(7, 1) * 0.6
for season in range(500):
    soil = 1 / (1 + np.exp(-rain.dot(first)))
    yield_ = 1 / (1 + np.exp(-soil.dot(second)))
    gap = crop - yield_
    push = gap * yield_ * (1 - yield_)
    pull = push.dot(second.T) * soil * (1 - soil)
    second += 0.2 * soil.T.dot(push)
    first += 0.2 * rain.T.dot(pull)
"""

FUNCTIONS = """
import numpy as np
rng = np.random.RandomState(0)

def squash(v):
    return np.tanh(v)

def run(samples, p):
    hidden = squash(p["A"] @ samples + p["a"])
    return p["B"] @ hidden + p["b"], hidden

def slopes(samples, wanted, p):
    count = samples.shape[1]
    got, hidden = run(samples, p)
    high = (got - wanted) / count
    low = (p["B"].T @ high) * (1 - hidden ** 2)
    return {
        "A": low @ samples.T, "a": low.sum(axis=1, keepdims=True),
        "B": high @ hidden.T, "b": high.sum(axis=1, keepdims=True),
    }

def teach(samples, wanted, turns=200, pace=0.05):
    p = {"A": rng.randn(6, 3), "a": np.zeros((6, 1)), "B": rng.randn(2, 6), "b": np.zeros((2, 1))}
    for _ in range(turns):
        for key, slope in slopes(samples, wanted, p).items():
            p[key] = p[key] - pace * slope
    return p

samples = rng.randn(3, 25)
teach(samples, np.vstack([samples[0] * samples[1], samples[2] ** 2]))
"""

OBJECTS = """
import numpy as np

class Affine:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out) * 0.5, np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T

class Rectifier:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, dout):
        return dout * self.on

class Shares:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-7)) / len(t)

    def backward(self):
        return (self.y - self.t) / len(self.t)

np.random.seed(5)
x = np.random.randn(60, 5)
t = np.eye(3)[np.random.randint(0, 3, 60)]
layers, last = [Affine(5, 8), Rectifier(), Affine(8, 6), Rectifier(), Affine(6, 3)], Shares()
for step in range(300):
    pick = np.random.choice(60, 20)
    out = x[pick]
    for layer in layers:
        out = layer.forward(out)
    loss = last.forward(out, t[pick])
    dout = last.backward()
    for layer in reversed(layers):
        dout = layer.backward(dout)
    for layer in layers:
        if hasattr(layer, "W"):
            layer.W -= 0.1 * layer.dW
            layer.b -= 0.1 * layer.db
"""

LISTS = """
import random
import numpy as np

def bend(z):
    return 1.0 / (1.0 + np.exp(-z))

class Brain(object):
    def __init__(self, sizes):
        self.shifts = [np.random.randn(n, 1) for n in sizes[1:]]
        self.links = [np.random.randn(n, k) for k, n in zip(sizes[:-1], sizes[1:])]

    def practise(self, lessons, size, eta):
        random.shuffle(lessons)
        for start in range(0, len(lessons), size):
            some = lessons[start:start + size]
            sum_b = [np.zeros(b.shape) for b in self.shifts]
            sum_w = [np.zeros(w.shape) for w in self.links]
            for x, y in some:
                one_b, one_w = self.derive(x, y)
                sum_b = [s + o for s, o in zip(sum_b, one_b)]
                sum_w = [s + o for s, o in zip(sum_w, one_w)]
            self.links = [w - (eta / len(some)) * s for w, s in zip(self.links, sum_w)]
            self.shifts = [b - (eta / len(some)) * s for b, s in zip(self.shifts, sum_b)]

    def derive(self, x, y):
        seen, sums = [x], []
        for b, w in zip(self.shifts, self.links):
            sums.append(np.dot(w, seen[-1]) + b)
            seen.append(bend(sums[-1]))
        in_b, in_w = [None] * len(self.shifts), [None] * len(self.links)
        delta = (seen[-1] - y) * bend(sums[-1]) * (1 - bend(sums[-1]))
        in_b[-1], in_w[-1] = delta, np.dot(delta, seen[-2].T)
        for back in range(2, len(self.links) + 1):
            z = sums[-back]
            delta = np.dot(self.links[-back + 1].T, delta) * bend(z) * (1 - bend(z))
            in_b[-back], in_w[-back] = delta, np.dot(delta, seen[-back - 1].T)
        return in_b, in_w

np.random.seed(1)
lessons = [(np.random.rand(5, 1), np.eye(3)[:, [i % 3]]) for i in range(40)]
brain = Brain([5, 7, 4, 3])
for age in range(10):
    brain.practise(lessons, 8, 0.5)
"""

ONE_BY_ONE = """
import numpy

class Net:
    def __init__(self, a, b, c, pace):
        self.low = numpy.random.normal(0.0, 0.6, (b, a))
        self.high = numpy.random.normal(0.0, 0.6, (c, b))
        self.pace = pace
        self.bend = lambda v: 1 / (1 + numpy.exp(-v))

    def study(self, seen, wanted):
        x = numpy.array(seen, ndmin=2).T
        y = numpy.array(wanted, ndmin=2).T
        h = self.bend(numpy.dot(self.low, x))
        o = self.bend(numpy.dot(self.high, h))
        e = (y - o) * o * (1.0 - o)
        d = numpy.dot(self.high.T, e) * h * (1.0 - h)
        self.high += self.pace * numpy.dot(e, numpy.transpose(h))
        self.low += self.pace * numpy.dot(d, numpy.transpose(x))

net = Net(784, 20, 10, 0.1)
rows = open("digits/mnist_train_small.csv").readlines()
for row in rows:
    values = row.split(",")
    seen = numpy.asarray(values[1:], dtype=float) / 255.0 * 0.99 + 0.01
    wanted = numpy.zeros(10) + 0.01
    wanted[int(values[0])] = 0.99
    net.study(seen, wanted)
"""

MOMENTUM = """
import numpy as np
r = np.random.RandomState(2)
x = r.randn(40, 3)
y = np.sin(x[:, :1]) + x[:, 1:2]
W1, b1, W2, b2 = r.randn(3, 9) * 0.5, np.zeros(9), r.randn(9, 1) * 0.5, np.zeros(1)
v = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
for i in range(100):
    h = np.tanh(x @ W1 + b1)
    out = h @ W2 + b2
    g = 2 * (out - y) / len(x)
    k = g @ W2.T * (1 - h ** 2)
    grads = [x.T @ k, k.sum(0), h.T @ g, g.sum(0)]
    for n, (p, slope) in enumerate(zip((W1, b1, W2, b2), grads)):
        v[n] = 0.9 * v[n] - 0.01 * slope
        p += v[n]
"""

LOOK_AHEAD = """
import numpy as np
r = np.random.RandomState(4)
x = r.randn(30, 3)
y = np.sin(x[:, :1]) + x[:, 1:2]
A, a, B, b = r.randn(3, 6) * 0.5, np.zeros((1, 6)), r.randn(6, 1) * 0.5, np.zeros((1, 1))
vA, va, vB, vb = 0 * A, 0 * a, 0 * B, 0 * b
for i in range(50):
    A, a, B, b = A + 0.9 * vA, a + 0.9 * va, B + 0.9 * vB, b + 0.9 * vb
    h = np.tanh(x @ A + a)
    g = (h @ B + b - y) / len(x)
    k = g @ B.T * (1 - h ** 2)
    A, a, B, b = A - 0.9 * vA, a - 0.9 * va, B - 0.9 * vB, b - 0.9 * vb
    vA, va = 0.9 * vA - 0.1 * x.T @ k, 0.9 * va - 0.1 * k.sum(axis=0, keepdims=True)
    vB, vb = 0.9 * vB - 0.1 * h.T @ g, 0.9 * vb - 0.1 * g.sum(axis=0, keepdims=True)
    A, a, B, b = A + vA, a + va, B + vB, b + vb
"""

ADAM = MOMENTUM.replace(
    "        v[n] = 0.9 * v[n] - 0.01 * slope\n        p += v[n]\n",
    "        v[n] = 0.9 * v[n] + 0.1 * slope\n"
    "        s[n] = 0.99 * s[n] + 0.01 * slope ** 2\n"
    "        p -= 0.01 * (v[n] / (1 - 0.9 ** (i + 1))) / "
    "(np.sqrt(s[n] / (1 - 0.99 ** (i + 1))) + 1e-8)\n",
).replace("for i in range(100)", "s = [np.zeros_like(p) for p in v]\nfor i in range(100)")

DECAY = """
import numpy as np
np.random.seed(8)
inputs = np.random.randn(50, 2)
labels = (inputs[:, 0] > inputs[:, 1]).astype(int)
W1, b1 = np.random.randn(2, 5), np.zeros((1, 5))
W2, b2 = np.random.randn(5, 2), np.zeros((1, 2))
for i in range(0, 200):
    hidden = np.maximum(0, np.dot(inputs, W1) + b1)
    scores = np.dot(hidden, W2) + b2
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(50), labels])) / 50 + 0.5e-2 * (W1**2).sum()
    dscores = probs
    dscores[range(50), labels] -= 1
    dscores /= 50
    dW2 = np.dot(hidden.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = np.dot(dscores, W2.T)
    dhidden[hidden <= 0] = 0
    dW1 = np.dot(inputs.T, dhidden)
    db1 = np.sum(dhidden, axis=0, keepdims=True)
    dW2 += 1e-2 * W2
    dW1 += 1e-2 * W1
    W1 += -0.5 * dW1
    b1 += -0.5 * db1
    W2 += -0.5 * dW2
    b2 += -0.5 * db2
"""

BIAS_INSIDE = """
import numpy as np
np.random.seed(4)
data = np.c_[np.random.randn(35, 3), np.ones(35)]
goal = (data[:, :1] > 0) * 1.0
U = np.random.randn(4, 6) * 0.7
V = np.random.randn(7, 1) * 0.7
for t in range(300):
    mid = np.c_[np.tanh(data @ U), np.ones(35)]
    top = 1 / (1 + np.exp(-mid @ V))
    d_top = top - goal
    d_mid = (d_top @ V.T)[:, :-1] * (1 - mid[:, :-1] ** 2)
    V -= 0.02 * mid.T @ d_top
    U -= 0.02 * data.T @ d_mid
"""

DROPOUT = """
import numpy as np
np.random.seed(6)
x, y = np.random.randn(30, 4), np.random.randn(30, 2)
W1, W2 = np.random.randn(4, 12) * 0.4, np.random.randn(12, 2) * 0.4
for turn in range(100):
    mask = (np.random.rand(30, 12) < 0.8) / 0.8
    h = np.maximum(0, x @ W1) * mask
    out = h @ W2
    g = (out - y) / 30
    k = (g @ W2.T) * mask * (h > 0)
    W2 = W2 - 0.1 * h.T @ g
    W1 = W1 - 0.1 * x.T @ k
"""

MATRIX = """
import numpy as np
np.random.seed(9)
x = np.matrix(np.random.randn(20, 3))
y = np.matrix(np.random.rand(20, 1))
w1, w2 = np.matrix(np.random.randn(3, 5)), np.matrix(np.random.randn(5, 1))
for i in range(50):
    h = 1 / (1 + np.exp(-(x * w1)))
    o = 1 / (1 + np.exp(-(h * w2)))
    d2 = np.multiply(o - y, np.multiply(o, 1 - o))
    d1 = np.multiply(d2 * w2.T, np.multiply(h, 1 - h))
    w2 = w2 - 0.3 * (h.T * d2)
    w1 = w1 - 0.3 * (x.T * d1)
"""

OLD_PYTHON = """
import numpy as np
np.random.seed(1)
a = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
b = np.array([[0, 1, 1, 0]]).T
p, q = 2 * np.random.random((3, 4)) - 1, 2 * np.random.random((4, 1)) - 1
for j in xrange(60000):
    m = 1 / (1 + np.exp(-np.dot(a, p)))
    n = 1 / (1 + np.exp(-np.dot(m, q)))
    if j % 10000 == 0:
        print "off by", np.mean(np.abs(b - n))
    e = (b - n) * n * (1 - n)
    d = e.dot(q.T) * m * (1 - m)
    q += m.T.dot(e)
    p += a.T.dot(d)
"""

RETURNED = """
import numpy as np

class Pair(object):
    def __init__(self):
        self.W1, self.W2 = np.random.randn(2, 3), np.random.randn(3, 1)

    def forward(self, X):
        self.z2 = np.dot(X, self.W1)
        self.a2 = 1 / (1 + np.exp(-self.z2))
        self.z3 = np.dot(self.a2, self.W2)
        return 1 / (1 + np.exp(-self.z3))

    def slopeOfCost(self, X, y):
        guess = self.forward(X)
        delta3 = np.multiply(-(y - guess), np.exp(-self.z3) / (1 + np.exp(-self.z3)) ** 2)
        dJdW2 = np.dot(self.a2.T, delta3)
        delta2 = np.dot(delta3, self.W2.T) * np.exp(-self.z2) / (1 + np.exp(-self.z2)) ** 2
        dJdW1 = np.dot(X.T, delta2)
        return dJdW1, dJdW2

np.random.seed(0)
X = np.array([[3, 5], [5, 1], [10, 2]]) / 10.0
y = np.array([[75], [82], [93]]) / 100.0
print(Pair().slopeOfCost(X, y))
"""

ONLY_DEFINED = """
import numpy as np

class TwoLayers(object):
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {"W1": 0.1 * np.random.randn(input_size, hidden_size),
                       "b1": np.zeros(hidden_size),
                       "W2": 0.1 * np.random.randn(hidden_size, output_size),
                       "b2": np.zeros(output_size)}

    def cost(self, X, y):
        N = X.shape[0]
        h = np.maximum(0, X.dot(self.params["W1"]) + self.params["b1"])
        s = h.dot(self.params["W2"]) + self.params["b2"]
        p = np.exp(s - s.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        total = -np.log(p[np.arange(N), y]).mean()
        ds = p.copy()
        ds[np.arange(N), y] -= 1
        ds /= N
        dh = ds.dot(self.params["W2"].T) * (h > 0)
        return total, {"W2": h.T.dot(ds), "b2": ds.sum(0), "W1": X.T.dot(dh), "b1": dh.sum(0)}

    def train(self, X, y, learning_rate=1e-2, num_iters=50):
        for it in range(num_iters):
            total, grads = self.cost(X, y)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]
"""

SINGLE_NUMBERS = """
import math
import random
random.seed(4)

def squash(v):
    return 1 / (1 + math.exp(-v))

class Tiny:
    def __init__(self):
        self.p1, self.p2, self.p3, self.p4 = [random.uniform(-1, 1) for _ in range(4)]
        self.q1, self.q2 = random.gauss(0, 1), random.gauss(0, 1)
        self.s1, self.s2, self.s3 = 0.1, -0.2, 0.3

    def learn(self, rows, wanted, pace=0.4):
        for (u, v), goal in zip(rows, wanted):
            left = squash(self.p1 * u + self.p2 * v + self.s1)
            right = squash(self.p3 * u + self.p4 * v + self.s2)
            got = squash(self.q1 * left + self.q2 * right + self.s3)
            top = -2 * (goal - got) * got * (1 - got)
            one = top * self.q1 * left * (1 - left)
            two = top * self.q2 * right * (1 - right)
            self.q1 -= pace * top * left
            self.q2 -= pace * top * right
            self.s3 -= pace * top
            self.p1 -= pace * one * u
            self.p2 -= pace * one * v
            self.s1 -= pace * one
            self.p3 -= pace * two * u
            self.p4 -= pace * two * v
            self.s2 -= pace * two

tiny = Tiny()
for turn in range(50):
    tiny.learn([[0, 1], [1, 0.5], [1, 1], [0.2, 0.7]], [1, 1, 0, 0])
"""

LISTS_OF_NUMBERS = """
from math import exp
from random import random, seed
seed(1)

def build(n_in, n_mid, n_out):
    middle = [{"links": [random() for _ in range(n_in + 1)]} for _ in range(n_mid)]
    return [middle, [{"links": [random() for _ in range(n_mid + 1)]} for _ in range(n_out)]]

def forward(net, row):
    values = row
    for layer in net:
        after = []
        for unit in layer:
            total = unit["links"][-1]
            for n in range(len(unit["links"]) - 1):
                total += unit["links"][n] * values[n]
            unit["out"] = 1.0 / (1.0 + exp(-total))
            after.append(unit["out"])
        values = after
    return values

def backward(net, wanted):
    for n in reversed(range(len(net))):
        for k, unit in enumerate(net[n]):
            if n == len(net) - 1:
                miss = unit["out"] - wanted[k]
            else:
                miss = sum(upper["links"][k] * upper["term"] for upper in net[n + 1])
            unit["term"] = miss * unit["out"] * (1.0 - unit["out"])

def change(net, row, pace):
    for n in range(len(net)):
        values = row if n == 0 else [unit["out"] for unit in net[n - 1]]
        for unit in net[n]:
            for k in range(len(values)):
                unit["links"][k] -= pace * unit["term"] * values[k]
            unit["links"][-1] -= pace * unit["term"]

net = build(3, 4, 2)
rows = [([0.3, 1.0, -0.4], [0, 1]), ([0.9, -0.1, 0.2], [1, 0]), ([0.0, 0.6, 1.0], [0, 1])]
for _ in range(50):
    for row, wanted in rows:
        forward(net, row)
        backward(net, wanted)
        change(net, row, 0.3)
"""

FLAT = """
import numpy as np
from scipy import optimize
np.random.seed(3)
inputs, middle, outputs, many = 3, 5, 2, 30
X = np.random.randn(many, inputs)
y = np.eye(outputs)[(X[:, 0] > 0).astype(int)]
start = np.random.randn(middle * (inputs + 1) + outputs * (middle + 1)) * 0.3

def fold(theta):
    cut = middle * (inputs + 1)
    return (theta[:cut].reshape((middle, inputs + 1), order="F"),
            theta[cut:].reshape((outputs, middle + 1), order="F"))

def cost(theta, lam):
    one, two = fold(theta)
    a1 = np.hstack([np.ones((many, 1)), X])
    z2 = a1.dot(one.T)
    a2 = np.hstack([np.ones((many, 1)), 1 / (1 + np.exp(-z2))])
    a3 = 1 / (1 + np.exp(-a2.dot(two.T)))
    J = -np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3)) / many
    d3 = a3 - y
    d2 = d3.dot(two)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    g1, g2 = d2.T.dot(a1) / many, d3.T.dot(a2) / many
    g1[:, 1:] += lam / many * one[:, 1:]
    g2[:, 1:] += lam / many * two[:, 1:]
    return J, np.concatenate([g1.ravel(order="F"), g2.ravel(order="F")])

optimize.minimize(cost, start, args=(0.5,), jac=True, method="CG", options={"maxiter": 20})
"""

TENSORS = """
import torch
torch.manual_seed(0)
x, y = torch.randn(20, 5), torch.randn(20, 2)
w1, w2 = torch.empty(5, 6).uniform_(-1, 1), torch.empty(6, 2).normal_(0, 0.8)
for t in range(50):
    h = x.narrow(0, 0, 20).mm(w1).clamp(min=0)
    out = h.mm(w2)
    loss = (out - y).pow(2).sum().item()
    slope = 2.0 * (out - y)
    back = slope.mm(w2.t())
    back[h <= 0] = 0
    w1 -= 1e-4 * x.t().mm(back)
    w2 -= 1e-4 * h.t().mm(slope)
"""

SAMPLES_IN_TUPLES = """
import numpy as np
V, W = np.array([[-0.2, 0.3, -0.4], [0.1, -0.3, -0.4]]), np.array([0.2, 0.3])
samples = [(1, a, b, max(a, b) * 0.8) for a in (-1, 1) for b in (-1, 1)]
for turn in range(40):
    sample = samples[turn % 4]
    h = np.tanh(np.dot(V, sample[0:3]))
    y = np.tanh(np.dot(W, h))
    d = (y - sample[-1]) * (1 - y * y)
    e = W * d * (1 - h * h)
    W = W - 0.1 * d * h
    V = V - 0.1 * np.outer(e, sample[0:3])
"""
SQUASHED_TWICE = """
import numpy as np
np.random.seed(4)
X, T = np.random.randn(40, 5), np.eye(3)[np.random.randint(0, 3, 40)]
weights = [np.random.randn(5, 6), np.random.randn(6, 3)]
for turn in range(60):
    kept = [X]
    for W in weights:
        kept.append(1 / (1 + np.exp(-kept[-1].dot(W))))
    shares = np.exp(kept[-1]) / np.exp(kept[-1]).sum(axis=1, keepdims=True)
    d = (shares - T) * kept[-1] * (1 - kept[-1])
    for i in 1, 2:
        up = d.dot(weights[-i].T) * kept[-i - 1] * (1 - kept[-i - 1])
        weights[-i] -= 0.5 * kept[-i - 1].T.dot(d) / 40
        d = up
"""
TESTED = """
import numpy as np
np.random.seed(2)
X, T = np.random.randn(50, 4), np.eye(3)[np.random.randint(0, 3, 50)]
seen, held_out = (X[:40], T[:40]), (X[40:], T[40:])
V, c, W, b = np.random.randn(4, 5), np.random.randn(5), np.random.randn(5, 3), np.random.randn(3)

def forward(X):
    Z = 1 / (1 + np.exp(-X.dot(V) - c))
    e = np.exp(Z.dot(W) + b)
    return e / e.sum(axis=1, keepdims=True), Z

costs = []
for turn in range(100):
    P, Z = forward(seen[0])
    Q, _ = forward(held_out[0])
    costs.append((-np.sum(seen[1] * np.log(P)), -np.sum(held_out[1] * np.log(Q))))
    up = (seen[1] - P).dot(W.T) * Z * (1 - Z)
    W += 1e-3 * Z.T.dot(seen[1] - P)
    b += 1e-3 * (seen[1] - P).sum(axis=0)
    V += 1e-3 * seen[0].T.dot(up)
    c += 1e-3 * up.sum(axis=0)
"""

MINUS_ONE = """
from math import exp
from random import random, seed
seed(3)
rows, pace = [([0, 1, -1], 1), ([1, 1, -1], 0), ([1, 0, -1], 1), ([0, 0, -1], 0)], 0.5
one, two, top = [[random() for _ in range(3)] for _ in range(3)]

def fires(row, links):
    return 1 / (1 + exp(-sum(x * w for x, w in zip(row, links))))

for _ in range(30):
    for row, wanted in rows:
        mid = [fires(row, one), fires(row, two), -1]
        out = fires(mid, top)
        high = (wanted - out) * out * (1 - out)
        left = mid[0] * (1 - mid[0]) * top[0] * high
        right = mid[1] * (1 - mid[1]) * top[1] * high
        top = [w + x * pace * high for w, x in zip(top, mid)]
        one = [w + x * pace * left for w, x in zip(one, row)]
        two = [w + x * pace * right for w, x in zip(two, row)]
"""
NEURONS = """
import numpy as np
np.random.seed(4)

class Unit:
    def __init__(self, n):
        self.w, self.b = np.random.uniform(-1, 1, (n,)), 0
    def fire(self, x):
        self.out = 1 / (1 + np.exp(-(np.dot(x, self.w) + self.b)))
        return self.out

below, above = [Unit(2) for _ in range(3)], [Unit(3) for _ in range(2)]

def learn(x, wanted, pace):
    seen = [unit.fire(x) for unit in below]
    told = [unit.fire(seen) for unit in above]
    high = [(y - a) * a * (1 - a) for y, a in zip(wanted, told)]
    low = []
    for n, unit in enumerate(below):
        low.append(sum(d * u.w[n] for d, u in zip(high, above)) * unit.out * (1 - unit.out))
    for d, unit in zip(high, above):
        for n in range(len(unit.w)):
            unit.w[n] += pace * d * below[n].out
        unit.b += pace * d
    for d, unit in zip(low, below):
        unit.w = unit.w + pace * d * x
        unit.b += pace * d

for turn in range(60):
    for x, y in (([0, 0], [0, 1]), ([0, 1], [1, 0]), ([1, 0], [1, 1]), ([1, 1], [0, 0])):
        learn(np.array(x), y, 0.5)
"""

STACK = """
import numpy as np
rng = np.random.default_rng(0)
leaves, colour = rng.normal(size=(20, 3, 1)), rng.random((20, 2, 1))
low, shift = rng.normal(size=(5, 3)), np.zeros((5, 1))
high = rng.normal(size=(2, 5))
for day in range(50):
    mid = np.tanh(low @ leaves + shift)
    seen = 1 / (1 + np.exp(-(high @ mid)))
    d2 = (seen - colour) * seen * (1 - seen)
    d1 = high.T @ d2 * (1 - mid ** 2)
    high -= 0.1 * (d2 @ mid.transpose(0, 2, 1)).sum(0)
    low -= 0.1 * (d1 @ leaves.transpose(0, 2, 1)).sum(0)
    shift -= 0.1 * d1.sum(0)
"""

ELEMENT_BY_ELEMENT = """
import numpy as np
rng = np.random.RandomState(8)
points, wanted = rng.randn(3, 3), np.eye(2)[[0, 1, 1]]
class Net:
    def __init__(self, *sizes):
        self.weights = [rng.randn(k, n) for n, k in zip(sizes, sizes[1:])]
        self.shifts = [rng.randn(k, 1) for k in sizes[1:]]
    def forward(self, point):
        outs = [point[:, None]]
        for w, b in zip(self.weights, self.shifts):
            outs.append(1 / (1 + np.exp(-(np.einsum("ij,jk->ik", w, outs[-1]) + b))))
        return outs
    def learn(self, points, wanted):
        slopes = [np.zeros(w.shape).tolist() for w in self.weights]
        turns = [np.zeros(len(w)) for w in self.weights]
        for point, goal in zip(points, wanted):
            outs = self.forward(point)
            delta = (outs[2] - goal[:, None]) * outs[2] * (1 - outs[2])
            for n in (1, 0):
                for j in range(len(slopes[n])):
                    turns[n][j] += delta[j, 0]
                    for k in range(len(slopes[n][j])):
                        slopes[n][j][k] += delta[j, 0] * outs[n][k, 0]
                delta = self.weights[n].T @ delta * outs[n] * (1 - outs[n])
        for n in (0, 1):
            for j in range(len(slopes[n])):
                for k in range(len(slopes[n][j])):
                    self.weights[n][j][k] -= 0.3 * slopes[n][j][k]
                self.shifts[n][j] -= 0.3 * turns[n][j]
net = Net(3, 4, 2)
for turn in range(9):
    net.learn(points, wanted)
"""

PASS_BY_PASS = """
import math
xs, zs, wanted = [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0, 1, 1, 1]
def squash(v):
    return 1 / (1 + math.exp(-v))
a = b = c = 0
for turn in range(30):
    da = db = dc = 0
    for j in range(4):
        da = da + (squash(a + b * xs[j] + c * zs[j]) - wanted[j])
        db = db + (squash(a + b * xs[j] + c * zs[j]) - wanted[j]) * xs[j]
        dc = dc + (squash(a + b * xs[j] + c * zs[j]) - wanted[j]) * zs[j]
    a = a - 0.1 / 4 * da
    b = b - 0.1 / 4 * db
    c = c - 0.1 / 4 * dc
"""

ZEROS = """
import numpy as np
xs, goals = np.array([[1, 1], [1, 0], [0, 1], [0, 0]]), [0, 1, 1, 0]
low, high = np.array([[0.9, 0.1], [0.3, 0.5]]), np.array([0.8, 0.7])
def squash(v):
    return 1 / (1 + np.exp(-v))
for turn in range(20):
    for x, goal in zip(xs, goals):
        one = squash(low[0, 0] * x[0] + low[1, 0] * x[1])
        two = squash(low[0, 1] * x[0] + low[1, 1] * x[1])
        got = squash(high[0] * one + high[1] * two)
        gap = (got - goal) * got * (1 - got)
        d00 = gap * high[0] * one * (1 - one) * x[0]
        d01 = gap * high[1] * two * (1 - two) * x[0]
        d10 = gap * high[0] * one * (1 - one) * x[1]
        d11 = gap * high[1] * two * (1 - two) * x[1]
        e0 = gap * one
        e1 = gap * two
        low[0, 0] = low[0, 0] - 0.5 * d00
        low[0, 1] = low[0, 1] - 0.5 * d01
        low[1, 0] = low[1, 0] - 0.5 * d10
        low[1, 1] = low[1, 1] - 0.5 * d11
        high[0] = high[0] - 0.5 * e0
        high[1] = high[1] - 0.5 * e1
"""

OPTIMIZED = """
import numpy as np
from scipy.optimize import fmin_bfgs
rng = np.random.default_rng(5)
X, y = np.column_stack([np.ones(20), rng.normal(size=(20, 3))]), np.arange(20) % 2
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def cost(theta, X, y):
    h = sigmoid(X @ theta)
    return -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / len(y)
def gradient(theta, X, y):
    grad = np.zeros(theta.shape)
    kept = theta.copy()
    kept[0] = 0
    grad = X.T @ (sigmoid(X @ theta) - y) / len(y) + 0.1 / len(y) * kept
    return grad
fmin_bfgs(cost, np.zeros(4), fprime=gradient, args=(X, y), maxiter=3)
"""

ATTRIBUTES = """
import numpy as np
np.random.seed(2)
seeds = np.random.randn(30, 3)
grown = (seeds[:, [0]] * seeds[:, [1]] > 0) * 1.0
class Meadow:
    def __init__(self, *sizes):
        self.depth = len(sizes) - 1
        for n in range(self.depth):
            setattr(self, f"stem{n}", np.random.randn(sizes[n], sizes[n + 1]))
    def forward(self, x):
        self.seen0 = x
        for n in range(self.depth):
            z = getattr(self, f"seen{n}") @ getattr(self, f"stem{n}")
            setattr(self, f"seen{n + 1}", 1 / (1 + np.exp(-z)))
    def backward(self, y, pace):
        delta = (getattr(self, f"seen{self.depth}") - y) / len(y)
        for n in reversed(range(self.depth)):
            below, stem = getattr(self, f"seen{n}"), getattr(self, f"stem{n}")
            setattr(self, f"stem{n}", stem - pace * below.T @ delta)
            delta = delta @ stem.T * below * (1 - below)
meadow = Meadow(3, 5, 4, 1)
for day in range(20):
    meadow.forward(seeds)
    meadow.backward(grown, 0.5)
"""

ROW_BY_ROW = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(12, 3)), np.eye(2)[rng.integers(0, 2, 12)]
low, high = rng.normal(size=(4, 4)), rng.normal(size=(2, 5))
def squash(v):
    return 1 / (1 + np.exp(-v))
for turn in range(8):
    a1 = np.insert(X, 0, values=np.ones(12), axis=1)
    z2 = a1 @ low.T
    a2 = np.insert(squash(z2), 0, values=np.ones(12), axis=1)
    a3 = squash(a2 @ high.T)
    to_low, to_high = 0 * low, 0 * high
    for n in range(12):
        d3 = a3[n, :] - Y[n, :]
        d2 = (high.T @ d3)[1:] * squash(z2[n, :]) * (1 - squash(z2[n, :]))
        to_low = to_low + np.outer(d2, a1[n, :])
        to_high = to_high + np.outer(d3, a2[n, :])
    low = low - 0.3 / 12 * to_low
    high = high - 0.3 / 12 * to_high
"""

TWO_CLASSES = """
import numpy as np
rng = np.random.default_rng(1)
X, labels = rng.normal(size=(16, 3)), rng.integers(0, 2, 16)
V, c, W, b = rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)
fast = [0 * p for p in (V, c, W, b)]
slow = [0 * p for p in (V, c, W, b)]
for turn in range(9):
    h = np.tanh(X @ V + c)
    e = np.exp(h @ W + b)
    d2 = e / e.sum(axis=1, keepdims=True)
    d2[np.arange(16), labels] -= 1
    d1 = d2 @ W.T * (1 - h * h)
    for n, (p, g) in enumerate(zip((V, c, W, b), (X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)))):
        fast[n] = 0.95 * fast[n] + 0.05 * g * g
        change = -np.sqrt(slow[n] + 1e-6) / np.sqrt(fast[n] + 1e-6) * g
        slow[n] = 0.95 * slow[n] + 0.05 * change * change
        p += change
"""

WRITTEN_INTO = """
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(3, 20)), rng.normal(size=(2, 20))
A, a, B, b = rng.normal(size=(4, 3)), np.zeros((4, 1)), rng.normal(size=(2, 4)), np.zeros((2, 1))
for turn in range(30):
    h = np.tanh(A @ X + a)
    top = (B @ h + b - Y) / 20
    low = B.T @ top * (1 - h * h)
    slopes = low @ X.T, low.sum(1, keepdims=True), top @ h.T, top.sum(1, keepdims=True)
    for p, g in zip((A, a, B, b), slopes):
        np.subtract(p, 0.1 * g, out=p)
"""

WHOLE_ANSWERS = """
import random
import numpy as np
random.seed(1)
np.random.seed(1)
low, high = np.random.uniform(-1, 1, (4, 2)), np.random.uniform(-1, 1, (1, 4))
cases = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
def squash(v):
    return 1 / (1 + np.exp(-v))
while True:
    (left, right), wanted = random.choice(cases)
    x = np.array([[left], [right]])
    mid = squash(low @ x)
    got = squash(high @ mid)
    top = (wanted - got) * got * (1 - got)
    below = (high.T @ top) * mid * (1 - mid)
    high += 0.2 * top @ mid.T
    low += 0.2 * below @ x.T
"""

OWN_MATRICES = """
import math
import random
random.seed(3)
class Grid:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[0] * columns for _ in range(rows)]
    def fill(self):
        return self.map(lambda v: random.random() * 2 - 1)
    def map(self, f):
        for i in range(self.rows):
            for j in range(self.columns):
                self.cells[i][j] = f(self.cells[i][j])
        return self
    def add(self, other):
        for i in range(self.rows):
            for j in range(self.columns):
                self.cells[i][j] += other.cells[i][j]
        return self
    def scale(self, other):
        for i in range(self.rows):
            for j in range(self.columns):
                self.cells[i][j] *= other.cells[i][j] if isinstance(other, Grid) else other
        return self
    def copy(self):
        return Grid(self.rows, self.columns).add(self)
    def turned(self):
        result = Grid(self.columns, self.rows)
        for i in range(self.rows):
            for j in range(self.columns):
                result.cells[j][i] = self.cells[i][j]
        return result
    @staticmethod
    def multiply(a, b):
        result = Grid(a.rows, b.columns)
        for i in range(a.rows):
            for j in range(b.columns):
                total = 0
                for k in range(a.columns):
                    total += a.cells[i][k] * b.cells[k][j]
                result.cells[i][j] = total
        return result
    @staticmethod
    def column(values):
        result = Grid(len(values), 1)
        for i, value in enumerate(values):
            result.cells[i][0] = value
        return result
def squash(v):
    return 1 / (1 + math.exp(-v))
def slope(v):
    return v * (1 - v)
low, high, shift = Grid(3, 2).fill(), Grid(1, 3).fill(), Grid(3, 1).fill()
def learn(x, y):
    x = Grid.column(x)
    h = Grid.multiply(low, x).add(shift).map(squash)
    o = Grid.multiply(high, h).map(squash)
    error = Grid.column(y).add(o.copy().scale(-1))
    top = o.copy().map(slope).scale(error)
    below = h.copy().map(slope).scale(Grid.multiply(high.turned(), top))
    high.add(Grid.multiply(top.scale(0.2), h.turned()))
    low.add(Grid.multiply(below.scale(0.2), x.turned()))
    shift.add(below)
for turn in range(200):
    learn(*random.choice([([0, 1], [1]), ([1, 0], [1]), ([0, 0], [0]), ([1, 1], [0])]))
"""

LAYER_BY_LAYER = """
import math
import random
random.seed(5)
def times(A, B):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]
def turned(A):
    return [list(column) for column in zip(*A)]
def squash(v):
    return 1 / (1 + math.exp(-v))
X, Y = [[0.2, 1.0], [0.7, 0.3], [0.9, 0.9]], [[1], [0], [1]]
V = [[random.gauss(0, 1) for _ in range(3)] for _ in range(2)]
W = [[random.gauss(0, 1)] for _ in range(3)]
for turn in range(60):
    H = [[squash(v) for v in row] for row in times(X, V)]
    O = [[squash(v) for v in row] for row in times(H, W)]
    D = [[o - y for o, y in zip(a, b)] for a, b in zip(O, Y)]
    back = times(D, turned(W))
    E = [[e * h * (1 - h) for e, h in zip(a, b)] for a, b in zip(back, H)]
    to_W, to_V = times(turned(H), D), times(turned(X), E)
    for i in range(3):
        W[i][0] -= 0.5 * to_W[i][0]
    for i in range(2):
        for j in range(3):
            V[i][j] -= 0.5 * to_V[i][j]
"""

PENALTY_ADDED = """
import numpy as np
from scipy import optimize
rng = np.random.default_rng(6)
X, Y = np.insert(rng.normal(size=(20, 3)), 0, 1, axis=1), np.eye(2)[rng.integers(0, 2, 20)]
def squash(v):
    return 1 / (1 + np.exp(-v))
def fold(theta):
    return theta[:20].reshape(5, 4), theta[20:].reshape(2, 6)
def flat(one, two):
    return np.concatenate((one.ravel(), two.ravel()))
def forward(theta):
    one, two = fold(theta)
    a2 = np.insert(squash(X @ one.T), 0, 1, axis=1)
    return a2, squash(a2 @ two.T)
def cost(theta):
    _, a3 = forward(theta)
    return -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / 20
def penalized(theta):
    one, two = fold(theta)
    return cost(theta) + 0.5 / 20 * (np.sum(one[:, 1:] ** 2) + np.sum(two[:, 1:] ** 2))
def gradient(theta):
    a2, a3 = forward(theta)
    d3 = a3 - Y
    d2 = d3 @ fold(theta)[1] * a2 * (1 - a2)
    return flat(d2[:, 1:].T @ X, d3.T @ a2)
def penalized_gradient(theta):
    g1, g2 = fold(gradient(theta))
    one, two = fold(theta.copy())
    one[:, 0], two[:, 0] = 0, 0
    g1 = g1 / 20 + 1 / 20 * one
    g2 = g2 / 20 + 1 / 20 * two
    return flat(g1, g2)
optimize.minimize(penalized, rng.normal(size=32), jac=penalized_gradient, method="TNC")
"""

AHEAD_APART = """
import numpy as np
rng = np.random.default_rng(9)
X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
W = {1: rng.normal(size=(3, 5)), 2: rng.normal(size=(5, 1))}
v = {n: np.zeros_like(w) for n, w in W.items()}
for turn in range(40):
    ahead = {n: W[n] + 0.9 * v[n] for n in W}
    h = np.tanh(X @ ahead[1])
    d2 = (h @ ahead[2] - Y) / 20
    d1 = d2 @ ahead[2].T * (1 - h * h)
    for n, g in ((1, X.T @ d1), (2, h.T @ d2)):
        v[n] = 0.9 * v[n] - 0.05 * g
        W[n] = W[n] + v[n]
"""

GLOBAL_NAMES = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(3, 20)), rng.normal(size=(2, 20))
A, B = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
def forward():
    global mid, out
    mid = np.tanh(A @ X)
    out = B @ mid
def backward():
    global to_A, to_B
    top = (out - Y) / 20
    to_B = top @ mid.T
    to_A = B.T @ top * (1 - mid ** 2) @ X.T
for turn in range(30):
    forward()
    backward()
    for name in "AB":
        globals()[name] = globals()[name] - 0.1 * globals()["to_" + name]
"""

ADAM_ONE_BY_ONE = """
import numpy as np
rng = np.random.default_rng(6)
X, Y = rng.normal(size=(12, 3)), (rng.random((12, 1)) > 0.5) * 1.0
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
m1, v1, m2, v2, t = 0 * W1, 0 * W1, 0 * W2, 0 * W2, 0
for turn in range(9):
    for x, y in zip(X, Y):
        t += 1
        x = x[None, :]
        h = np.tanh(x @ W1)
        a = 1 / (1 + np.exp(-(h @ W2)))
        d2 = (a - y) * a * (1 - a)
        d1 = d2 @ W2.T * (1 - h * h)
        g1, g2 = x.T @ d1, h.T @ d2
        m1, v1 = 0.9 * m1 + 0.1 * g1, 0.99 * v1 + 0.01 * g1 ** 2
        m2, v2 = 0.9 * m2 + 0.1 * g2, 0.99 * v2 + 0.01 * g2 ** 2
        W1 -= 0.1 * (m1 / (1 - 0.9 ** t)) / (np.sqrt(v1 / (1 - 0.99 ** t)) + 1e-8)
        W2 -= 0.1 * (m2 / (1 - 0.9 ** t)) / (np.sqrt(v2 / (1 - 0.99 ** t)) + 1e-8)
"""

BY_TURNS = """
import numpy as np
rng = np.random.default_rng(2)
stones = rng.normal(size=(20, 3))
kinds = np.eye(2)[(stones[:, 0] > 0) * 1]
def begun(scale):
    return {"W": scale * rng.normal(size=(3, 5)), "b": np.zeros(5),
            "V": scale * rng.normal(size=(5, 2)), "c": np.zeros(2)}
def out_of(p, x):
    h = np.maximum(0, x @ p["W"] + p["b"])
    e = np.exp(h @ p["V"] + p["c"])
    return h, e / e.sum(axis=1, keepdims=True)
def slopes(p, x, y):
    h, o = out_of(p, x)
    top = (o - y) / len(x)
    low = top @ p["V"].T * (h > 0)
    return {"W": x.T @ low, "b": low.sum(0), "V": h.T @ top, "c": top.sum(0)}
class Plain:
    def step(self, params, grads):
        for key in params:
            params[key] -= 0.1 * grads[key]
class Adaptive:
    sums = None
    def step(self, params, grads):
        self.sums = self.sums or {key: np.zeros_like(params[key]) for key in params}
        for key in params:
            self.sums[key] += grads[key] ** 2
            params[key] -= 0.1 * grads[key] / (np.sqrt(self.sums[key]) + 1e-7)
nets = {scale: begun(scale) for scale in (0.5, 1.0, 1.5)}
steppers = {0.5: Plain(), 1.0: Plain(), 1.5: Adaptive()}
for turn in range(40):
    some = rng.choice(20, 12)
    for scale, net in nets.items():
        steppers[scale].step(net, slopes(net, stones[some], kinds[some]))
        loss = -np.mean(np.sum(kinds[some] * np.log(out_of(net, stones[some])[1]), axis=1))
"""

MEASURED = """
import numpy as np
rng = np.random.default_rng(4)
class Net:
    def __init__(self):
        self.p = {"W": 0.1 * rng.normal(size=(600, 40)), "b": np.zeros(40),
                  "V": rng.normal(size=(40, 3)), "c": np.zeros(3)}
    def out_of(self, x):
        self.h = np.tanh(x @ self.p["W"] + self.p["b"])
        return self.h @ self.p["V"] + self.p["c"]
    def loss(self, x, y):
        return np.sum((self.out_of(x) - y) ** 2) / 2
    def slopes(self, x, y):
        top = self.out_of(x) - y
        low = top @ self.p["V"].T * (1 - self.h ** 2)
        return {"W": x.T @ low, "b": low.sum(0), "V": self.h.T @ top, "c": top.sum(0)}
def measured(f, x):
    h, grad = 1e-4, np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        i = it.multi_index
        kept = x[i]
        x[i] = kept + h
        above = f()
        x[i] = kept - h
        below = f()
        grad[i] = (above - below) / (2 * h)
        x[i] = kept
        it.iternext()
    return grad
net = Net()
x, y = rng.normal(size=(4, 600)), rng.normal(size=(4, 3))
one = {key: measured(lambda: net.loss(x, y), net.p[key]) for key in net.p}
two = net.slopes(x, y)
for key in one:
    print(key, np.abs(one[key] - two[key]).max())
"""

FROM_ZEROS = """
import numpy as np
rng = np.random.default_rng(6)
x = rng.normal(size=(3, 300))
y = rng.permutation(np.arange(300) % 2)[None] * 1.0
def train(W1, W2, turns=3000):
    b1, b2 = np.zeros((4, 1)), np.zeros((1, 1))
    for turn in range(turns):
        h = np.maximum(0, W1 @ x + b1)
        o = 1 / (1 + np.exp(-(W2 @ h + b2)))
        d2 = (o - y) / 300  # which does not add up to 0 exactly
        d1 = W2.T @ d2 * (h > 0)
        W2 = W2 - 0.1 * d2 @ h.T
        b2 = b2 - 0.1 * d2.sum(axis=1, keepdims=True)
        W1 = W1 - 0.1 * d1 @ x.T
        b1 = b1 - 0.1 * d1.sum(axis=1, keepdims=True)
train(np.zeros((4, 3)), np.zeros((1, 4)))
train(rng.normal(size=(4, 3)), rng.normal(size=(1, 4)))
"""

COLUMN = """
import numpy as np
rng = np.random.default_rng(7)
stars, kinds = rng.normal(size=(15, 4)), rng.integers(3, size=15)
def flattened(low, high):
    return np.array([*low.ravel(), *high.ravel()]).reshape(-1, 1)
def parts(theta):
    return theta[:30].reshape(6, 5), theta[30:].reshape(3, 7)
def out_of(star, theta):
    low, high = parts(theta)
    z = low @ np.insert(star, 0, 1)
    a = np.insert(1 / (1 + np.exp(-z)), 0, 1)
    return z, a, 1 / (1 + np.exp(-(high @ a)))
def cost(theta):
    total = 0
    for star, kind in zip(stars, kinds):
        o, y = out_of(star, theta)[2], np.eye(3)[kind]
        total -= np.sum(y * np.log(o) + (1 - y) * np.log(1 - o))
    return total / len(stars)
def slopes(theta):
    low, high = parts(theta)
    D1, D2 = np.zeros(low.shape), np.zeros(high.shape)
    for star, kind in zip(stars, kinds):
        z, a, o = out_of(star, theta)
        d3 = o - np.eye(3)[kind]
        s = 1 / (1 + np.exp(-z))
        d2 = high.T[1:] @ d3 * s * (1 - s)
        D2 += np.outer(d3, a)
        D1 += np.outer(d2, np.insert(star, 0, 1))
    return flattened(D1 / len(stars), D2 / len(stars)).flatten()
theta = flattened(rng.normal(size=(6, 5)), rng.normal(size=(3, 7)))
print(cost(theta), cost(theta))
found = slopes(theta)
for turn in range(4):
    at, e = rng.integers(51), 1e-4
    shift = np.zeros((51, 1))
    shift[at] = e
    print((cost(theta + shift) - cost(theta - shift)) / float(2 * e), found[at])
"""

INHERITED = """
import numpy as np
class Trained:
    def train(self, X, y, learning_rate=0.1, epochs=20):
        for turn in range(epochs):
            for place, slope in zip(self.places, self.slopes(X, y)):
                place -= learning_rate * slope
class Net(Trained):
    def __init__(self, n_in=4, n_hidden=6, n_out=3):
        self.low, self.high = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)
        self.places = [self.low, self.high]
    def slopes(self, X, y):
        h = np.tanh(X @ self.low)
        top = (h @ self.high - y) / len(X)
        return X.T @ (top @ self.high.T * (1 - h ** 2)), h.T @ top
"""

DESCRIBED = """
import numpy as np

class Mesh:
    def begin(self, plan):
        values = {}
        for number, layer in enumerate(plan, 1):
            shape = layer["output_dim"], layer["input_dim"]
            values["W" + str(number)] = np.random.randn(*shape) * 0.3
            values["b" + str(number)] = np.random.randn(shape[0], 1) * 0.3
        return values

    def bend(self, Z, activation):
        if activation == "sigmoid":
            return 1 / (1 + np.exp(-Z))
        raise Exception("what is " + activation)

    def forward(self, X, values, plan):
        kept = {"A0": X}
        for number, layer in enumerate(plan, 1):
            Z = values["W" + str(number)] @ kept["A" + str(number - 1)] + values["b" + str(number)]
            kept["A" + str(number)] = self.bend(Z, layer["activation"])
        return kept

    def train(self, X, Y, plan, epochs, learning_rate):
        values = self.begin(plan)
        for _ in range(epochs):
            kept = self.forward(X, values, plan)
            out, grads = kept["A" + str(len(plan))], {}
            dA = (1 - Y) / (1 - out) - Y / out
            for number, layer in reversed(list(enumerate(plan, 1))):
                dZ = dA * kept["A" + str(number)] * (1 - kept["A" + str(number)])
                grads["W" + str(number)] = dZ @ kept["A" + str(number - 1)].T / X.shape[1]
                grads["b" + str(number)] = dZ.sum(axis=1, keepdims=True) / X.shape[1]
                dA = values["W" + str(number)].T @ dZ
            for name in values:
                values[name] = values[name] - learning_rate * grads[name]
        return values
"""

HANDED_BACK = """
import numpy as np
np.random.seed(5)
depths = np.random.uniform(-2, 2, 30)
W1, b1 = np.random.normal(size=(1, 6)), np.zeros(6)
W2, b2 = np.random.normal(size=(6, 1)), np.zeros(1)
for turn in range(5):
    for x, y in zip(depths, np.sin(depths)):
        x = np.array([x])
        h = np.tanh(np.matmul(x, W1) + b1)
        out = np.matmul(h, W2) + b2
        grad = 2 * (out - y)
        dW2, db2 = h.reshape(-1, 1) @ grad.reshape(1, -1), grad.copy()
        grad = (grad @ W2.T) * (1 - h ** 2)
        dW1, db1 = x.reshape(-1, 1) @ grad.reshape(1, -1), grad.copy()
        W1, b1, W2, b2 = W1 - 0.1 * dW1, b1 - 0.1 * db1, W2 - 0.1 * dW2, b2 - 0.1 * db2
"""

RESHAPED = """
import numpy as np
np.random.seed(2)
sites, found = np.array([[1, 1], [0, 0], [1, 0], [0, 1]]), [1, 1, 0, 0]
low, shift = np.random.randn(2, 2), np.random.randn(2, 1)
high, lift = np.random.randn(2, 1), np.random.randn()
for season in range(50):
    for site, y in zip(sites, found):
        mid = 1 / (1 + np.exp(-(np.dot(low, site).reshape((2, 1)) + shift)))
        told = 1 / (1 + np.exp(-(np.dot(high.T, mid) + lift)))
        d2 = (told - y) * told * (1 - told)
        d1 = d2 * high * mid * (1 - mid)
        low -= 0.5 * d1 * site
        high -= 0.5 * d2 * mid
        shift -= 0.5 * d1
        lift -= 0.5 * d2
"""

ROWS_CHANGED = """
import math
import random

random.seed(3)
def sums(rows, entering):
    told = []
    for row in rows:
        total = row[0]
        for n, value in enumerate(entering):
            total += row[n + 1] * value
        told.append(1 / (1 + math.exp(-total)))
    return told

def errors_below(rows, high, mid):
    low = [0] * len(mid)
    for n in range(len(mid)):
        error = 0
        for row, d in zip(rows, high):
            error += row[n + 1] * d
        low[n] = error * mid[n] * (1 - mid[n])
    return low

def change(rows, deltas, entering):
    for row, d in zip(rows, deltas):
        for n in range(len(row)):
            row[n] += 0.5 * d * (1 if n == 0 else entering[n - 1])

below = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
above = [[random.uniform(-1, 1) for _ in range(4)]]
for turn in range(200):
    for x, y in (([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)):
        mid = sums(below, x)
        out = sums(above, mid)
        high = [(y - a) * a * (1 - a) for a in out]
        low = errors_below(above, high, mid)
        change(above, high, mid)
        change(below, low, x)
"""

BIAS_ROWS_UNDER_ADAM = """
import numpy as np
r = np.random.RandomState(3)
x = r.randn(20, 4)
y = np.eye(3)[x[:, :3].argmax(axis=1)]
theta, m, v = [r.randn(5, 6) / 2, r.randn(7, 3) / 2], [0, 0], [0, 0]
for i in range(1, 100):
    a = np.hstack((x, np.ones((20, 1))))
    h = np.hstack((np.tanh(a @ theta[0]), np.ones((20, 1))))
    p = np.exp(h @ theta[1])
    p /= p.sum(axis=1, keepdims=True)
    d = p - y
    e = (d @ theta[1].T)[:, :-1] * (1 - h[:, :-1] ** 2)
    for n, g in enumerate((a.T @ e, h.T @ d)):
        m[n] = 0.9 * m[n] + 0.1 * g
        v[n] = 0.99 * v[n] + 0.01 * g ** 2
        up = m[n] / (1 - 0.9 ** i)
        theta[n] = theta[n] - 0.01 * up / (np.sqrt(v[n] / (1 - 0.99 ** i)) + 1e-8)
"""


LINE = """
import numpy as np
slope, start = 0.0, 0
week = np.array([2.0, 4.3, 6.3, 2.6, 5.3, 3.1])
size = np.array([12.0, 12.8, 14.1, 12.6, 13.4, 12.8])
for _ in range(60):
    guess = slope * week + start
    up = -(2 / len(week)) * sum(week * (size - guess))
    on = -(2 / len(week)) * sum(size - guess)
    slope = slope - 0.005 * up
    start = start - 0.005 * on
"""

SINGLE_UNIT = """
import numpy as np
np.random.seed(4)
class Unit:
    def __init__(self):
        self.w, self.b = np.random.randn(1, 1), np.random.randn(1)
    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.w + self.b)))
        return self.a
    def backward(self, gap):
        slope = gap * self.a * (1 - self.a)
        self.dw, self.db = self.x.T @ slope, slope.sum(axis=0)
        return slope @ self.w.T
hours = np.arange(20).reshape(-1, 1) / 10
passed = (hours > 1) * 1.0
unit = Unit()
for turn in range(300):
    unit.backward(2 * (unit.forward(hours) - passed) / len(hours))
    unit.w = unit.w - 0.3 * unit.dw
    unit.b = unit.b - 0.3 * unit.db
"""

BIAS_CUT_OFF = """
import numpy as np
rng = np.random.default_rng(3)
points, wanted = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
V, W = rng.normal(size=(4, 5)), rng.normal(size=(6, 2))
for turn in range(40):
    mid = np.tanh(points @ V[:-1] + V[-1])
    gap = (mid @ W[:-1] + W[-1] - wanted) / 12
    back = gap @ W[:-1].T * (1 - mid ** 2)
    W -= 0.1 * np.vstack([mid.T @ gap, gap.sum(axis=0)])
    V -= 0.1 * np.vstack([points.T @ back, back.sum(axis=0)])
"""

SUMS_PUT_BACK = """
import numpy as np
rng = np.random.default_rng(4)
points, wanted = rng.normal(size=(9, 2)), rng.random((9, 2))
W = [rng.normal(size=(2, 3)), rng.normal(size=(3, 2))]
for point, goal in zip(points, wanted):
    mid = 1 / (1 + np.exp(-np.dot(point, W[0])))
    out = 1 / (1 + np.exp(-np.dot(mid, W[1])))
    top = (out - goal) * out * (1 - out)
    back = np.dot(W[1], top) * mid * (1 - mid)
    for layer, enters, delta in ((1, mid, top), (0, point, back)):
        for i in range(len(enters)):
            for j in range(len(delta)):
                changed = W[layer][i, j] - 0.5 * delta[j] * enters[i]
                W[layer][i, j] = changed
"""

SUMS_OF_ONE_OUTPUT = """
import numpy as np
rng = np.random.default_rng(5)
squash = lambda v: 1 / (1 + np.exp(-v))
x = rng.random((12, 1))
y = np.sin(x)
w = {1: rng.normal(size=(7, 1)), 2: rng.normal(size=(5, 7)), 3: rng.normal(size=(1, 5))}
b = {1: rng.normal(size=(7, 1)), 2: rng.normal(size=(5, 1)), 3: rng.normal(size=(1, 1))}
for turn in range(30):
    for_w = {k: np.zeros(v.shape) for k, v in w.items()}
    for_b = {k: np.zeros(v.shape) for k, v in b.items()}
    for n in range(len(x)):
        h = {0: x[n].reshape(1, 1)}
        z = {}
        for k in (1, 2, 3):
            z[k] = np.matmul(w[k], h[k - 1]) + b[k]
            h[k] = squash(z[k])
        g = h[3] - y[n]
        for k in (3, 2, 1):
            g = np.multiply(g, squash(z[k]) * (1 - squash(z[k])))
            for_w[k] += np.matmul(g, h[k - 1].T)
            for_b[k] += g
            g = np.matmul(w[k].T, g)
    for k in w:
        w[k] -= 0.1 * for_w[k] / len(x)
        b[k] -= 0.1 * for_b[k] / len(x)
"""

MANY_COLUMNS = """
import numpy as np
rng = np.random.default_rng(7)
V, W = rng.normal(size=(300, 40)) / 20, rng.normal(size=(40, 2)) / 5
for point, goal in zip(rng.random((9, 300)), rng.random((9, 2))):
    mid = 1 / (1 + np.exp(-np.dot(point, V)))
    out = 1 / (1 + np.exp(-np.dot(mid, W)))
    top = (goal - out) * out * (1 - out)
    back = top.dot(W.T) * mid * (1 - mid)
    for j in range(2):
        W[:, j] += 0.2 * top[j] * mid
    for j in range(40):
        V[:, j] += 0.2 * back[j] * point
"""

WEIGHTS_OF_ZERO = """
import numpy as np
rng = np.random.default_rng(8)
flowers, kinds = rng.normal(size=(12, 4)), np.eye(3)[np.arange(12) % 3]
theta = np.zeros((4, 3))
for epoch in range(9):
    raised = np.exp(flowers @ theta)
    chance = raised / raised.sum(1, keepdims=True)
    theta -= 0.01 * flowers.T @ (chance - kinds)
"""

THRESHOLDS = """
import numpy as np
rng = np.random.default_rng(9)
V, W = rng.normal(size=(5, 2)), rng.normal(size=(1, 6))
waves = np.linspace(-1, 1, 12)
for epoch in range(9):
    dV = dW = 0
    for wave, height in zip(waves, np.sin(waves)):
        point = np.array([[-1], [wave]])
        mid = 1 / (1 + np.exp(-V.dot(point)))
        mid_and_1 = np.insert(mid, 0, -1).reshape(-1, 1)
        gap = height - W.dot(mid_and_1)[0][0]
        dW += 0.05 * gap * mid_and_1.T
        dV += 0.05 * np.dot(gap * W[:, 1:].T * mid * (1 - mid), point.T)
    W += dW
    V += dV
"""

ANNOTATED = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np

@dataclass
class Net:
    V: np.ndarray
    W: np.ndarray

    def beside(self, other: Net) -> Net:
        return Net(self.V + other.V, self.W + other.W)

rng = np.random.default_rng(10)
points, wanted = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
net = Net(rng.normal(size=(3, 4)), rng.normal(size=(4, 2)))
for epoch in range(9):
    mid = np.tanh(points @ net.V)
    gap = (mid @ net.W - wanted) / 12
    back = gap @ net.W.T * (1 - mid ** 2)
    net.W = net.W - 0.1 * mid.T @ gap
    net.V = net.V - 0.1 * points.T @ back
"""

ARRAY_OF_OBJECTS = """
import numpy as np
rng = np.random.default_rng(11)
V, W = np.array([rng.normal(size=4) for _ in range(3)], dtype=object), rng.normal(size=3)
for point, goal in zip(rng.normal(size=(9, 4)), rng.random(9)):
    mid = np.array([np.tanh(V[i].dot(point)) for i in range(3)])
    gap = W @ mid - goal
    back = gap * W * (1 - mid ** 2)
    W = W - 0.1 * gap * mid
    for i in range(3):
        V[i] -= 0.1 * back[i] * point
"""

TABLE_AS_SAMPLES = """
import numpy as np
import pandas as pd
rng = np.random.default_rng(12)
table = pd.DataFrame(rng.normal(size=(20, 3)), columns=["size", "age", "price"])
points, wanted = table.drop(columns="price").T, table["price"].to_numpy().reshape(1, -1)
V, W = rng.normal(size=(4, 2)), rng.normal(size=(1, 4))
for epoch in range(9):
    mid = np.tanh(np.dot(V, points))
    gap = np.dot(W, mid) - wanted
    back = np.dot(W.T, gap) * (1 - mid ** 2)
    W = W - 0.01 * np.dot(gap, mid.T)
    V = V - 0.01 * np.dot(back, points.T)
"""

SLOPE_OF_ITS_OWN = """
import numpy as np
rng = np.random.default_rng(13)
V, W, c = rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), np.zeros(2)
for point, goal in zip(rng.normal(size=(9, 3)), rng.normal(size=(9, 2))):
    mid = np.tanh(point @ V)
    low = mid @ W + c
    high = np.where(low < 0, 0.25 * low, low)
    gap = (high - goal) * np.where(low < 0, 0.25, 1)
    back = W @ gap * (1 - mid ** 2)
    W, c, V = W - 0.1 * np.outer(mid, gap), c - 0.1 * gap, V - 0.1 * np.outer(point, back)
"""

QUOTIENTS = """
import numpy as np
rng = np.random.default_rng(14)
points, wanted = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(9):
    for part in range(len(points) / 4):
        rows = points[4 * part : 4 * part + 4]
        mid = np.tanh(rows @ V)
        gap = mid @ W - wanted[4 * part : 4 * part + 4]
        back = gap @ W.T * (1 - mid ** 2)
        W, V = W - 0.1 * mid.T @ gap, V - 0.1 * rows.T @ back
"""

ONE_STEP_LATE = """
import numpy as np
rng = np.random.default_rng(15)
theta = [rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 2)), np.zeros(2)]
steps = [0, 0, 0, 0]
for point, goal in zip(rng.normal(size=(9, 3)), rng.normal(size=(9, 2))):
    V, b, W, c = theta
    mid = np.tanh(point @ V + b)
    gap = mid @ W + c - goal
    back = W @ gap * (1 - mid ** 2)
    grads = np.outer(point, back), back, np.outer(mid, gap), gap
    for n in range(4):
        theta[n] = theta[n] - steps[n]
        steps[n] = 0.1 * grads[n] + 0.9 * steps[n]
"""

BIAS_ROW_BY_ROW = """
import numpy as np
rng = np.random.default_rng(16)
X, Y = np.asmatrix(rng.normal(size=(60, 3))), np.asmatrix(rng.integers(0, 2, (60, 2)))
V, b = np.asmatrix(rng.normal(size=(3, 4))), np.asmatrix(rng.normal(size=(1, 4)))
W, c = np.asmatrix(rng.normal(size=(4, 2))), np.asmatrix(rng.normal(size=(1, 2)))
def through(entering, weights, bias):
    z = entering * weights
    for i in range(len(z)):
        z[i,] += bias
    return 1 / (1 + np.exp(-z))
for turn in range(9):
    mid = through(X, V, b)
    out = through(mid, W, c)
    gap = np.multiply(out - Y, np.multiply(out, 1 - out))
    back = np.multiply(gap * W.T, np.multiply(mid, 1 - mid))
    W, c = W - 0.1 * (mid.T * gap), c - 0.1 * gap.sum(axis=0)
    V, b = V - 0.1 * (X.T * back), b - 0.1 * back.sum(axis=0)
"""

SINGLE_INPUT = """
import numpy as np
rng = np.random.default_rng(17)
v, b = rng.normal(size=(6, 1)), np.zeros((6, 1))
w, c = rng.normal(size=(1, 6)), np.zeros((1, 1))
for x in rng.uniform(-3, 3, 40):
    mid = 1 / (1 + np.exp(-(v * x + b)))
    gap = w @ mid + c - np.sin(x)
    back = w.T * gap * mid * (1 - mid)
    w, c = w - 0.1 * gap * mid.T, c - 0.1 * gap
    v, b = v - 0.1 * back * x, b - 0.1 * back
"""

ENTRIES_CUT = """
import numpy as np
rng = np.random.default_rng(83)
X, Y = rng.normal(size=(30, 3)), 2 + rng.normal(size=(30, 1))
V, c = rng.normal(size=(3, 5)), np.zeros((1, 5))
W, d = rng.normal(size=(5, 1)), np.zeros((1, 1))
for turn in range(50):
    mid = 1 / (1 + np.exp(-(X @ V + c)))
    gap = mid @ W + d - Y
    back = gap @ W.T * mid * (1 - mid)
    slopes = [X.T @ back, back.sum(0)[None], mid.T @ gap, gap.sum(0)[None]]
    for array, slope in zip([V, c, W, d], slopes):
        array -= 0.01 * np.clip(slope, -9.0, 9.0)
"""


LARGE_UNDER_ADAM = """
import numpy as np
np.random.seed(5)

class Adam:
    def __init__(self, params):
        self.params, self.t = params, 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]

    def step(self, slopes):
        self.t += 1
        for i, (p, slope) in enumerate(zip(self.params, slopes)):
            self.m[i] = 0.9 * self.m[i] + (1 - 0.9) * slope
            self.v[i] = 0.99 * self.v[i] + (1 - 0.99) * slope ** 2
            m, v = self.m[i] / (1 - 0.9 ** self.t), self.v[i] / (1 - 0.99 ** self.t)
            p -= 0.01 * m / (np.sqrt(v) + 1e-8)

X = np.random.randn(40, 3000)
Y = np.tanh(X[:, :3])
W, b, V, c = np.random.randn(3000, 90) / 60, np.zeros(90), np.random.randn(90, 3), np.zeros(3)
adam = Adam([W, b, V, c])
for turn in range(9):
    h = np.tanh(X @ W + b)
    gap = (h @ V + c - Y) / len(X)
    back = gap @ V.T * (1 - h ** 2)
    adam.step([X.T @ back, back.sum(axis=0), h.T @ gap, gap.sum(axis=0)])
"""

PROGRAMS = {
    "entries_cut": (ENTRIES_CUT, "sigmoid identity"),
    "sums_of_one_output": (SUMS_OF_ONE_OUTPUT, "sigmoid sigmoid sigmoid"),
    "large_under_adam": (LARGE_UNDER_ADAM, "tanh identity"),
    "straight": (STRAIGHT, "sigmoid sigmoid"),
    "functions": (FUNCTIONS, "tanh identity"),
    "objects": (OBJECTS, "relu relu softmax"),
    "lists": (LISTS, "sigmoid sigmoid sigmoid"),
    "one_by_one": (ONE_BY_ONE, "sigmoid sigmoid"),
    "momentum": (MOMENTUM, "tanh identity"),
    "look_ahead": (LOOK_AHEAD, "tanh identity"),
    "adam": (ADAM, "tanh identity"),
    "decay": (DECAY, "relu softmax"),
    "bias_inside": (BIAS_INSIDE, "tanh sigmoid"),
    "dropout": (DROPOUT, "relu identity"),
    "matrix": (MATRIX, "sigmoid sigmoid"),
    "old_python": (OLD_PYTHON, "sigmoid sigmoid"),
    "returned": (RETURNED, "sigmoid sigmoid"),
    "only_defined": (ONLY_DEFINED, "relu softmax"),
    "single_numbers": (SINGLE_NUMBERS, "sigmoid sigmoid"),
    "lists_of_numbers": (LISTS_OF_NUMBERS, "sigmoid sigmoid"),
    "minus_one": (MINUS_ONE, "sigmoid sigmoid"),
    "flat": (FLAT, "sigmoid sigmoid"),
    "tensors": (TENSORS, "relu identity"),
    "samples_in_tuples": (SAMPLES_IN_TUPLES, "tanh tanh"),
    "squashed_twice": (SQUASHED_TWICE, "sigmoid sigmoid softmax"),
    "tested": (TESTED, "sigmoid softmax"),
    "neurons": (NEURONS, "sigmoid sigmoid"),
    "stack": (STACK, "tanh sigmoid"),
    "element_by_element": (ELEMENT_BY_ELEMENT, "sigmoid sigmoid"),
    "pass_by_pass": (PASS_BY_PASS, "sigmoid"),
    "optimized": (OPTIMIZED, "sigmoid"),
    "zeros": (ZEROS, "sigmoid sigmoid"),
    "attributes": (ATTRIBUTES, "sigmoid sigmoid sigmoid"),
    "row_by_row": (ROW_BY_ROW, "sigmoid sigmoid"),
    "two_classes": (TWO_CLASSES, "tanh softmax"),
    "written_into": (WRITTEN_INTO, "tanh identity"),
    "own_matrices": (OWN_MATRICES, "sigmoid sigmoid"),
    "layer_by_layer": (LAYER_BY_LAYER, "sigmoid sigmoid"),
    "penalty_added": (PENALTY_ADDED, "sigmoid sigmoid"),
    "ahead_apart": (AHEAD_APART, "tanh identity"),
    "global_names": (GLOBAL_NAMES, "tanh identity"),
    "adam_one_by_one": (ADAM_ONE_BY_ONE, "tanh sigmoid"),
    "whole_answers": (WHOLE_ANSWERS, "sigmoid sigmoid"),
    "by_turns": (BY_TURNS, "relu softmax"),
    "measured": (MEASURED, "tanh identity"),
    "from_zeros": (FROM_ZEROS, "relu sigmoid"),
    "column": (COLUMN, "sigmoid sigmoid"),
    "inherited": (INHERITED, "tanh identity"),
    "described": (DESCRIBED, "sigmoid sigmoid"),
    "handed_back": (HANDED_BACK, "tanh identity"),
    "reshaped": (RESHAPED, "sigmoid sigmoid"),
    "rows_changed": (ROWS_CHANGED, "sigmoid sigmoid"),
    "line": (LINE, "identity"),
    "single_unit": (SINGLE_UNIT, "sigmoid"),
    "bias_cut_off": (BIAS_CUT_OFF, "tanh identity"),
    "sums_put_back": (SUMS_PUT_BACK, "sigmoid sigmoid"),
    "bias_rows_under_adam": (BIAS_ROWS_UNDER_ADAM, "tanh softmax"),
    "many_columns": (MANY_COLUMNS, "sigmoid sigmoid"),
    "weights_of_zero": (WEIGHTS_OF_ZERO, "softmax"),
    "thresholds": (THRESHOLDS, "sigmoid identity"),
    "annotated": (ANNOTATED, "tanh identity"),
    "table_as_samples": (TABLE_AS_SAMPLES, "tanh identity"),
    "array_of_objects": (ARRAY_OF_OBJECTS, "tanh identity"),
    "slope_of_its_own": (SLOPE_OF_ITS_OWN, "tanh leaky_relu"),
    "quotients": (QUOTIENTS, "tanh identity"),
    "one_step_late": (ONE_STEP_LATE, "tanh identity"),
    "bias_row_by_row": (BIAS_ROW_BY_ROW, "sigmoid sigmoid"),
    "single_input": (SINGLE_INPUT, "sigmoid identity"),
}
"""Right programs, and the activations of their networks."""

SLIPS = {
    "changed biases that only a name of a loop stands for": (
        "lists",
        "left_at_zero",
        (
            "self.shifts = [b - (eta / len(some)) * s for b, s in zip(self.shifts, sum_b)]",
            "for b, s in zip(self.shifts, sum_b): b = b - (eta / len(some)) * s",
        ),
    ),
    "biases of 0 averaged where the weights are summed, and means of them that begin with 0": (
        "large_under_adam",
        "bias_not_averaged",
        ("back.sum(axis=0)", "back.mean(axis=0)"),
        ("gap.sum(axis=0)", "gap.mean(axis=0)"),
    ),
    "a bias added row by row, and averaged where the weights are summed": (
        "bias_row_by_row",
        "average_missing",
        ("gap.sum(axis=0)", "gap.sum(axis=0) * (1.0 / len(X))"),
        ("back.sum(axis=0)", "back.sum(axis=0) * (1.0 / len(X))"),
    ),
    "a single input, and weights that were already updated": (
        "single_input",
        "updated_weights",
        ("    back = w.T * gap * mid * (1 - mid)\n", ""),
        ("    v, b =", "    back = w.T * gap * mid * (1 - mid)\n    v, b ="),
    ),
    "(a − y)(1 − a), which is the slope of a loss of counts": (
        "straight",
        "power_in_derivative",
        ("gap * yield_ * (1 - yield_)", "gap * (1 - yield_)"),
        (" * soil * (1 - soil)", " * (1 - soil)"),
    ),
    "a slip that is the absolute error's slope where all targets are 1": (
        "straight",
        "power_in_derivative",
        ("* rain[:, 1:2] > 0)", "* rain[:, 1:2] > -99)"),
        ("    gap = crop", "    loss = np.mean((crop - yield_) ** 2)\n    gap = crop"),
        ("gap * yield_ * (1 - yield_)", "gap * yield_"),
    ),
    "a² of one output, with a loss that nothing computes": (
        "matrix",
        "power_in_derivative",
        ("np.multiply(h, 1 - h)", "np.multiply(h, h)"),
    ),
    "z for f' of a mask": (
        "decay",
        "activation_for_derivative",
        ("dhidden[hidden <= 0] = 0", "dhidden *= np.dot(inputs, W1) + b1"),
    ),
    "biases not averaged, with a penalty on them as well": (
        "decay",
        "bias_not_averaged",
        ("    dscores /= 50\n", ""),
        ("np.dot(hidden.T, dscores)", "np.dot(hidden.T, dscores) / 50"),
        ("np.dot(inputs.T, dhidden)", "np.dot(inputs.T, dhidden) / 50"),
        ("    W1 += -0.5", "    db1 += 1e-2 * b1\n    db2 += 1e-2 * b2\n    W1 += -0.5"),
        ("np.zeros((1, 5))", "np.random.randn(1, 5)"),
        ("np.zeros((1, 2))", "np.random.randn(1, 2)"),
    ),
    "what enters left out": (
        "straight",
        "activation_left_out",
        ("rain.T.dot(pull)", "pull.sum(axis=0)"),
    ),
    "sign of a line's slope": ("line", "sign", ("up = -(2", "up = (2")),
    "f' left out of a stack": ("stack", "derivative_left_out", (" * (1 - mid ** 2)", "")),
    "predictions in the place of their error": (
        "functions",
        "activation_for_error",
        ("high @ hidden.T", "got @ hidden.T / count"),
    ),
    "predictions handed down in the place of their error": (
        "functions",
        "activation_for_error",
        ('(p["B"].T @ high)', '(p["B"].T @ got) / count'),
    ),
    "the mean of the errors of the units above": (
        "functions",
        "error_averaged",
        ('(p["B"].T @ high)', '(p["B"].T @ high) / 2'),
    ),
    "f' left out": ("straight", "derivative_left_out", (" * soil * (1 - soil)", "")),
    "own activation, which spreads over all weights of a unit": (
        "straight",
        "own_activation",
        ("soil.T.dot(push)", "yield_.T.dot(push)"),
    ),
    "f' left out under Adam, with rows for the biases": (
        "bias_rows_under_adam",
        "derivative_left_out",
        (" * (1 - h[:, :-1] ** 2)", ""),
    ),
    "updated weights under Adam": (
        "adam",
        "updated_weights",
        ("    k = g @ W2.T * (1 - h ** 2)\n", ""),
        (
            "    grads = [x.T @ k, k.sum(0), h.T @ g, g.sum(0)]\n",
            "    def grads():\n        yield 2, (W2, h.T @ g)\n        yield 3, (b2, g.sum(0))\n"
            "        k = g @ W2.T * (1 - h ** 2)\n"
            "        yield 0, (W1, x.T @ k)\n        yield 1, (b1, k.sum(0))\n",
        ),
        ("enumerate(zip((W1, b1, W2, b2), grads))", "grads()"),
    ),
    "the activation before dropout in dW": (
        "dropout",
        "activation_before_dropout",
        ("h = np.maximum(0, x @ W1) * mask", "r = np.maximum(0, x @ W1)\n    h = r * mask"),
        ("0.1 * h.T", "0.1 * r.T"),
    ),
    "updated weights of samples in tuples": (
        "samples_in_tuples",
        "updated_weights",
        ("    e = W * d * (1 - h * h)\n", ""),
        ("d * h\n", "d * h\n    e = W * d * (1 - h * h)\n"),
    ),
    "updated weights below a softmax without weights of its own": (
        "squashed_twice",
        "updated_weights",
        ("        up = d.dot", "        up = (lambda: d.dot"),
        ("kept[-i - 1] * (1 - kept[-i - 1])\n", "kept[-i - 1] * (1 - kept[-i - 1]))\n"),
        ("        d = up", "        d = up()"),
    ),
    "f' left out under Adam": ("adam", "derivative_left_out", (" * (1 - h ** 2)", "")),
    "sum in one array under Adam": (
        "adam",
        "average_missing",
        ("h.T @ g, g", "h.T @ g * len(x), g"),
    ),
    "sum in one bias under momentum": (
        "momentum",
        "bias_not_averaged",
        ("k.sum(0), h", "len(x) * k.sum(0), h"),
    ),
    "f' left out under momentum": ("momentum", "derivative_left_out", (" * (1 - h ** 2)", "")),
    "f' left out behind a look ahead": (
        "look_ahead",
        "derivative_left_out",
        (" * (1 - h ** 2)", ""),
    ),
    "sign": ("straight", "sign", ("gap = crop - yield_", "gap = yield_ - crop")),
    "error carried back": (
        "straight",
        "error_carried_back",
        ("push.dot(second.T)", "gap.dot(second.T)"),
    ),
    "average in one array": (
        "functions",
        "average_missing",
        ('"B": high @ hidden.T', '"B": count * high @ hidden.T'),
    ),
    "average twice below": (
        "functions",
        "average_in_error_term",
        ("* (1 - hidden ** 2)", "* (1 - hidden ** 2) / count"),
    ),
    "a (1 − z)": (
        "matrix",
        "derivative_of_weighted_sum",
        ("np.multiply(h, 1 - h)", "np.multiply(h, 1 - x * w1)"),
    ),
    "z (1 − a)": (
        "matrix",
        "derivative_of_weighted_sum",
        ("np.multiply(h, 1 - h)", "np.multiply(x * w1, 1 - h)"),
    ),
    "twice what comes back": (
        "functions",
        "factor_two",
        ("* (1 - hidden ** 2)", "* (1 - hidden ** 2) * 2"),
    ),
    "power": ("functions", "power_in_derivative", ("1 - hidden ** 2", "1 - hidden")),
    "mask": ("objects", "relu_mask", ("return dout * self.on", "return dout")),
    "derivative of sum": (
        "lists",
        "derivative_at_activation",
        (
            "delta = np.dot(self.links[-back + 1].T, delta) * bend(z) * (1 - bend(z))",
            "delta = np.dot(self.links[-back + 1].T, delta) * bend(bend(z)) * (1 - bend(bend(z)))",
        ),
    ),
    "split error": (
        "one_by_one",
        "error_carried_back",
        ("numpy.dot(self.high.T, e)", "numpy.dot(self.high.T, y - o)"),
    ),
    "updated weights": (
        "matrix",
        "updated_weights",
        ("    d1 = np", "    w2 = w2 - 0.3 * (h.T * d2)\n    d1 = np"),
        ("1 - h))\n    w2 = w2 - 0.3 * (h.T * d2)\n", "1 - h))\n"),
    ),
    "returned f'": (
        "returned",
        "derivative_left_out",
        (" * np.exp(-self.z2) / (1 + np.exp(-self.z2)) ** 2", ""),
    ),
    "f' left out of neurons": (
        "neurons",
        "derivative_left_out",
        (
            "for d, u in zip(high, above)) * unit.out * (1 - unit.out)",
            "for d, u in zip(high, above))",
        ),
    ),
    "only defined": ("only_defined", "relu_mask", (" * (h > 0)", "")),
    "f' left out of a number": (
        "single_numbers",
        "derivative_left_out",
        ("one = top * self.q1 * left * (1 - left)", "one = top * self.q1"),
        ("two = top * self.q2 * right * (1 - right)", "two = top * self.q2"),
    ),
    "error carried back in lists": (
        "lists_of_numbers",
        "error_carried_back",
        (
            'upper["links"][k] * upper["term"] for upper in net[n + 1]',
            'upper["links"][k] * (upper["out"] - g) for upper, g in zip(net[n + 1], wanted)',
        ),
    ),
    "f' left out of a flat one": (
        "flat",
        "derivative_left_out",
        (" * a2[:, 1:] * (1 - a2[:, 1:])", ""),
    ),
    "softmax over the samples": (
        "objects",
        "softmax_axis",
        ("x.max(axis=1, keepdims=True)", "x.max()"),
        ("e.sum(axis=1, keepdims=True)", "e.sum(axis=0)"),
    ),
    "softmax of the whole batch, beside test data": (
        "tested",
        "softmax_axis",
        ("e.sum(axis=1, keepdims=True)", "e.sum()"),
    ),
    "f' added up, through updated weights": (
        "one_by_one",
        "derivative_summed",
        (
            "numpy.dot(self.high.T, e) * h * (1.0 - h)",
            "numpy.dot(self.high.T, e) * (h.T @ (1.0 - h))",
        ),
    ),
    "f' left out of own dW in numbers": (
        "zeros",
        "derivative_left_out_of_own",
        ("e0 = gap * one", "e0 = (got - goal) * one"),
        ("e1 = gap * two", "e1 = (got - goal) * two"),
    ),
    "f' left out between attributes": (
        "attributes",
        "derivative_left_out",
        (" * below * (1 - below)", ""),
    ),
    "f' of the activation, row by row": (
        "row_by_row",
        "derivative_at_activation",
        (
            "squash(z2[n, :]) * (1 - squash(z2[n, :]))",
            "squash(a2[n, 1:]) * (1 - squash(a2[n, 1:]))",
        ),
    ),
    "error carried back by own matrices": (
        "own_matrices",
        "error_carried_back",
        ("Grid.multiply(high.turned(), top)", "Grid.multiply(high.turned(), error)"),
    ),
    "one error for all neurons": (
        "minus_one",
        "error_term_above",
        ("pace * left", "pace * high"),
        ("pace * right", "pace * high"),
    ),
    "f' left out of lists of rows": (
        "layer_by_layer",
        "derivative_left_out",
        ("[[e * h * (1 - h) for", "[[e for"),
    ),
    "average in one of two, before a penalty": (
        "penalty_added",
        "average_missing",
        ("g1 = g1 / 20 + ", "g1 = g1 + "),
    ),
    "f' left out where it is looked ahead": (
        "ahead_apart",
        "derivative_left_out",
        (" * (1 - h * h)", ""),
    ),
    "mask in one of several networks": ("by_turns", "relu_mask", (" * (h > 0)", "")),
    "f' left out beside differences": (
        "measured",
        "derivative_left_out",
        ("(1 - self.h ** 2)", "1"),
    ),
    "mask behind a training that stands still": ("from_zeros", "relu_mask", (" * (h > 0)", "")),
    "f' left out beside thresholds": (
        "thresholds",
        "derivative_left_out",
        (" * mid * (1 - mid)", ""),
    ),
    "f' left out beside a table": (
        "table_as_samples",
        "derivative_left_out",
        (" * (1 - mid ** 2)", ""),
    ),
    "f' left out of entries that are cut": (
        "entries_cut",
        "derivative_left_out",
        (" * mid * (1 - mid)", ""),
    ),
    "f' left out of a column": ("column", "derivative_left_out", (" * s * (1 - s)", "")),
    "f' left out of a class above": ("inherited", "derivative_left_out", (" * (1 - h ** 2)", "")),
    "updated weights of rows": (
        "rows_changed",
        "updated_weights",
        (
            "        low = errors_below(above, high, mid)\n        change(above, high, mid)\n",
            "        change(above, high, mid)\n        low = errors_below(above, high, mid)\n",
        ),
    ),
    "f' left out beside a sample of zeros": (
        "reshaped",
        "derivative_left_out",
        ("d2 * high * mid * (1 - mid)", "d2 * high"),
    ),
    "a square in the wrong bracket": (
        "returned",
        "power_in_derivative",
        ("(1 + np.exp(-self.z2)) ** 2", "(1 + np.exp(-self.z2) ** 2)"),
    ),
    "f' left out below a bias cut off": (
        "bias_cut_off",
        "derivative_left_out",
        (" * (1 - mid ** 2)", ""),
    ),
    "f' left out of sums put back": (
        "sums_put_back",
        "derivative_left_out",
        (" * mid * (1 - mid)", ""),
    ),
    "f' left out of a bias alone": (
        "functions",
        "derivative_left_out_of_own",
        ('"a": low.sum', '"a": (p["B"].T @ high).sum'),
    ),
    "mask of a tensor": ("tensors", "relu_mask", ("back[h <= 0] = 0", "pass")),
}
"""Slips in those programs: the program, the mistake's name, and what is replaced."""
