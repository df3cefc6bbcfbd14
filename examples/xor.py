"""XOR: the training loop of course notes, what it really prints, and how to solve XOR.

2-2-1 network, sigmoid everywhere, ½ Σ (y − a)², all four patterns at once, η = 0.1.

The notes print an "example output" that their code does not give: a loss falling from 0.3330 to
0.0098, and the answers 0.021, 0.981, 0.981, 0.018. With their seed the run gets stuck.

    python examples/xor.py
"""

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


def main() -> None:
    printed, answers, params = loop_of_the_notes()
    for epoch, loss in printed.items():
        print(f"Epoch {epoch}, Loss: {loss:.4f}")
    print("Answers:", answers.ravel().round(3).tolist(), "  targets:", Y.ravel().tolist())

    print("\nThis run is stuck: two of the four patterns sit at 0.5. Why? The hidden layer sees")
    trace = NETWORK.trace(params, X, Y)
    for pattern, hidden, slope, answer in zip(
        X, trace["a1"], trace["local_derivative1"], trace["a2"], strict=True
    ):
        print(
            f"  {pattern.tolist()} as {hidden.round(3).tolist()}, answer {answer[0]:.3f},"
            f" f' of the hidden units {slope.round(3).tolist()}"
        )
    print("[0, 1] and [1, 1] look the same to the output, and for both of them the hidden units")
    print("are saturated: f' is near 0, so next to no gradient comes through to tell them apart.")
    print("The best single answer to targets 1 and 0 is 0.5.")
    later = train_on(f"sgd(learning_rate={RATE})", params, epochs=100_000)
    much_later = NETWORK.forward(later, X).ravel().round(3).tolist()
    print(f"100,000 epochs more do not help: {much_later}")

    plain = f"sgd(learning_rate={RATE})"
    print(f"\nFrom 20 other starts the same loop solves XOR {other_starts(plain)} times.")
    print("From the start of the notes another solver does it:")
    start = NETWORK.initialize("normal", np.random.RandomState(42))
    for solver in ("adam(learning_rate=0.05)", "lbfgs"):
        answers = NETWORK.forward(train_on(solver, start), X)
        print(f"  {solver:25} {answers.ravel().round(3).tolist()}")


if __name__ == "__main__":
    main()
