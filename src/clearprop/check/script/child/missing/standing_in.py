"""What stands in for the data and the libraries that a program lacks, where it asks for them."""

import sys
from collections.abc import Callable
from typing import Any

from clearprop.check.script.child.missing.alternatives import FILES, has_alternative
from clearprop.check.script.child.missing.older import older_home
from clearprop.check.script.child.missing.unpacking import fits, says_data
from clearprop.check.script.source.instrument.reports import RECORDER


class StandIns:
    """What a rewritten program gets for calls that load data, and for names that are missing."""

    def __init__(self) -> None:
        self.loaders: dict[str, Callable[..., Any]] = {}
        """What stands in for functions of these names where they fail."""
        self.stub: type = type(None)
        """Stands in for anything else that is missing."""
        self.lent: Any = self
        """What was made up last."""
        self.data_for: Callable[[str, Any], Any] = lambda loader, pattern: None
        """Makes data up for the names that take them apart."""
        self.lacks_data = False
        """True if what was to load or prepare the data failed."""
        self.replaces = False
        """True if data are made up then."""
        self.multiplies = False
        """True once a product of arrays was seen: what fails from then on loads no data."""

    def loading(self, real: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that loads data, or makes some up where that fails."""

        def load(*arguments: Any, **settings: Any) -> Any:
            try:
                loaded = real(*arguments, **settings)
                is_ours = (getattr(real, "__module__", None) or "").startswith("clearprop.")
            except OSError:
                if has_alternative(FILES):
                    raise
                loaded, is_ours = instead(*arguments, **settings), True
            except Exception:
                loaded, is_ours = instead(*arguments, **settings), True
            if is_ours:
                self.lent = loaded
            return loaded

        return load

    def loaded(self, line: int, loader: str, pattern: Any, load: Callable[[], Any]) -> Any:
        """Return what a call gives to names that may be those of data; made-up data if it fails."""
        try:
            value = load()
        except Exception:
            if self.multiplies or not (isinstance(pattern, str) or says_data(pattern)):
                raise
            self.lacks_data = True
            if not self.replaces:
                raise
            return self.data_for(loader, pattern)
        is_asked = self.replaces and isinstance(pattern, str) and isinstance(value, self.stub)
        if is_asked and not self.multiplies:
            return self.data_for(loader, pattern)
        return self.unpacked(line, loader, pattern, value)

    def unpacked(self, line: int, loader: str, pattern: Any, value: Any) -> Any:
        """Return what is taken apart; data that were made up in a form that fits the names."""
        made_up = value is self.lent or isinstance(value, self.stub)
        made_up = made_up or getattr(type(value), "is_made_up", False)
        if not fits(pattern, value) and says_data(pattern):
            is_other = isinstance(value, tuple | list) and not self.multiplies
            if made_up or (is_other and self.replaces):
                return self.data_for(loader, pattern)
            self.lacks_data = self.lacks_data or is_other
        return taken_apart(value, pattern) if isinstance(value, self.stub) else value

    def missing(self, line: int, module: str, name: str) -> Any:
        """Return what stands in for a name that a library no longer has, or has elsewhere.

        Raises
        ------
        ImportError
            If it is missing from a module of the program's own.
        """
        found = older_home(module, name)
        if found is not None:
            return found
        home = sys.modules.get(module)
        if home is not None and RECORDER in vars(home):
            raise ImportError(f"cannot import name {name!r} from {module!r}")
        return self.loaders.get(name) or getattr(self.stub(), name)


def taken_apart(stub: Any, pattern: Any) -> Any:
    """Return as many stubs as names take them apart: ``figure, (left, right) = subplots()``."""
    if isinstance(pattern, str):
        return type(stub)()
    return tuple(taken_apart(stub, part) for part in pattern)
