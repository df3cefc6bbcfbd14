"""clearprop: the public call, and the engine below it."""

import numpy as np

import clearprop as cp
from benchmarks.contender import ENGINE, OURS, Contender
from benchmarks.problem import Problem
from benchmarks.tasks import GaussNewton, Gradient, Prediction, Training
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent, Schedule
from clearprop.network.network import DEFAULT_MEMORY
from clearprop.network.objective import Objective
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.updates import UPDATES


def training(task: Training) -> list[Contender]:
    problem, network = task.problem, network_of(task.problem)
    rule = UPDATES.make(f"{task.rule}(learning_rate={task.learning_rate})")
    start = network.parameters(problem.theta)
    orders = np.stack(list(task.orders()))
    schedule = Schedule(orders, task.batch, rule, network.reduction, np.zeros_like(problem.theta))

    def fit() -> FloatArray:
        result = train(
            network,
            problem.X,
            problem.Y,
            TrainingConfig(
                solver=rule,
                seed=task.seed,
                batch_size=task.batch,
                stopping=Stopping(max_epochs=task.epochs),
                scale_inputs="none",
                scale_targets="none",
            ),
            start=start,
        )
        return result.parameters.vector

    def run_epochs() -> FloatArray:
        descent = Descent.start(problem.theta)
        network.engine.run_epochs(descent, problem.X, problem.Y, schedule)
        return descent.theta

    return [Contender(OURS, "train", fit), Contender(ENGINE, "engine.run_epochs", run_epochs)]


def gradient(task: Gradient) -> list[Contender]:
    problem, network = task.problem, network_of(task.problem)
    objective = Objective(network, problem.X, problem.Y)
    share = objective.share

    def once() -> FloatArray:
        return network.gradient(problem.theta, problem.X, problem.Y)[1].vector

    def engine() -> FloatArray:
        return network.engine.gradient(problem.theta, problem.X, problem.Y, share)[1]

    return [
        Contender(OURS, "objective.gradient", lambda: objective.gradient(problem.theta)[1]),
        Contender(f"{OURS}, asked once", "network.gradient", once),
        Contender(ENGINE, "engine.gradient", engine),
    ]


def prediction(task: Prediction) -> list[Contender]:
    problem, network = task.problem, network_of(task.problem)
    parameters = network.parameters(problem.theta)
    predict = network.predictor(parameters)
    return [
        Contender(OURS, "network.predictor", lambda: predict(problem.X)),
        Contender(
            f"{OURS}, asked once", "network.forward", lambda: network.forward(parameters, problem.X)
        ),
        Contender(
            ENGINE, "engine.outputs", lambda: network.engine.outputs(problem.theta, problem.X)
        ),
    ]


def gauss_newton(task: GaussNewton) -> list[Contender]:
    problem, network = task.problem, network_of(task.problem)
    theta, X, Y = problem.theta, problem.X, problem.Y
    share = Objective(network, X, Y).share
    return [
        Contender(OURS, "network.gauss_newton", lambda: network.gauss_newton(theta, X, Y)[2]),
        Contender(
            ENGINE,
            "engine.gauss_newton",
            lambda: network.engine.gauss_newton(theta, X, Y, share, DEFAULT_MEMORY)[2],
        ),
    ]


def network_of(problem: Problem) -> cp.Network:
    *hidden, outputs = problem.sizes[1:]
    layers = [cp.Layer(units, problem.hidden) for units in hidden]
    layers.append(cp.Layer(outputs, problem.output))
    return cp.Network(problem.sizes[0], layers, problem.loss, problem.reduction, problem.dtype)
