"""Arrays of other libraries, and the devices they lie on: PyTorch's, CuPy's, JAX's.

What follows the array API runs on any of them. `namespace` is where its functions are found;
`host` and `placed` are the only two ways between a device and NumPy.
"""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._extras import is_installed

Array = Any
"""An array that follows the array API, or a tensor that array-api-compat makes follow it."""

DEVICES = ("cpu", "cuda", "mps", "xpu")
"""The devices of PyTorch that are asked for by name; ``"cuda:1"`` is the second card."""
LIBRARIES = ("torch", "cupy", "jax", "jaxlib", "array_api_strict")
"""Libraries with devices of their own."""
OWN_NAMESPACES = {
    "jax": "jax.numpy",
    "jaxlib": "jax.numpy",
    "array_api_strict": "array_api_strict",
}
"""Modules that follow the array API, by the name of the library that a device is of."""
SPECIAL = {
    "torch": "torch.special",
    "cupy": "cupyx.scipy.special",
    "jax": "jax.scipy.special",
    "jaxlib": "jax.scipy.special",
}
"""Where libraries keep the functions that the array API lacks, by the name of the library."""


def library_of(thing: object) -> str:
    """Return the name of the library whose array or device this is.

    Examples
    --------
    >>> library_of(np.zeros(3))
    'numpy'
    """
    return type(thing).__module__.partition(".")[0]


def is_device(given: object) -> bool:
    """Return whether `given` names a device, or is one of a library's.

    Examples
    --------
    >>> is_device("cuda:1"), is_device("gpu"), is_device(0)
    (True, False, False)
    """
    if isinstance(given, str):
        return given.partition(":")[0] in DEVICES
    return library_of(given) in LIBRARIES


def is_foreign(given: object) -> bool:
    """Return whether `given` is an array of another library than NumPy.

    Examples
    --------
    >>> is_foreign(np.zeros(3)), is_foreign([0.0])
    (False, False)
    """
    if isinstance(given, np.ndarray | np.generic):
        return False
    return hasattr(given, "__array_namespace__") or library_of(given) == "torch"


def namespace(array: Array) -> Any:
    """Return the module with the array API's functions for this array."""
    own = getattr(array, "__array_namespace__", None)
    return _compatible(library_of(array)) if own is None else own()


def _compatible(library: str) -> Any:
    """Return array-api-compat's namespace of a library that does not follow the array API."""
    copy = "array_api_compat"
    if not is_installed(copy):
        copy = f"sklearn.externals.{copy}"  # scikit-learn brings one
    return importlib.import_module(f"{copy}.{library}")


def is_of(array: Array, dtype: str) -> bool:
    """Return whether an array is of this type: JAX makes float32 of float64 unless told not to."""
    return bool(array.dtype == getattr(namespace(array), dtype))


def identity_like(array: Array, size: int) -> Array:
    """Return the identity matrix, of the type of `array` and on its device."""
    return namespace(array).eye(size, dtype=array.dtype, device=array.device)


def normal_distribution(z: Array) -> Array:
    """Return Φ(z), which the array API lacks: by z's own library, or by SciPy on the host."""
    home = SPECIAL.get(library_of(z))
    if home is not None:
        return importlib.import_module(home).ndtr(z)
    from scipy.special import ndtr

    return namespace(z).asarray(ndtr(host(z)), dtype=z.dtype, device=z.device)


def host(array: Array) -> npt.NDArray[Any]:
    """Return an array as one of NumPy's; what lies on a device is copied."""
    if not is_foreign(array):
        return np.asarray(array)
    if hasattr(array, "detach"):  # a tensor with a history of its own
        array = array.detach()
    if library_of(array) == "torch":
        array = array.cpu()
    elif hasattr(array, "get"):  # CuPy's only way
        return np.asarray(array.get())
    elif hasattr(array, "to_device"):
        array = _moved_home(array)
    return np.asarray(array)


def _moved_home(array: Array) -> Array:
    """Return the array on the default device of its library."""
    info = namespace(array).__array_namespace_info__()
    return array.to_device(info.default_device())


def placed(array: npt.NDArray[Any], device: Any) -> Array:
    """Return a copy of NumPy's array on a device, as an array of the library of that device.

    Parameters
    ----------
    array : array of NumPy
    device : str or a library's device
        ``"cuda"``, ``"cuda:1"``, ``"mps"`` or ``"cpu"`` of PyTorch, or a device of another library.

    Raises
    ------
    InputError
        If the device is not there, or lacks the type of the numbers.
    """
    device, xp = _found(device)
    try:
        there = xp.asarray(array, device=device, copy=True)
        if array.dtype.kind == "f" and not is_of(there, array.dtype.name):
            raise TypeError("it has none.")
        return there
    except (RuntimeError, TypeError, AssertionError, ValueError) as error:
        why = f"{array.dtype.name} numbers cannot be placed there: {_first_line(error)}"
        raise invalid_argument("device", str(device), why, "leave it out.") from None


def _found(device: Any) -> tuple[Any, Any]:
    """Return the device as its library knows it, and the library's namespace."""
    if not is_device(device):
        raise invalid_argument("device", str(device), "it is not known.", "device='cuda'.")
    if not isinstance(device, str):
        library = library_of(device)
        own = OWN_NAMESPACES.get(library)
        return device, _compatible(library) if own is None else importlib.import_module(own)
    if not is_installed("torch"):
        raise invalid_argument("device", device, "PyTorch is not installed.", "pip install torch.")
    try:
        return importlib.import_module("torch").device(device), _compatible("torch")
    except RuntimeError:
        raise invalid_argument("device", device, "it is not known.", "device='cuda'.") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") + "." if str(error).strip() else ""
