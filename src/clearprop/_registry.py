"""Registries: the rules of one kind by name, found by scanning a folder or a file.

Adding an activation, a loss or a solver is adding a file; nothing else names it.
"""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, Generic, TypeVar

from clearprop._errors import invalid_argument, unknown_name

Rule = TypeVar("Rule")


class Registry(Mapping[str, type[Rule]], Generic[Rule]):
    """The rules in the files of a package, or in one file, by name; read when first asked for.

    A rule may say how others call it: names in its `also_called` stand for it, `instead_of` has a
    hint for a name of something near it, `settings_elsewhere` one for a setting that it lacks.
    Capitals, blanks, hyphens and underscores do not matter, nor what it is said to be behind its
    name: ``"MSELoss"``. A rule's Chinese title stands for it as well.

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

    def called(self, wanted: str) -> list[type[Rule]]:
        """Return the rules of this name, which settings in brackets may follow; none, or several.

        Examples
        --------
        >>> from clearprop import ACTIVATIONS, LOSSES
        >>> [rule.name for rule in ACTIVATIONS.called("ReLU")]
        ['relu']
        >>> [rule.name for rule in LOSSES.called("cross_entropy")]
        ['binary_cross_entropy', 'categorical_cross_entropy']
        """
        key = _plain(wanted.partition("(")[0])
        if key in self:
            return [self[key]]
        exact = [rule for rule in self._rules.values() if key in _aliases(rule)]
        if exact:
            return exact
        joined = self._joined(key)
        return [
            rule
            for rule in self._rules.values()
            if joined in map(self._joined, (name_of(rule), *_aliases(rule)))
        ]

    def _joined(self, name: str) -> str:
        """Return a name in one word, without what it is: ``"l1"`` of ``"l1_loss"``."""
        word = name.replace("_", "")
        return word.removesuffix(self._noun) or word

    def answers(self, wanted: str) -> bool:
        """Return whether a rule is called so, or has a hint for the name."""
        near = (getattr(rule, "instead_of", {}) for rule in self._rules.values())
        key = _plain(wanted.partition("(")[0])
        return bool(self.called(wanted)) or any(key in names for names in near)

    def make(
        self,
        wanted: "str | Rule",
        also_known: Iterable[str] = (),
        choose: Callable[[type[Rule]], bool] | None = None,
    ) -> Rule:
        """Return the rule that `wanted` names: ``"relu"``, ``"leaky_relu(0.1)"``, or a rule itself.

        `also_known` are further names that an error message is to offer; `choose` says which rule
        is meant where several are called by the name.

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
        rule = self._meant(wanted, also_known, choose)
        arguments, keywords = self._settings(wanted) if bracket else ((), {})
        try:
            return rule(*arguments, **keywords)
        except TypeError:
            why = f"{name.strip()} takes other settings."
            raise invalid_argument(
                self._noun, wanted, why, _hint_on_settings(rule, keywords)
            ) from None

    def _meant(
        self, wanted: str, also_known: Iterable[str], choose: Callable[[type[Rule]], bool] | None
    ) -> type[Rule]:
        """Return the one rule that a text names."""
        named = self.called(wanted)
        chosen = [rule for rule in named if choose is None or choose(rule)]
        if len(chosen) == 1 or len(named) == 1:
            return (chosen or named)[0]
        if named:
            why = "several are called so."
            hint = " or ".join(repr(name_of(rule)) for rule in named) + "."
            raise invalid_argument(self._noun, wanted, why, hint)
        key = _plain(wanted.partition("(")[0])
        for rule in self._rules.values():
            near: Mapping[str, str] = getattr(rule, "instead_of", {})
            if key in near:
                why = f"there is no {self._noun} of this name."
                raise invalid_argument(self._noun, wanted, why, near[key])
        others = {other: name for name, rule in self._rules.items() for other in _aliases(rule)}
        raise unknown_name(self._noun, wanted, [*self, *also_known], others)

    def _settings(self, wanted: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            name, bracket, rest = wanted.strip().partition("(")
            call = ast.parse(_plain(name) + bracket + rest, mode="eval").body
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


def _plain(name: str) -> str:
    """Return a name as rules are named: small letters, words joined by underscores."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _aliases(rule: Any) -> tuple[str, ...]:
    """Return what else a rule is called."""
    title = getattr(rule, "title", None)
    return (*getattr(rule, "also_called", ()), *([] if title is None else [title.zh]))


def _hint_on_settings(rule: Any, given: Sequence[str] | Mapping[str, Any]) -> str:
    """Return what to try instead of settings that a rule does not take."""
    known = settings_of(rule)
    elsewhere: Mapping[str, str] = getattr(rule, "settings_elsewhere", {})
    for name in given:
        if name not in known and name in elsewhere:
            return elsewhere[name]
    return f"its settings: {', '.join(known) or 'none'}."


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
