"""XOR: the training loop of course notes, what it really prints, and how to solve XOR.

2-2-1 network, sigmoid everywhere, ½ Σ (y − a)², all four patterns at once, η = 0.1.

The notes print an "example output" that their code does not give: a loss falling from 0.3330 to
0.0098, and the answers 0.021, 0.981, 0.981, 0.018. With their seed the run gets stuck.

    python examples/xor.py       in English
    python examples/xor.py zh    in Chinese
"""

import sys

import numpy as np

import clearprop as cp
from clearprop.training import Stopping, TrainingConfig, train

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])
NETWORK = cp.Network(
    2,
    [cp.Layer(2, "sigmoid"), cp.Layer(1, "sigmoid")],
    loss="half_squared_error",
    reduction="sum",
)
EPOCHS, RATE = 10_000, 0.1


def loop_of_the_notes() -> tuple[dict[int, float], np.ndarray, cp.Parameters]:
    """Return the loss every 1000 epochs as the notes print it, the last answers, the parameters.

    They print the mean of the squares and differentiate half their sum, a factor n/2 = 2 apart.
    """
    params = NETWORK.initialize("normal", np.random.RandomState(42))
    printed, answers = {}, np.empty(0)
    for epoch in range(EPOCHS):
        if epoch == EPOCHS - 1:
            answers = NETWORK.forward(params, X)  # the notes print those before the last update
        half_the_sum, gradient = NETWORK.gradient(params, X, Y)
        if epoch % 1000 == 0:
            printed[epoch] = half_the_sum * 2 / len(X)
        params.vector -= RATE * gradient.vector
    return printed, answers, params


def train_on(solver: str, start: cp.Parameters, epochs: int = EPOCHS) -> cp.Parameters:
    """Return the parameters that a solver reaches from a start, all four patterns at once."""
    return train(
        NETWORK,
        X,
        Y,
        TrainingConfig(
            solver=solver,
            batch_size=len(X),
            scale_inputs="none",
            stopping=Stopping(max_epochs=epochs),
        ),
        start=start,
    ).parameters


def is_solved(params: cp.Parameters) -> bool:
    """Return whether every answer is nearer to its target than to the other one."""
    return bool(np.abs(NETWORK.forward(params, X) - Y).max() < 0.4)


def other_starts(solver: str, count: int = 20) -> int:
    """Return from how many of so many seeds a solver solves XOR."""
    starts = [NETWORK.initialize("normal", seed) for seed in range(count)]
    return sum(is_solved(train_on(solver, start)) for start in starts)


def main(lang: str = "en") -> None:
    def say(en: str, zh: str) -> None:
        print(zh if lang == "zh" else en)

    printed, answers, params = loop_of_the_notes()
    for epoch, loss in printed.items():
        print(f"Epoch {epoch}, Loss: {loss:.4f}")
    given, wanted = answers.ravel().round(3).tolist(), Y.ravel().tolist()
    say(f"Answers: {given}   targets: {wanted}", f"输出：{given}   目标：{wanted}")

    say(
        "\nThis run is stuck: two of the four patterns sit at 0.5. Why? The hidden layer sees",
        "\n这次训练卡住了：四个样本中有两个停在 0.5。为什么？隐藏层看到的是",
    )
    trace = NETWORK.trace(params, X, Y)
    for pattern, hidden, slope, answer in zip(
        X, trace["a1"], trace["local_derivative1"], trace["a2"], strict=True
    ):
        seen, slopes = hidden.round(3).tolist(), slope.round(3).tolist()
        say(
            f"  {pattern.tolist()} as {seen}, answer {answer[0]:.3f},"
            f" f' of the hidden units {slopes}",
            f"  {pattern.tolist()} → {seen}，输出 {answer[0]:.3f}，隐藏单元的 f′ 为 {slopes}",
        )
    say(
        "[0, 1] and [1, 1] look the same to the output, and for both of them the hidden units\n"
        "are saturated: f' is near 0, so next to no gradient comes through to tell them apart.\n"
        "The best single answer to targets 1 and 0 is 0.5.",
        "对输出层来说 [0, 1] 与 [1, 1] 看起来一样，而且在这两个样本上隐藏单元已饱和：f′ 接近 0，\n"
        "几乎没有梯度传回来把二者分开。目标为 1 和 0 时，唯一的最佳回答就是 0.5。",
    )
    later = train_on(f"sgd(learning_rate={RATE})", params, epochs=100_000)
    much_later = NETWORK.forward(later, X).ravel().round(3).tolist()
    say(
        f"100,000 epochs more do not help: {much_later}",
        f"再训练 100,000 轮也无济于事：{much_later}",
    )

    plain = f"sgd(learning_rate={RATE})"
    solved = other_starts(plain)
    say(
        f"\nFrom 20 other starts the same loop solves XOR {solved} times.\n"
        "From the start of the notes another solver does it:",
        f"\n换 20 个初值，同样的循环有 {solved} 次解出异或。\n从讲义的初值出发，换一种求解器即可：",
    )
    start = NETWORK.initialize("normal", np.random.RandomState(42))
    for solver in ("adam(learning_rate=0.05)", "lbfgs"):
        answers = NETWORK.forward(train_on(solver, start), X)
        print(f"  {solver:25} {answers.ravel().round(3).tolist()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
