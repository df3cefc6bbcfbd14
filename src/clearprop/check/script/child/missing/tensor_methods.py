"""What a tensor of PyTorch's does under names, or in ways, that NumPy's arrays do not know."""

from typing import Any

import numpy as np


class Methods:
    """Methods that read a tensor; each has a namesake with ``_`` behind it that changes it."""

    grad: Any = None
    device = "cpu"
    is_cuda = False

    @property
    def data(self: Any) -> Any:
        """The tensor itself: there is no autograd that it could be hidden from."""
        return self

    @data.setter
    def data(self: Any, value: Any) -> None:
        self[...] = value

    def __getattr__(self: Any, name: str) -> Any:
        """Return the method that changes the tensor: ``sub_`` for ``sub``."""
        found = getattr(type(self), name[:-1], None) if name.endswith("_") else None
        if not callable(found) or name.startswith("_"):
            raise AttributeError(f"'Tensor' object has no attribute '{name}'")

        def change(*given: Any, **settings: Any) -> Any:
            self[...] = found(self, *given, **settings)
            return self

        return change

    def add(self: Any, other: Any, more: Any = None, alpha: float = 1) -> Any:
        """Return a sum, the second part of it perhaps times a number."""
        return self + (alpha * other if more is None else other * more)

    def sub(self: Any, other: Any, alpha: float = 1) -> Any:
        """Return a difference, the second part of it perhaps times a number."""
        return self - alpha * other

    def neg(self: Any) -> Any:
        """Return −x."""
        return -self

    def addmm(self: Any, one: Any, other: Any) -> Any:
        """Return this tensor and a product of matrices."""
        return self + one @ other

    def eq(self: Any, other: Any) -> Any:
        """Return where numbers are equal."""
        return self == other

    def ne(self: Any, other: Any) -> Any:
        """Return where numbers differ."""
        return self != other

    def gt(self: Any, other: Any) -> Any:
        """Return where numbers are larger."""
        return self > other

    def ge(self: Any, other: Any) -> Any:
        """Return where numbers are no smaller."""
        return self >= other

    def lt(self: Any, other: Any) -> Any:
        """Return where numbers are smaller."""
        return self < other

    def le(self: Any, other: Any) -> Any:
        """Return where numbers are no larger."""
        return self <= other

    def std(self: Any, *axis: Any, unbiased: bool = True, **settings: Any) -> Any:
        """Return the deviation; of a sample, unless that is unwanted."""
        return self.var(*axis, unbiased=unbiased, **settings) ** 0.5

    def var(self: Any, *axis: Any, unbiased: bool = True, **settings: Any) -> Any:
        """Return the variance; of a sample, unless that is unwanted."""
        axis = axis or (settings.get("dim"),)
        kept = bool(settings.get("keepdim", False))
        found = np.asarray(self).var(axis=axis[0], ddof=int(unbiased), keepdims=kept)
        return np.asarray(found).view(type(self))

    def argmax(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Return where the largest number stands."""
        return np.asarray(np.asarray(self).argmax(dim, keepdims=keepdim)).view(type(self))

    def argmin(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Return where the smallest number stands."""
        return np.asarray(np.asarray(self).argmin(dim, keepdims=keepdim)).view(type(self))

    def transpose(self: Any, *axes: Any) -> Any:
        """Return the tensor with two axes exchanged; as NumPy calls it, in another order."""
        if len(axes) == 2:
            return self.swapaxes(*axes)
        return np.ndarray.transpose(self, *axes)

    def permute(self: Any, *axes: Any) -> Any:
        """Return the tensor with its axes in another order."""
        return np.ndarray.transpose(self, *axes)

    def squeeze(self: Any, dim: Any = None) -> Any:
        """Return the tensor without an axis of one entry, or without any such."""
        if dim is not None and self.shape[dim] != 1:
            return self
        return np.ndarray.squeeze(self, dim)

    def flatten(self: Any, start: Any = 0) -> Any:
        """Return the axes from one on as a single one."""
        start = 0 if isinstance(start, str) else start  # the order in which NumPy goes
        return self.reshape(*self.shape[:start], -1)

    def split(self: Any, size: Any, dim: int = 0) -> Any:
        """Return stretches of this size along an axis, or of these sizes."""
        ends = np.cumsum(size) if isinstance(size, list | tuple) else None
        count = self.shape[dim]
        places = list(range(size, count, size)) if ends is None else list(ends[:-1])
        return tuple(np.split(self, places, dim))

    def chunk(self: Any, count: int, dim: int = 0) -> Any:
        """Return so many stretches along an axis."""
        return self.split(-(-self.shape[dim] // count), dim)

    def index_select(self: Any, dim: int, index: Any) -> Any:
        """Return the parts at these places of an axis."""
        return self.take(np.asarray(index, dtype=int), axis=dim)

    def gather(self: Any, dim: int, index: Any) -> Any:
        """Return, for each place, the entry whose number along an axis is given."""
        return np.take_along_axis(self, np.asarray(index, dtype=int), dim)

    def scatter(self: Any, dim: int, index: Any, value: Any) -> Any:
        """Return a copy with values at the places whose numbers along an axis are given."""
        copied = self.copy()
        np.put_along_axis(copied, np.asarray(index, dtype=int), value, dim)
        return copied

    def masked_fill(self: Any, mask: Any, value: Any) -> Any:
        """Return a copy with a value wherever a mask says so."""
        return np.where(np.asarray(mask, dtype=bool), value, self).view(type(self))

    def where(self: Any, condition: Any, other: Any) -> Any:
        """Return these numbers where a condition holds, and others elsewhere."""
        return np.where(condition, self, other).view(type(self))

    def expand(self: Any, *sizes: Any) -> Any:
        """Return the tensor repeated to a shape, in which −1 stands for what it is."""
        given = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
        own = (1,) * (len(given) - self.ndim) + self.shape
        wanted = tuple(n if size == -1 else size for size, n in zip(given, own, strict=True))
        return np.broadcast_to(self, wanted, subok=True)

    def repeat(self: Any, *times: Any) -> Any:
        """Return the tensor side by side with itself, so often along each axis."""
        return np.tile(self, times[0] if len(times) == 1 else times)

    def expand_as(self: Any, other: Any) -> Any:
        """Return the tensor repeated to the shape of another."""
        return np.broadcast_to(self, other.shape, subok=True)

    def view_as(self: Any, other: Any) -> Any:
        """Return the numbers in the shape of another tensor."""
        return self.reshape(other.shape)

    def copy_(self: Any, other: Any) -> Any:
        """Take over the numbers of another tensor."""
        self[...] = other
        return self
