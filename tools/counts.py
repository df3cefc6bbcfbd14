"""Count what the package is made of: files, lines, names, layers, long functions, who trains.

python tools/counts.py              # this project
python tools/counts.py OTHER        # another checkout, for example of an earlier commit
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

LONG = 60
"""Lines of a function, its docstring left out, beyond which it cannot be seen whole."""
SOLVERS = ("training/solvers", "updates", "training/updates")
"""Where the solvers' own files stand, now or earlier."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Modules = dict[str, ast.Module]


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield all functions and methods."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Return the lines of a function without its docstring."""
    first, last = function.body[0], function.end_lineno or 0
    has_docstring = ast.get_docstring(function) is not None
    documented = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return last - function.lineno + 1 - documented


def public_names(tree: ast.Module) -> list[str]:
    """Return the functions, classes and constants of a module that have no underscore."""
    names = [node.name for node in tree.body if isinstance(node, Function | ast.ClassDef)]
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def offered_names(tree: ast.Module) -> list[str]:
    """Return what `__all__` lists."""
    lists = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    return [each.value for one in lists for each in ast.walk(one) if isinstance(each, ast.Constant)]


def rule_names(modules: Modules) -> set[str]:
    """Return the names of the solvers, as their classes say them."""
    found = set()
    for path, tree in modules.items():
        if not path.startswith(SOLVERS):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "name":
                found |= {v.value for v in ast.walk(node.value) if isinstance(v, ast.Constant)}
    return found


def takes_a_step(call: ast.Call) -> bool:
    """Return whether a call asks a solver for an iteration, or an engine for epochs."""
    if not isinstance(call.func, ast.Attribute):
        return False
    of_a_solver = ast.unparse(call.func.value).endswith("solver")
    return call.func.attr == "run_epochs" or (of_a_solver and call.func.attr in ("step", "run"))


def that_train(modules: Modules) -> Iterator[str]:
    """Yield the functions that take steps of a training, outside of engines and solvers."""
    for path, tree in modules.items():
        if path.startswith((*SOLVERS, "engine", "backprop")):
            continue
        for function in functions(tree):
            calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
            if any(map(takes_a_step, calls)):
                yield f"{path}: {function.name}"


def naming_a_solver(modules: Modules) -> Iterator[str]:
    """Yield the lines outside of the solvers' own files in which one is named."""
    names = rule_names(modules)
    for path, tree in modules.items():
        if path.startswith(SOLVERS):
            continue
        lines = {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value in names
        }
        yield from (f"{path}:{line}" for line in sorted(lines))


def layers(project: Path) -> list[str]:
    """Return the rows of the contract that says who may import whom."""
    settings = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"].get("importlinter", {}).get("contracts", [])
    return next((each["layers"] for each in contracts if each["type"] == "layers"), [])


def report(project: Path) -> Iterator[tuple[str, object]]:
    """Yield what is counted, and how much there is of it."""
    package = project / "src/clearprop"
    texts = {
        str(path.relative_to(package)): path.read_text("utf-8")
        for path in sorted(package.rglob("*.py"))
    }
    modules = {path: ast.parse(text) for path, text in texts.items()}
    lines = {path: text.count("\n") for path, text in texts.items()}
    longest = max(lines, key=lambda path: lines[path])
    yield "files", len(lines)
    yield "lines", sum(lines.values())
    yield "lines of a file, median", int(median(lines.values()))
    yield "lines of the longest", f"{lines[longest]} ({longest})"
    yield "names of `import clearprop`", len(offered_names(modules["__init__.py"]))
    yield "public names in all modules", sum(map(len, map(public_names, modules.values())))
    yield "layers", len(layers(project))
    tests = [path.read_text("utf-8") for path in (project / "tests").rglob("*.py")]
    yield "lines of tests", sum(text.count("\n") for text in tests)
    found = {
        f"functions of more than {LONG} lines": [
            f"{path}: {function.name} ({length(function)})"
            for path, tree in modules.items()
            for function in functions(tree)
            if length(function) > LONG
        ],
        "functions that train": list(that_train(modules)),
        "lines that name a solver": list(naming_a_solver(modules)),
    }
    for what, places in found.items():
        yield what, "\n    ".join([str(len(places)), *places])


def main() -> None:
    """Print the counts of a project."""
    given = sys.argv[1:] or [str(Path(__file__).parents[1])]
    for what, count in report(Path(given[0])):
        print(f"{what}: {count}")


if __name__ == "__main__":
    main()
