"""Programs in the grammar of Python 3.12 are read by older versions too."""

import ast

import pytest

from clearprop.check.script.source.notebook import python_of
from clearprop.check.script.source.python312 import as_python311

PROGRAM = '''import math
type Row[T] = list[T]
def first[T, *Ts](given: Row[T]) -> T:
    return given[0]
class Box[T: int]:
    held = "it's f\\"{not}\\" a format"
said = f"{first(["loss"])} {{}} {len('ab')}"  # f"{x["
long = """f"{said["x"]}" """
'''


def test_what_is_new_means_what_it_meant():
    rewritten = as_python311(PROGRAM)
    assert rewritten.count("\n") == PROGRAM.count("\n")
    namespace = {}
    exec(rewritten, namespace)
    assert namespace["said"] == "loss {} 2"
    assert namespace["long"] == 'f"{said["x"]}" '
    assert namespace["Box"].held == 'it\'s f"{not}" a format'


@pytest.mark.parametrize("text", ["x = [1, 2][0]", "type = 3\ntype += 1", "s = f'{1}' '{{' \"#\""])
def test_other_programs_stay_what_they_are(text):
    assert ast.dump(ast.parse(as_python311(text))) == ast.dump(ast.parse(text))


def test_cells_of_a_notebook_may_be_new():
    assert python_of("def first[T](given: T): pass").startswith("def first")
