"""Packages that only some jobs need: the command that installs the ones that are missing."""

import importlib

from clearprop._errors import ClearpropError

EXTRAS = {
    "cyclopts": "cli",
    "rich": "cli",
    "pandas": "tables",
    "matplotlib": "plots",
    "pyarrow": "parquet",
    "onnx": "onnx",
    "dask": "dask",
    "distributed": "dask",
}
"""Modules, and the optional dependency of pyproject.toml that brings each."""


class MissingExtraError(ClearpropError, ImportError):
    """A job needs a package that is not installed: names it, and the command that installs it."""


def require(job: str, *modules: str) -> None:
    """Raise unless all modules that a job needs are installed.

    Parameters
    ----------
    job : str
        Subject of the error's sentence, such as ``"a table"``.
    *modules : str
        Keys of `EXTRAS`.

    Raises
    ------
    MissingExtraError
        If one is not installed. A module that is there and broken raises its own error.

    Examples
    --------
    >>> require("a table", "pandas")
    """
    missing = [module for module in modules if not is_installed(module)]
    if missing:
        extras = ",".join(dict.fromkeys(EXTRAS[module] for module in missing))
        raise MissingExtraError(
            f"{job} needs {' and '.join(missing)}, not installed. "
            f'try: pip install "clearprop[{extras}]"'
        )


def is_installed(module: str) -> bool:
    """Return whether a module can be imported; it is imported.

    Examples
    --------
    >>> is_installed("numpy")
    True
    """
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return False
    return True
