"""One file a part of the results: it has a `TITLE` and `run(options)`, which gives Markdown.

It may have `missing(options)`, which says why there is nothing to measure; then it is skipped.
"""

import importlib
import pkgutil
from types import ModuleType


def load() -> dict[str, ModuleType]:
    """Return every section by the name of its file."""
    names = [entry.name for entry in pkgutil.iter_modules(__path__)]
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "TITLE")}
