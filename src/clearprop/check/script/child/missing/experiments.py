"""A stand-in for Weights & Biases, which hands a program the settings that it was told."""

from collections.abc import Callable, Mapping
from typing import Any

from clearprop.check.script.child.missing.holders import Bunch


class Settings(Bunch):
    """Settings of a run: entries that are attributes too, and that can be set."""

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, *given: Any, **settings: Any) -> None:
        """Take more settings, and nothing besides: ``allow_val_change`` is none."""
        for each in given:
            super().update(each if isinstance(each, Mapping) else vars(each))
        settings.pop("allow_val_change", None)
        super().update(settings)

    setdefaults = update


class Experiments:
    """The runs of a program, one after the other, which share the settings of the last.

    Examples
    --------
    >>> experiments = Experiments()
    >>> run = experiments.init(project="p", config={"units": 8})
    >>> run.config.units, experiments.config["units"]
    (8, 8)
    """

    def __init__(self) -> None:
        self.config = Settings()
        self.swept: Mapping[str, Any] = {}
        """The settings that are searched through, each with its values."""

    def offered(self) -> dict[str, Any]:
        """Return what stands in for the library's own, by its names."""
        return {
            "init": self.init, "config": self.config, "sweep": self.sweep, "agent": self.agent,
        }  # fmt: skip

    def init(self, *_: Any, config: Any = None, **__: Any) -> "Run":
        """Begin a run; settings of a search go before those that it is told."""
        if config is not None:
            self.config.update(config)
        self.config.update({name: chosen(given) for name, given in self.swept.items()})
        return Run(self.config)

    def sweep(self, sweep: Any = None, *_: Any, **__: Any) -> str:
        """Take what is to be searched through."""
        found = sweep.get("parameters", {}) if isinstance(sweep, Mapping) else {}
        self.swept = {name: given for name, given in found.items() if isinstance(given, Mapping)}
        return "sweep"

    def agent(self, *_: Any, function: Callable[[], Any] | None = None, **__: Any) -> None:
        """Call what is to be searched through, once."""
        if function is not None:
            function()


class Run:
    """A run, which takes whatever is logged."""

    def __init__(self, config: Settings) -> None:
        self.config, self.name, self.id = config, "run", "run"

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def chosen(given: Mapping[str, Any]) -> Any:
    """Return a value of a setting that is searched through: the first, or the middle of a range.

    Examples
    --------
    >>> chosen({"values": [3, 4]}), chosen({"min": 0.0, "max": 1.0}), chosen({"value": "relu"})
    (3, 0.5, 'relu')
    """
    if "value" in given:
        return given["value"]
    if given.get("values"):
        return given["values"][0]
    low, high = given.get("min", 0), given.get("max", 1)
    middle = (low + high) / 2
    return int(middle) if isinstance(low, int) and isinstance(high, int) else middle
