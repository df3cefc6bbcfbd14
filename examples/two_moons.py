"""Two moons: a lab of course notes, its own loop first, then what the library adds.

2-4-1 network, tanh hidden layer, sigmoid output, mean binary cross-entropy, mini-batches of 32.
The legacy random state reproduces the draws of the lab's `np.random.seed(42)` to the bit.

    python examples/two_moons.py             in English
    python examples/two_moons.py zh          in Chinese
    python examples/two_moons.py zh FOLDER   and draws graph, labels and boundary there
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

import clearprop as cp
from clearprop.backprop.descent import Descent, Schedule
from clearprop.training import TrainingConfig, TrainingResult, train
from clearprop.updates import UPDATES

NETWORK = cp.Network(
    2, [cp.Layer(4, "tanh"), cp.Layer(1, "sigmoid")], loss="binary_cross_entropy", reduction="mean"
)
BATCH, RATE = 32, 0.01
CAR_PRICE = cp.graph("price * quantity * (1 + tax)", price=20, quantity=2, tax=0.1)
NO_PENALTY = np.zeros(NETWORK.parameter_count)
REPORT_AT = (10, 20, 100, 1000)


def collapse() -> float:
    """Return how far two layers without non-linearity are from the one layer W¹W², b¹W² + b²."""
    deep = cp.Network(2, [cp.Layer(4, "identity"), cp.Layer(1, "identity")])
    flat = cp.Network(2, [cp.Layer(1, "identity")])
    params, X = deep.initialize("xavier", seed=0), np.random.default_rng(1).normal(size=(100, 2))
    params["b1"], params["b2"] = [0.1, -0.2, 0.3, -0.4], [0.5]
    product = flat.parameters(np.zeros(flat.parameter_count))
    product["W1"] = params["W1"] @ params["W2"]
    product["b1"] = params["b1"] @ params["W2"] + params["b2"]
    return float(np.abs(deep.forward(params, X) - flat.forward(product, X)).max())


def data() -> list[np.ndarray]:
    """Return X_train, X_test, y_train, y_test of the lab."""
    X, y = make_moons(n_samples=1000, noise=0.2, random_state=42)
    return train_test_split(X, y.reshape(-1, 1), test_size=0.2, random_state=42)


def initial_weights(random: np.random.RandomState, n_in: int, n_out: int) -> np.ndarray:
    """Return the lab's first weights: normal draws over √n_in."""
    return random.standard_normal((n_in, n_out)) / np.sqrt(n_in)


def accuracy(network: cp.Network, params: cp.Parameters, X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of samples on the right side of 0.5."""
    return float(((network.forward(params, X) > 0.5) == y).mean())


def batches(random: np.random.RandomState, X: np.ndarray, y: np.ndarray):
    """Yield shuffled mini-batches; an incomplete last one would be dropped."""
    indices = np.arange(len(X))
    random.shuffle(indices)
    for start in range(0, len(X) - BATCH + 1, BATCH):
        rows = indices[start : start + BATCH]
        yield X[rows], y[rows]


def lab(epochs: int, report: Callable[[int, float, float], None]) -> cp.Parameters:
    """Run the lab's loop; report the cost of the last batch and the test accuracy."""
    X_train, X_test, y_train, y_test = data()
    random = np.random.RandomState(42)
    params = NETWORK.initialize(initial_weights, random)
    for epoch in range(1, epochs + 1):
        for X, y in batches(random, X_train, y_train):
            cost, gradient = NETWORK.gradient(params, X, y)
            params.vector -= RATE * gradient.vector
        if epoch in REPORT_AT:
            report(epoch, cost, accuracy(NETWORK, params, X_test, y_test))
    return params


def same_by_the_engine(epochs: int) -> cp.Parameters:
    """Return where the engine ends that trains for `train`, given the lab's orders of the rows."""
    X_train, _, y_train, _ = data()
    random = np.random.RandomState(42)
    descent = Descent.start(NETWORK.initialize(initial_weights, random).vector)
    orders = np.stack([random.permutation(len(X_train)) for _ in range(epochs)])
    schedule = Schedule(orders, BATCH, UPDATES.make(f"sgd({RATE})"), "mean", penalty=NO_PENALTY)
    NETWORK.engine.run_epochs(descent, X_train, y_train.astype(float), schedule)
    return NETWORK.parameters(descent.theta)


def better() -> tuple[cp.Network, TrainingResult]:
    """Return ten hidden units, trained by L-BFGS."""
    X_train, _, y_train, _ = data()
    wider = cp.Network(2, [cp.Layer(10, "tanh"), *NETWORK.layers[1:]], NETWORK.loss_rule)
    return wider, train(
        wider, X_train, y_train, TrainingConfig(solver="lbfgs", seed=0, weight_decay=1e-4)
    )


def draw(folder: Path, lang: str, network: cp.Network, params: cp.Parameters) -> None:
    """Draw how many samples each label has, and where the network draws the line."""
    from clearprop.plots import plot_decision_boundary, plot_label_histogram

    _, X_test, y_train, y_test = data()
    labels = np.concatenate([y_train, y_test]).ravel().astype(int)
    histogram = plot_label_histogram(labels, classes=[0, 1], language=lang)
    histogram.figure.savefig(folder / "labels.png", dpi=150)
    boundary = plot_decision_boundary(
        lambda X: network.forward(params, X), X_test, y_test.ravel(), language=lang
    )
    boundary.figure.savefig(folder / "boundary.png", dpi=150)


def main(lang: str = "en", folder: str = "", epochs: int = 1000) -> None:
    def say(en: str, zh: str) -> None:
        print(zh if lang == "zh" else en)

    say(
        "Two cars at 20 with 10 % tax: what does each factor do to the total?",
        "两辆单价 20、税率 10 % 的汽车：每个因素对总价有什么影响？",
    )
    print(CAR_PRICE.text(lang))

    apart = collapse()
    say(
        f"Two linear layers are one linear layer: they differ by {apart:.0e}.",
        f"两个线性层就是一个线性层：二者相差 {apart:.0e}。",
    )

    say("\nActivations, and what speaks for and against each:", "\n激活函数及其优缺点：")
    for name in ("sigmoid", "tanh", "relu", "leaky_relu"):
        rule = cp.ACTIVATIONS[name]
        print(f"  {name:11} + {rule.pros.translate(lang)}")
        print(f"  {'':11} - {rule.cons.translate(lang)}")

    X_train, X_test, y_train, y_test = data()
    counts = np.bincount(np.concatenate([y_train, y_test]).ravel())
    say(
        f"\n{len(X_train)} samples to train on, {len(X_test)} to test on; of each label:",
        f"\n{len(X_train)} 个样本用于训练，{len(X_test)} 个用于测试；各标签的个数：",
    )
    for label, count in enumerate(counts):
        print(f"  {label}: {'#' * (count // 20)} {count}")

    say("\nThe lab's loop:", "\n实验课的训练循环：")

    def report(epoch: int, cost: float, right: float) -> None:
        say(
            f"  epoch {epoch:4}: cost of the last batch {cost:.5f}, test accuracy {right:g}",
            f"  第 {epoch:4} 轮：最后一批的代价 {cost:.5f}，测试准确率 {right:g}",
        )

    params = lab(epochs, report)
    difference = np.abs(same_by_the_engine(epochs).vector - params.vector).max()
    say(
        f"The compiled engine, given the same batches, ends there too, to {difference:.0e}.",
        f"编译引擎用同样的批次得到同样的结果，相差 {difference:.0e}。",
    )

    network, result = better()
    right = accuracy(network, result.parameters, X_test, y_test)
    iterations = result.history[-1].epoch
    say("\nTen hidden units and L-BFGS instead:", "\n改用十个隐藏单元和 L-BFGS：")
    say(
        f"  test accuracy {right:g} after {iterations} iterations.",
        f"  {iterations} 次迭代后测试准确率为 {right:g}。",
    )
    print(f"  {result.stop_reason.sentence.translate(lang)}")
    if folder:
        Path(folder, "car_price.svg").write_text(CAR_PRICE.svg(lang), encoding="utf-8")
        draw(Path(folder), lang, network, result.parameters)


if __name__ == "__main__":
    main(*sys.argv[1:])
