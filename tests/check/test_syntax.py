"""A script's syntax is read once and handed out anew to each who asks for it."""

import ast

import pytest

from clearprop.check.script.source.syntax import packed_tree, read_tree


@pytest.fixture
def path(tmp_path):
    packed_tree.cache_clear()
    return tmp_path / "program.py"


def test_a_tree_that_one_reader_changes_is_whole_for_the_next(path):
    path.write_text("x = np.zeros(3)\ny = x\n")
    first = read_tree(path)
    whole = ast.dump(first, include_attributes=True)
    first.body.clear()
    assert ast.dump(read_tree(path), include_attributes=True) == whole
    assert packed_tree.cache_info().hits == 1


def test_another_text_at_the_same_place_is_read_anew(path):
    for name in "xy":
        path.write_text(f"{name} = 1\n")
        assert read_tree(path).body[0].targets[0].id == name


def test_what_is_nested_too_deeply_to_be_packed_is_read_all_the_same(path):
    path.write_text("x = 1" + " + 1" * 600)
    assert isinstance(read_tree(path).body[0].value, ast.BinOp)


def test_python_2_with_a_slip_is_refused_for_the_slip_not_for_its_print(path):
    path.write_text('print "begins"\nfound = {"a": 1\n         "b": 2}\n')
    with pytest.raises(SyntaxError) as refused:
        read_tree(path)
    assert refused.value.lineno > 1
