"""The scenes in the page's list: small data sets, and the five course notes."""

from collections.abc import Callable, Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer, Parameters
from clearprop.network.network import Network
from clearprop.playing.scene import Scene

ROWS, HELD_BACK = 250, 50
"""Rows of the drawn data sets, and how many of them validate."""


def presets() -> Iterator[Scene]:
    """Yield every scene; each is made anew, from fixed seeds."""
    for make in MAKERS:
        yield make()


def moons() -> Scene:
    """Return two half moons, the course's lab in small."""
    X, y = _moons(ROWS, 0.2, 0)
    return Scene(
        "moons",
        Text("Two moons", "双月"),
        Text(
            "Two classes that no straight line separates. Watch the four hidden units bend it.",
            "任何直线都分不开的两类数据。看四个隐藏单元怎样把直线弯过来。",
        ),
        _classifier(2, (4,), "tanh"),
        X,
        y[:, None],
        HELD_BACK,
        solver="sgd(learning_rate=0.3)",
        batch_size=25,
    )


def circles() -> Scene:
    """Return a ring around a disc."""
    random = np.random.default_rng(1)
    y = np.arange(ROWS) % 2.0
    radius = np.where(y == 1, 0.45, 1.0) + 0.1 * random.standard_normal(ROWS)
    angle = random.uniform(0, 2 * np.pi, ROWS)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]).round(3)
    return Scene(
        "circles",
        Text("Two circles", "同心圆"),
        Text(
            "A disc within a ring: three hidden units can close a curve around it, two cannot.",
            "圆盘外套圆环：三个隐藏单元能围成闭合曲线，两个不能。",
        ),
        _classifier(2, (4,), "relu"),
        X,
        y[:, None],
        HELD_BACK,
        initializer="he",
        seed=1,
        solver="adam(learning_rate=0.03)",
        batch_size=25,
    )


def xor() -> Scene:
    """Return exclusive or, with a start from which it is learnt."""
    return Scene(
        "xor",
        Text("XOR", "异或"),
        Text(
            "Four points. A network without a hidden layer fails; with two tanh units it succeeds.",
            "四个点。没有隐藏层学不会；有两个 tanh 单元就能学会。",
        ),
        _classifier(2, (2,), "tanh"),
        np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
        np.array([[0.0], [1.0], [1.0], [0.0]]),
        seed=3,
        solver="sgd(learning_rate=0.5, momentum=0.9)",
    )


def spiral() -> Scene:
    """Return two arms of a spiral."""
    random = np.random.default_rng(2)
    y = np.arange(ROWS) % 2.0
    turn = np.sqrt(random.uniform(0.02, 1, ROWS)) * 1.6 * np.pi
    X = (turn / (1.6 * np.pi))[:, None] * np.column_stack([
        np.cos(turn + np.pi * y), np.sin(turn + np.pi * y)
    ]) + 0.02 * random.standard_normal((ROWS, 2))  # fmt: skip
    return Scene(
        "spiral",
        Text("Spiral", "螺旋"),
        Text(
            "The hardest of the plane's sets: two layers of eight, and patience.",
            "平面数据里最难的一个：两层各八个单元，还要耐心。",
        ),
        _classifier(2, (8, 8), "tanh"),
        X.round(3),
        y[:, None],
        HELD_BACK,
        solver="adam(learning_rate=0.02)",
        batch_size=25,
    )


def sine() -> Scene:
    """Return a noisy sine to be fitted."""
    random = np.random.default_rng(4)
    x = random.uniform(-1, 1, 120).round(3)
    y = (np.sin(np.pi * x) + 0.1 * random.standard_normal(120)).round(3)
    return Scene(
        "sine",
        Text("Sine", "正弦"),
        Text(
            "A curve through noisy points: regression, with an output of any size.",
            "穿过带噪声的点的曲线：回归，输出可以是任意大小。",
        ),
        Network(1, [Layer(4, "tanh"), Layer(1)]),
        x[:, None],
        y[:, None],
        24,
        solver="adam(learning_rate=0.03)",
        batch_size=24,
    )


def note_000() -> Scene:
    """Return the 2-3-1 network of note 000 with one sample."""
    return Scene(
        "note-000",
        Text("Note 000: two layers by hand", "笔记 000：两层网络手算"),
        Text(
            "2-3-1, ReLU, sigmoid, ½(a − y)², one sample. A hidden unit is dead: its gradient is 0,"
            " and the page says why.",
            "2-3-1，ReLU，sigmoid，½(a − y)²，一个样本。"
            "有一个隐藏单元是死的：梯度为 0，页面会说明原因。",
        ),
        Network(2, [Layer(3, "relu"), Layer(1, "sigmoid")], reduction="sum"),
        np.array([[0.5, -1.0]]),
        np.array([[1.0]]),
        start=Network(2, [Layer(3), Layer(1)]).initialize("he", seed=42),
        initializer="he",
        solver="sgd(learning_rate=0.5)",
    )


def note_001() -> Scene:
    """Return the lab of note 001: 1000 moons, 80 % of them to train with."""
    from sklearn.model_selection import train_test_split

    X, y = _moons(1000, 0.2, 42)
    parts = train_test_split(X, y, test_size=0.2, random_state=42)
    return Scene(
        "note-001",
        Text("Note 001: mini-batches on two moons", "笔记 001：双月小批量实验"),
        Text(
            "2-4-1, tanh, sigmoid, mean cross-entropy, batches of 32, η = 0.01, as the lab has it."
            " The rows come in another order than in its output.",
            "2-4-1，tanh，sigmoid，平均交叉熵，批大小 32，"
            "η = 0.01，与实验一致；样本次序与其输出不同。",
        ),
        _classifier(2, (4,), "tanh"),
        np.concatenate(parts[:2]),
        np.concatenate(parts[2:])[:, None],
        200,
        seed=1,
        solver="sgd(learning_rate=0.01)",
        batch_size=32,
    )


def note_002() -> Scene:
    """Return XOR of note 002, which its own start does not learn."""
    net = Network(2, [Layer(2, "sigmoid"), Layer(1, "sigmoid")], reduction="sum")
    random = np.random.RandomState(42)
    start = Parameters(net.sizes)
    start["W1"], start["W2"] = random.randn(2, 2), random.randn(2, 1)
    return Scene(
        "note-002",
        Text("Note 002: XOR that gets stuck", "笔记 002：卡住的异或"),
        Text(
            "2-2-1, all sigmoid, ½Σ(y − a)², η = 0.1, from the note's own start. After 9,000 epochs"
            " mean((y − a)²) is still 0.1288: at (0, 1) and (1, 1) both hidden units are saturated,"
            " so the output cannot tell the two points apart and says 0.5 to both; their errors"
            " −0.126 and 0.126 cancel. Open a unit there, or try another start.",
            "2-2-1，全部 sigmoid，½Σ(y − a)²，η = 0.1，笔记自己的初值。九千轮之后 mean((y − a)²) "
            "仍是 0.1288：在 (0, 1) 与 (1, 1) 处两个隐藏单元都已饱和，输出分不清这两个点，"
            "都答 0.5；两处的误差 −0.126 与 0.126 互相抵消。打开那里的单元看看，或换个初值。",
        ),
        net,
        np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
        np.array([[0.0], [1.0], [1.0], [0.0]]),
        start=start,
        initializer="normal",
        seed=2,
        solver="sgd(learning_rate=0.1)",
        shuffle=False,
    )


def note_003() -> Scene:
    """Return a network of note 003: several layers, with a validation set."""
    random = np.random.default_rng(3)
    X = random.uniform(-1, 1, (80, 3)).round(2)
    mixed = X @ np.array([[1.5, -1.0], [-2.0, 0.5], [0.5, 2.0]]) + X[:, :1] * X[:, 1:2]
    Y = (1 / (1 + np.exp(-mixed))).round(3)
    return Scene(
        "note-003",
        Text("Note 003: training and validation", "笔记 003：训练—验证"),
        Text(
            "3-4-3-2, all sigmoid, ½Σ(y − a)², 60 rows train and 20 validate: stop where the dashed"
            " line begins to rise.",
            "3-4-3-2，全部 sigmoid，½Σ(y − a)²，60 行训练、20 行验证：虚线开始上升处就该停下。",
        ),
        Network(3, [Layer(4, "sigmoid"), Layer(3, "sigmoid"), Layer(2, "sigmoid")]),
        X,
        Y,
        20,
        seed=1,
        solver="sgd(learning_rate=2.0)",
        batch_size=10,
    )


def note_004() -> Scene:
    """Return the 2-2-2 network of note 004: every weight's paths."""
    return Scene(
        "note-004",
        Text("Note 004: every path of a weight", "笔记 004：一个权重的每条路径"),
        Text(
            "2-2-2, all sigmoid, cross-entropy over two outputs. A weight of the first layer"
            " reaches the loss along two paths, which add up.",
            "2-2-2，全部 sigmoid，两个输出的交叉熵。第一层的权重经两条路径到达损失，两条路径相加。",
        ),
        Network(
            2,
            [Layer(2, "sigmoid"), Layer(2, "sigmoid")],
            "binary_cross_entropy",
            reduction="sum",
        ),
        np.array([[1.0, 0.5]]),
        np.array([[1.0, 0.0]]),
        seed=5,
        solver="sgd(learning_rate=0.5)",
    )


MAKERS: tuple[Callable[[], Scene], ...] = (
    moons, circles, xor, spiral, sine, note_000, note_001, note_002, note_003, note_004,
)  # fmt: skip


def _classifier(inputs: int, hidden: tuple[int, ...], activation: str) -> Network:
    layers = [*(Layer(units, activation) for units in hidden), Layer(1, "sigmoid")]
    return Network(inputs, layers, "binary_cross_entropy")


def _moons(rows: int, noise: float, seed: int) -> tuple[FloatArray, FloatArray]:
    from sklearn.datasets import make_moons

    X, y = make_moons(rows, noise=noise, random_state=seed)
    return X.round(3), y.astype(float)
