"""Docstrings as Sphinx reads them: plain text with formulas, whose signs are no markup."""

import re
from typing import Any

from sphinx.application import Sphinx

MARKUP = re.compile(r"``.*?``|`[^`]*`|\*\*(?=\w)|\*(?=\w)|\|")

EXAMPLES = ".. rubric:: Examples"
SECTION = re.compile(r":[A-Z]\w+( \w+)?:$|\.\. rubric::")
"""The first lines of sections, as numpydoc writes them."""


def escape_formulas(
    app: Sphinx, kind: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Escape the bars of absolute values and the stars of arguments, outside of code."""
    for number, line in enumerate(lines):
        if ">>>" not in line and not line.lstrip().startswith((":", "*", "..")):
            lines[number] = MARKUP.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.startswith("`") else "".join(rf"\{sign}" for sign in text)


def examples_first(
    app: Sphinx, kind: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Move the examples, which numpydoc puts last, in front of the lists of parameters."""
    sections = [at for at, line in enumerate(lines) if SECTION.match(line)]
    examples = [at for at in sections if lines[at] == EXAMPLES]
    if not examples or examples[0] == sections[0]:
        return
    begin = examples[0]
    end = min((at for at in sections if at > begin), default=len(lines))
    moved = [*lines[begin:end], ""]
    del lines[begin:end]
    lines[sections[0] : sections[0]] = moved


def skip_inherited(
    app: Sphinx, kind: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out what scikit-learn's machinery of metadata adds to every estimator."""
    return True if name.endswith(("_request", "_routing")) else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Have every docstring pass through."""
    app.connect("autodoc-process-docstring", escape_formulas, priority=100)
    app.connect("autodoc-process-docstring", examples_first, priority=900)
    app.connect("autodoc-skip-member", skip_inherited)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
