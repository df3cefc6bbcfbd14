"""Numba's names stand in one file, so that one file follows Numba."""

import ast
from pathlib import Path

import pytest

import clearprop

SOURCE = Path(clearprop.__file__).parent
COMPAT = SOURCE / "engine" / "numba_compat.py"
OTHERS = sorted(set(SOURCE.rglob("*.py")) - {COMPAT})
ENGINE = [path for path in OTHERS if path.parent == COMPAT.parent]
PRIVATE = {
    "_cache", "_library", "_rebuild", "_reduce", "as_pointer", "call_conv", "codegen",
    "get_arg_packer", "get_dummy_value", "get_value_type", "has_dynamic_globals", "magic_tuple",
    "native_name", "target_context",
}  # fmt: skip


def imported(tree: ast.AST) -> set[str]:
    """Return the packages that a module imports, at its top or inside its functions."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return {module.partition(".")[0] for module in modules}


def members(tree: ast.AST) -> set[str]:
    """Return the names of all attributes that a module asks for."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_the_one_file_is_seen_by_these_tests():
    tree = ast.parse(COMPAT.read_text("utf-8"))
    assert {"numba", "llvmlite"} <= imported(tree)
    assert members(tree) >= PRIVATE


def test_no_other_file_imports_numba():
    found = [p for p in OTHERS if imported(ast.parse(p.read_text("utf-8"))) & {"numba", "llvmlite"}]
    assert found == []


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_no_other_file_of_the_engine_uses_its_members(path):
    assert not members(ast.parse(path.read_text("utf-8"))) & PRIVATE


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_compilers_context_is_only_handed_on(path):
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    asked = [node for node in nodes if isinstance(node, ast.Attribute)]
    assert not [n for n in asked if isinstance(n.value, ast.Name) and n.value.id == "context"]
