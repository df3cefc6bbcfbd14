"""What programs take from PyTorch beside tensors: loaders of data, and networks that learn alone.

A program may import such a network, or define one, and train another by hand: only making one, or
asking it for anything, says that its gradients are PyTorch's.
"""

import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.check.script.child.missing import torch_init
from clearprop.check.script.child.missing.tensors import (
    AutogradError,
    Tensor,
    applied,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    tensor,
)


class Part:
    """A name of PyTorch's that can be imported, and of which nothing can be made."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return KNOWN.get(name) or Part(f"{self.name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Refuse: what it computes is not derived by the program.

        Raises
        ------
        AutogradError
            Always.
        """
        raise AutogradError(self.name)


class Module:
    """A network that a program may define and must not make."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise AutogradError("torch.nn.Module")


class Dataset:
    """Samples and their targets, as a program keeps them."""

    def __init__(self, *arrays: Any) -> None:
        self.arrays = arrays

    def __getitem__(self, index: Any) -> Any:
        return tuple(array[index] for array in self.arrays)

    def __len__(self) -> int:
        return len(self.arrays[0])


class DataLoader:
    """Batches of a data set, each a tensor of samples and one of targets."""

    def __init__(self, dataset: Any, batch_size: int = 1, *_: Any, **__: Any) -> None:
        self.dataset, self.batch_size = pictures_of(dataset), batch_size

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(self.dataset), self.batch_size):
            places = range(start, min(start + self.batch_size, len(self.dataset)))
            columns = zip(*(self.dataset[n] for n in places), strict=True)
            yield tuple(tensor(np.array(list(column))) for column in columns)


def pictures_of(dataset: Any) -> Any:
    """Return a made-up data set of torchvision as pairs: a picture of one channel, its class."""
    if not isinstance(dataset, dict):
        return dataset
    pictures = np.asarray(dataset["data"], dtype=float)[:, None] / 255.0
    return Dataset(pictures, np.asarray(dataset["targets"], dtype=int))


def one_hot(labels: Any, num_classes: int = -1) -> Any:
    """Return classes as rows of zeros and a one."""
    y = np.asarray(labels, dtype=int)
    return np.eye(num_classes if num_classes > 0 else int(y.max()) + 1)[y].view(Tensor)


def layer(function: Any) -> Any:
    """Return what makes a layer without parameters: called, it computes a function.

    Examples
    --------
    >>> layer(applied(relu))()(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def make(*axis: Any, **settings: Any) -> Any:
        wanted = {"dim": axis[0]} if axis and isinstance(axis[0], int) else settings
        return lambda z: function(z, **{"dim": wanted["dim"]} if "dim" in wanted else {})

    return make


def random_split(samples: Any, sizes: Any, **_: Any) -> list[Any]:
    """Return stretches of samples, of these sizes: they keep their order."""
    places = np.cumsum(sizes)
    return [
        [samples[n] for n in range(end - size, end)]
        for size, end in zip(sizes, places, strict=True)
    ]


KNOWN = {
    "Module": Module,
    "Dataset": Dataset,
    "TensorDataset": Dataset,
    "DataLoader": DataLoader,
    "random_split": random_split,
    "one_hot": one_hot,
    "softmax": applied(softmax),
    "log_softmax": applied(log_softmax),
    "sigmoid": applied(sigmoid),
    "relu": applied(relu),
    "tanh": applied(np.tanh),
    "Softmax": layer(applied(softmax)),
    "LogSoftmax": layer(applied(log_softmax)),
    "Sigmoid": layer(applied(sigmoid)),
    "ReLU": layer(applied(relu)),
    "Tanh": layer(applied(np.tanh)),
    **torch_init.FUNCTIONS,
}
"""What does work, by its name."""
PACKAGES = ("nn", "optim", "utils", "autograd", "distributed")


class Package(types.ModuleType):
    """``torch.nn``, ``torch.optim``, ``torch.utils.data`` and the like."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return KNOWN.get(name) or Part(f"{self.__name__}.{name}")


def package(name: str) -> types.ModuleType:
    """Return what stands in for a module of PyTorch's.

    Examples
    --------
    >>> package("torch.nn").Linear.name
    'torch.nn.Linear'
    """
    made = Package(name)
    made.__path__ = []
    return made
