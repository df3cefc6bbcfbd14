"""A picture u under a sliding kernel v: w[i, j] = Σ u[i·s + a, j·s + b] v[a, b]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Convolution(Operation):
    """A picture u under a sliding kernel v: w[i, j] = Σ u[i·s + a, j·s + b] v[a, b]."""

    name = "conv"
    sign = "conv"
    written = "conv({u}, {v})"
    passed_back = (
        Text(
            "the kernel {v}, turned half around, slid over {g}", "旋转 180° 的卷积核 {v} 滑过 {g}"
        ),
        Text(
            "the parts of {u} under the kernel, each times its {g}",
            "{u} 中被核覆盖的各块乘以相应的 {g}，再相加",
        ),
    )
    settings: ClassVar[Mapping[str, int]] = {"stride": 1, "padding": 0}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        picture, kernel = inputs
        stride, padding = settings["stride"], settings["padding"]
        padded = np.pad(picture, padding)
        windows = sliding_window_view(padded, kernel.shape)[::stride, ::stride]  # type: ignore[call-overload]
        return np.einsum("ijab,ab->ij", windows, kernel)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        picture, kernel = inputs
        stride, padding = settings["stride"], settings["padding"]
        padded = np.pad(picture, padding)
        to_picture, to_kernel = np.zeros_like(padded), np.zeros_like(kernel)
        height, width = kernel.shape
        for i, j in np.ndindex(g.shape):
            place = np.s_[i * stride : i * stride + height, j * stride : j * stride + width]
            to_picture[place] += g[i, j] * kernel
            to_kernel += g[i, j] * padded[place]
        inner = np.s_[padding : padding + picture.shape[0], padding : padding + picture.shape[1]]
        return to_picture[inner], to_kernel
