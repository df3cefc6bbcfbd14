"""The tensors of a torch file (.pt, .pth): read without torch, and with nothing executed.

The file is a ZIP archive: data.pkl names the tensors, data/0, data/1 … hold their numbers. The
pickle may build dicts and tensors and nothing else; whatever it asks for besides is refused.
"""

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop.imports.source import MAX_PARAMETERS, Asked, Imported, Source, has_ending
from clearprop.imports.sources.arrays import layers_from

TYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2"}
MAX_PICKLE = 8 << 20
UNREADABLE = (
    zipfile.BadZipFile, pickle.UnpicklingError, LookupError, TypeError, ValueError, EOFError,
    AttributeError, OSError, RecursionError, NotImplementedError,
)  # fmt: skip
"""What a damaged file leads to."""


class TorchFile(Source):
    """A file that torch.save wrote."""

    name = "torch file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".pt", ".pth", ".bin")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the layers, in the order of the state dict."""
        try:
            with zipfile.ZipFile(given) as archive:
                names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
                if len(names) != 1 or archive.getinfo(names[0]).file_size > MAX_PICKLE:
                    raise pickle.UnpicklingError("it has not one description of its tensors")
                root = names[0].removesuffix("/data.pkl")
                content = archive.read(names[0])
                state = _Reader(io.BytesIO(content), archive, root).load()
        except UNREADABLE as error:
            why = f"it holds no tensors that can be read ({error})."
            hint = "torch.save(net.state_dict(), path)."
            raise invalid_argument("source", str(Path(given)), why, hint) from None
        if not isinstance(state, dict) or not all(
            isinstance(name, str) and isinstance(array, np.ndarray) for name, array in state.items()
        ):
            why = "it is no state dict of tensors."
            hint = "torch.save(net.state_dict(), path)."
            raise invalid_argument("source", str(Path(given)), why, hint)
        return layers_from(state, asked)


def _tensor(
    storage: npt.NDArray[Any], offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> npt.NDArray[Any]:
    """Return a tensor as a copy of the part of its storage that it shows."""
    plain = all(isinstance(each, int) and each >= 0 for each in (offset, *size, *stride))
    if not plain or len(size) != len(stride) or math.prod(size) > MAX_PARAMETERS:
        raise ValueError("a tensor of an impossible shape")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if math.prod(size) and last >= storage.size:
        raise ValueError("a tensor beyond its numbers")
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps).copy()


class _Reader(pickle.Unpickler):
    """An unpickler that builds dicts and tensors, and refuses everything else."""

    def __init__(self, file: io.BytesIO, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(file)
        self.archive, self.root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for the few names of a state dict."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in TYPES:
            return np.dtype(TYPES[name])
        raise pickle.UnpicklingError(f"it wants to run {module}.{name}")

    def persistent_load(self, pid: Any) -> npt.NDArray[Any]:
        """Return the numbers of a storage."""
        _, dtype, key, _, count = pid
        entry = f"{self.root}/data/{key}"
        if not isinstance(dtype, np.dtype) or not isinstance(count, int):
            raise pickle.UnpicklingError("a storage of an unknown type")
        size = self.archive.getinfo(entry).file_size
        if size > 8 * MAX_PARAMETERS or count * dtype.itemsize > size:
            raise pickle.UnpicklingError("a storage of another size than it says")
        return np.frombuffer(self.archive.read(entry), dtype, count)
