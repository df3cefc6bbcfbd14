"""A picture u under a sliding kernel v: w[i, j] = Σ u[i·s + a, j·s + b] v[a, b]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place, to_input
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Convolution(Operation):
    """A picture u under a sliding kernel v: w[i, j] = Σ u[i·s + a, j·s + b] v[a, b]."""

    name = "conv"
    also_called = ("conv2d", "convolution")
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


def _again(place: Place, picture: FloatArray, kernel: FloatArray) -> FloatArray:
    return Convolution().value(picture, kernel, **place.settings)


def _flipped_back(place: Place) -> Passed:
    picture, kernel = place.inputs
    turned = (picture, kernel[::-1, ::-1])
    to_picture, to_kernel = Convolution().pull_back(place.g, turned, place.w, **place.settings)
    return to_picture, to_kernel[::-1, ::-1]


def _spread(
    place: Place, kernel: FloatArray, stride: int | None = None, add: bool = True
) -> FloatArray:
    """Return the share of the padded picture: the kernel times g, laid over every window."""
    step, padding = stride or place.settings["stride"], place.settings["padding"]
    found = np.zeros_like(np.pad(place.inputs[0], padding))
    height, width = kernel.shape
    for i, j in np.ndindex(place.g.shape):
        window = np.s_[i * step : i * step + height, j * step : j * step + width]
        found[window] = found[window] * add + place.g[i, j] * kernel
    return found


def _inner(place: Place) -> tuple[slice, slice]:
    """Return where the picture stands in the padded one."""
    padding, (rows, columns) = place.settings["padding"], place.inputs[0].shape
    return np.s_[padding : padding + rows, padding : padding + columns]


def _first(place: Place) -> tuple[slice, slice]:
    rows, columns = place.inputs[0].shape
    return np.s_[:rows, :columns]


def _overwritten(place: Place) -> Passed:
    spread = _spread(place, place.inputs[1], add=False)
    return spread[_inner(place)], place.right()[1]


def _stride_ignored(place: Place) -> Passed:
    picture, kernel = place.inputs
    padded = np.pad(picture, place.settings["padding"])
    to_kernel = np.zeros_like(kernel)
    height, width = kernel.shape
    for i, j in np.ndindex(place.g.shape):
        to_kernel += place.g[i, j] * padded[i : i + height, j : j + width]
    return _spread(place, kernel, stride=1)[_inner(place)], to_kernel


Convolution.mistakes = (
    OperationMistake(
        "kernel_flipped",
        Text(
            "the kernel is turned half around, forward and backward", "前向和反向都把核旋转了 180°"
        ),
        Text("conv({u}, {v} turned)", "conv({u}, 旋转后的 {v})"),
        Text(
            "networks slide the kernel as it is: a cross-correlation",
            "神经网络中核不旋转，做的是互相关",
        ),
        _flipped_back,
        value=lambda place: _again(place, place.inputs[0], place.inputs[1][::-1, ::-1]),
    ),
    OperationMistake(
        "kernel_not_turned",
        Text("the kernel is not turned on the way back", "反向时没有旋转核"),
        Text("the kernel {v} as it is, slid over {g}", "未旋转的核 {v} 滑过 {g}"),
        Text(
            "an entry of the picture meets the kernel in the reverse order",
            "图像的元素以相反的次序与核相乘",
        ),
        to_input(0, lambda place: _spread(place, place.inputs[1][::-1, ::-1])[_inner(place)]),
    ),
    OperationMistake(
        "stride_ignored",
        Text("the stride is ignored on the way back", "反向时忽略了步幅"),
        Text("stride 1 on the way back", "反向时步幅取 1"),
        Text("the window of w[i, j] begins at i·s, j·s", "w[i, j] 的窗口从 i·s, j·s 开始"),
        _stride_ignored,
    ),
    OperationMistake(
        "padding_not_cut",
        Text("the padding is not cut off the share of the picture", "传给图像的梯度没有裁掉填充"),
        Text("the padded share", "带填充的梯度"),
        Text("the share has the shape of the picture itself", "梯度应与图像本身同形"),
        to_input(0, lambda place: _spread(place, place.inputs[1])),
    ),
    OperationMistake(
        "padding_cut_at_the_end",
        Text("the padding is cut off at one end only", "只在一端裁掉了填充"),
        "padded[:h, :w]",
        Text("the padding stands on both sides of the picture", "填充在图像的两侧"),
        to_input(0, lambda place: _spread(place, place.inputs[1])[_first(place)]),
    ),
    OperationMistake(
        "overwritten",
        Text("windows that overlap overwrite each other", "重叠的窗口互相覆盖"),
        "dx[window] = {g} · {v}",
        Text(
            "an entry of the picture gets a share from every window over it: +=",
            "图像的元素从每个覆盖它的窗口得到一份，应当用 +=",
        ),
        _overwritten,
    ),
    OperationMistake(
        "averaged",
        Text("the share of the kernel is the mean over the windows", "传给核的梯度对窗口取了平均"),
        Text("mean over the windows", "对窗口取平均"),
        Text(
            "the kernel is used at every window, and the uses add up",
            "核用于每个窗口，各次的贡献应当相加",
        ),
        to_input(1, lambda place: place.right()[1] / place.g.size),
    ),
)
