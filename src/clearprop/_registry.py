"""Registries: the rules of one kind by name, found by scanning a folder or a file.

Adding an activation, a loss or a solver is adding a file; nothing else names it.
"""

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, Generic, TypeVar

from clearprop._errors import invalid_argument, unknown_name

Rule = TypeVar("Rule")


class Registry(Mapping[str, type[Rule]], Generic[Rule]):
    """The rules in the files of a package, or in one file, by name; read when first asked for.

    Parameters
    ----------
    path : str
        Import path of the package or module, for example ``"clearprop.activations"``.
    base : type
        The class that every rule of this kind extends.
    noun : str
        What such a rule is called in error messages, for example ``"activation"``.
    """

    def __init__(self, path: str, base: type[Rule], noun: str) -> None:
        self._path, self._base, self._noun = path, base, noun
        self._found: dict[str, type[Rule]] | None = None

    @property
    def _rules(self) -> dict[str, type[Rule]]:
        if self._found is None:
            found = (rule for module in self._modules() for rule in self._rules_in(module))
            self._found = {name_of(rule): rule for rule in found}
        return self._found

    def _modules(self) -> Iterator[ModuleType]:
        named = importlib.import_module(self._path)
        if not hasattr(named, "__path__"):  # a file, not a package
            yield named
            return
        for entry in pkgutil.iter_modules(named.__path__):
            yield importlib.import_module(f"{self._path}.{entry.name}")

    def _rules_in(self, module: ModuleType) -> Iterator[type[Rule]]:
        for thing in vars(module).values():
            defined_here = isinstance(thing, type) and thing.__module__ == module.__name__
            if defined_here and issubclass(thing, self._base) and hasattr(thing, "name"):
                yield thing

    def __getitem__(self, name: str) -> type[Rule]:
        return self._rules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._rules))

    def __len__(self) -> int:
        return len(self._rules)

    def make(self, wanted: "str | Rule", also_known: Iterable[str] = ()) -> Rule:
        """Return the rule that `wanted` names: ``"relu"``, ``"leaky_relu(0.1)"``, or a rule itself.

        `also_known` are further names that an error message is to offer.

        Raises
        ------
        InputError
            If there is no such rule, or it does not take these settings.
        """
        if isinstance(wanted, self._base):
            return wanted
        if not isinstance(wanted, str):
            hint = f"a name, for example {next(iter(self))!r}."
            raise invalid_argument(self._noun, wanted, f"it is no {self._noun}.", hint)
        name, bracket, _ = wanted.partition("(")
        if name.strip() not in self:
            raise unknown_name(self._noun, wanted, [*self, *also_known])
        rule = self[name.strip()]
        arguments, keywords = self._settings(wanted) if bracket else ((), {})
        try:
            return rule(*arguments, **keywords)
        except TypeError:
            known = ", ".join(settings_of(rule)) or "none"
            hint = f"its settings: {known}."
            raise invalid_argument(
                self._noun, wanted, f"{name} takes other settings.", hint
            ) from None

    def _settings(self, wanted: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            call = ast.parse(wanted.strip(), mode="eval").body
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                raise ValueError
            positional = tuple(ast.literal_eval(argument) for argument in call.args)
            named = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
            if len(named) < len(call.keywords):  # one is given twice
                raise ValueError
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            hint = "name(setting=number)."
            raise invalid_argument(
                self._noun, wanted, "its settings cannot be read.", hint
            ) from None
        return positional, named


def name_of(rule: Any) -> str:
    """Return the name by which a rule is asked for."""
    return rule.name


def settings_of(rule: object) -> dict[str, Any]:
    """Return the settings of a rule (or of a rule's class: their defaults) by name.

    Examples
    --------
    >>> from clearprop.activations.leaky_relu import LeakyReLU
    >>> settings_of(LeakyReLU(slope=0.2))
    {'slope': 0.2}
    """
    if not is_dataclass(rule):
        return {}
    return {field.name: getattr(rule, field.name) for field in fields(rule) if field.init}


def spelled(rule: Any, *, brief: bool = False) -> str:
    """Return the text from which `Registry.make` builds this rule again.

    A setting that is left out of the rule's `repr` is named only where it is not the default, and
    never in a brief text.

    Examples
    --------
    >>> from clearprop.activations.leaky_relu import LeakyReLU
    >>> spelled(LeakyReLU(slope=0.2))
    'leaky_relu(slope=0.2)'
    """
    of_dataclass = fields(rule) if is_dataclass(rule) else ()
    silent = {field.name: field.default for field in of_dataclass if not field.repr}
    named = {
        name: value
        for name, value in settings_of(rule).items()
        if name not in silent or (value != silent[name] and not brief)
    }
    settings = ", ".join(f"{name}={value!r}" for name, value in named.items())
    return f"{rule.name}({settings})" if settings else name_of(rule)
