"""PyTorch as it is used most: eager, `nn.Module` and `torch.optim`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.contender import Contender, thread_counts, threads
from benchmarks.problem import Problem
from benchmarks.tasks import Gradient, Prediction, Task, Training
from clearprop._typing import FloatArray

NAME = "torch"
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}


def training(task: Training) -> list[Contender]:
    problem = task.problem
    X, Y, loss = *tensors(problem), loss_of(problem)

    def fit() -> FloatArray:
        model = module(problem)
        rule = optimizer(task, model)
        for order in task.orders():
            rows = torch.from_numpy(order)
            for start in range(0, len(order), task.batch):
                batch = rows[start : start + task.batch]
                rule.zero_grad()
                loss(model(X[batch]), Y[batch]).backward()
                rule.step()
        return flat(model, lambda parameter: parameter.detach())

    return _entered(task, fit)


def gradient(task: Gradient) -> list[Contender]:
    problem = task.problem
    X, Y, loss = *tensors(problem), loss_of(problem)
    model = module(problem)

    def run() -> FloatArray:
        model.zero_grad()
        loss(model(X), Y).backward()
        return flat(model, lambda parameter: parameter.grad)

    return _entered(task, run)


def prediction(task: Prediction) -> list[Contender]:
    model = module(task.problem, with_output=True)

    def run() -> FloatArray:
        with torch.inference_mode():
            return model(torch.from_numpy(task.problem.X)).numpy()

    return _entered(task, run)


def _entered(task: Task, run: Callable[[], FloatArray]) -> list[Contender]:
    counts = thread_counts(task)
    return [Contender(NAME, threads(n), run, lambda n=n: torch_threads(n)) for n in counts]


def optimizer(task: Training, model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule, in the variant of it that is fastest here."""
    if task.rule == "sgd":
        return torch.optim.SGD(model.parameters(), lr=task.learning_rate)
    return torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Hold torch at `count` threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def module(problem: Problem, with_output: bool = False) -> nn.Sequential:
    """Return the network with its first parameters; it ends in logits unless `with_output`."""
    layers: list[nn.Module] = []
    for W, b in problem.weights:
        linear = nn.Linear(*W.shape, dtype=getattr(torch, problem.dtype))
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, ACTIVATIONS[problem.hidden]()]
    layers.pop()
    loss_takes_outputs = problem.loss == "half_squared_error"
    if problem.output == "sigmoid" and (with_output or loss_takes_outputs):
        layers.append(nn.Sigmoid())
    return nn.Sequential(*layers)


def loss_of(problem: Problem) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Return the loss, of logits where torch has it so."""
    if problem.loss == "categorical_cross_entropy":
        return nn.CrossEntropyLoss(reduction=problem.reduction)
    if problem.loss == "binary_cross_entropy":
        return nn.BCEWithLogitsLoss(reduction=problem.reduction)
    squared = nn.MSELoss(reduction=problem.reduction)
    return lambda a, y: 0.5 * squared(a, y)


def tensors(problem: Problem) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and targets; classes as numbers under a softmax."""
    targets = problem.labels if problem.output == "softmax" else problem.Y
    return torch.from_numpy(problem.X), torch.from_numpy(targets)


def flat(model: nn.Sequential, part: Callable[[Any], Any]) -> FloatArray:
    """Return a part of every parameter as one vector, W as (n_in, n_out)."""
    return np.concatenate([part(p).numpy().T.ravel() for p in model.parameters()])
