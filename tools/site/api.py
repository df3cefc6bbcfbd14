"""The reference: every public name, by what it is for."""

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import clearprop
from clearprop._text import Language, Text
from pages import Page

GROUPS: dict[Text, tuple[str, ...]] = {
    Text("Networks", "网络"): ("Network", "Layer", "Parameters", "Objective", "Activation", "Loss"),
    Text("Tables and models", "表格与模型"): (
        *("fit", "FitOptions", "Model", "save", "load", "lags", "write_report"),
    ),
    Text("Training", "训练"): (
        *("train", "TrainingConfig", "TrainingResult", "Stopping", "MiniBatches", "divide"),
        *("Checkpoint", "History"),
    ),
    Text("In place of scikit-learn's", "替代 scikit-learn"): ("MLPRegressor", "MLPClassifier"),
    Text("Derivations, and a page that trains", "推导与演示页"): ("explain", "graph", "play"),
    Text("Is a gradient right?", "梯度对不对"): ("check_gradients", "diagnose"),
    Text("Rules by name", "按名称取规则"): ("ACTIVATIONS", "LOSSES", "INITIALIZERS", "SOLVERS"),
    Text("Pictures and measures", "图形与指标"): (
        *("plots", "measures", "sensitivity", "diagnostics"),
    ),
    Text("Errors", "错误"): ("ClearpropError", "InputError", "MissingExtraError"),
}
PACKAGES = ("derivation", "check", "training", "search", "data", "export", "teach", "series")
"""Packages whose names are public as well, but not at the top."""
TITLE = Text("API", "API")
INTRO = Text(
    "Every public name. `import clearprop as cp` has those of the first tables at its top.",
    "全部公开名称（说明为英文）。`import clearprop as cp` 之后，前几张表中的名称可直接使用。",
)
FURTHER = Text("Further packages", "其他包")


def api_pages(language: Language) -> Iterator[Page]:
    """Return a page for every public name, and one that lists them."""
    ungrouped = set(clearprop.__all__) - {name for group in GROUPS.values() for name in group}
    if ungrouped:
        raise ValueError(f"the API page has no place for {sorted(ungrouped)}")
    parts = [f"# {TITLE.translate(language)}\n\n{INTRO.translate(language)}\n"]
    for title, names in GROUPS.items():
        things = {name: getattr(clearprop, name) for name in names}
        parts.append(listing(title.translate(language), things))
        for name, thing in things.items():
            yield reference(name, thing)
    further = {name: importlib.import_module(f"clearprop.{name}") for name in PACKAGES}
    parts.append(listing(FURTHER.translate(language), further))
    for name, package in further.items():
        yield reference(name, package)
    yield Page("api", "\n".join(parts))


def listing(title: str, things: dict[str, Any]) -> str:
    """Return a table of names with their first sentences, and their place in the sidebar."""
    rows = "\n".join(f"| [`{name}`](api/{name}.md) | {summary(t)} |" for name, t in things.items())
    listed = "\n".join(f"api/{name}" for name in things)
    hidden = f":::{{toctree}}\n:hidden:\n{listed}\n:::"
    return f"## {title}\n\n| | |\n|---|---|\n{rows}\n\n{hidden}\n"


def summary(thing: Any) -> str:
    """Return the first sentence of what a thing says about itself."""
    text = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return " ".join(text.split()).replace("|", r"\|").replace("``", "`")


def reference(name: str, thing: Any) -> Page:
    """Return the page of a name: of a module, those of all its names."""
    if isinstance(thing, ModuleType):
        public = getattr(thing, "__all__", None) or own_names(thing)
        public = [one for one in public if one not in clearprop.__all__]
        heading, blocks = f"clearprop.{name}", [summary(thing)]
        blocks += [documented(f"{thing.__name__}.{one}", getattr(thing, one)) for one in public]
    else:
        heading, blocks = name, [documented(f"clearprop.{name}", thing)]
    return Page(f"api/{name}", "\n\n".join([f"# {heading}", *blocks]) + "\n")


def own_names(module: ModuleType) -> list[str]:
    """Return the public functions and classes that a module defines."""
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]


def documented(path: str, thing: Any) -> str:
    """Return the directive that documents a thing under its public path."""
    if inspect.isclass(thing):
        lines = [f".. autoclass:: {path}", "   :members:"]
    elif callable(thing):
        lines = [f".. autofunction:: {path}"]
    else:
        lines = [f".. autodata:: {path}", "   :no-value:"]
    body = "\n".join(lines)
    return f"```{{eval-rst}}\n{body}\n```"
