"""The directive ``clearprop``: runs a command while the site is built, and shows what it prints.

    ```{clearprop} explain --layers 2-3-1 --x 1,2 --y 1 --topics forward
    ```

A derivation stands as formulas, a page that the command writes is embedded, worksheets can be
downloaded, all else stands as a terminal shows it. ``--lang`` is that of the page; ``:at:`` is the
state in which an embedded page begins, as its address says it.
"""

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Callable
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from clearprop._text import Text
from clearprop.cli.app import run as command_line
from clearprop.derivation.printers.notebook import MATRICES, STYLE

FOLDER = "made"
"""Where in the site the files stand that commands write."""
SECRET = "the sheets of this course are for everybody"
STYLED = "clearprop: the style of derivations stands on this page"
OPEN = Text("open the page alone", "单独打开此页")
SHEETS = {
    ".html": Text("worksheet for the browser", "网页练习单"),
    ".ipynb": Text("notebook that marks itself", "自动批改的笔记本"),
    ".md": Text("worksheet to print", "可打印的练习单"),
}


class Command(SphinxDirective):
    """A command of clearprop, and what it printed or wrote when the site was built."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = False
    option_spec: ClassVar[OptionSpec] = {"at": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the command and its result."""
        words = shlex.split(self.arguments[0])
        language = "zh" if self.config.language.startswith("zh") else "en"
        spoken = [*words, "--lang", "zh"] if language == "zh" and "--lang" not in words else words
        shown = prompt(f"clearprop {self.arguments[0]}", spoken != words)
        return [shown, *SHOWN.get(words[0], as_text)(self, spoken, language)]

    def written(self, words: list[str], suffix: str) -> Path:
        """Return where the command's file goes: in the site, under a name that follows from it."""
        name = sha256(" ".join(words).encode()).hexdigest()[:12] + suffix
        path = Path(self.env.app.outdir) / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def link_to(self, path: Path) -> str:
        """Return the address of a file of the site, from this page."""
        up = "../" * self.env.docname.count("/")
        return up + path.relative_to(self.env.app.outdir).as_posix()


def prompt(command: str, chinese: bool) -> nodes.Node:
    """Return the line that is typed."""
    line = f"$ {command}{' --lang zh' if chinese else ''}"
    return nodes.container(
        "", nodes.literal_block(line, line, language="console"), classes=["typed"]
    )


def run(words: list[str]) -> str:
    """Return what a command prints, run in this process.

    Raises
    ------
    RuntimeError
        If it does not end well.
    """
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command_line(words)
    if code:
        raise RuntimeError(f"clearprop {shlex.join(words)}: {err.getvalue()}")
    return out.getvalue()


def as_formulas(directive: Command, words: list[str], language: str) -> list[nodes.Node]:
    """Return a derivation, typeset."""
    page = run([*words, "--format", "notebook"])
    page = re.sub(r"<style>.*?</style>|<h1>.*?</h1>", "", page, flags=re.S)
    style = "" if directive.env.temp_data.get(STYLED) else f"<style>{STYLE}{MATRICES}</style>"
    directive.env.temp_data[STYLED] = True
    return [raw(f'{style}<div class="printed">{page}</div>')]


def as_page(directive: Command, words: list[str], language: str) -> list[nodes.Node]:
    """Return the page that the command writes, embedded."""
    path = directive.written(words, ".html")
    run([*words, "--out", str(path), "--force"])
    address = directive.link_to(path) + f"#{directive.options.get('at', '')}".rstrip("#")
    return [
        raw(
            f'<iframe class="page" loading="lazy" title="{escape(words[0])}" src="{address}">'
            f'</iframe><p><a href="{address}">{OPEN.translate(language)}</a></p>'
        )
    ]


def as_sheets(directive: Command, words: list[str], language: str) -> list[nodes.Node]:
    """Return links to the worksheets that the command writes."""
    folder = directive.written(words, "")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    secret = folder.with_suffix(".key")
    secret.write_text(sha256(SECRET.encode()).hexdigest(), encoding="utf-8")
    run([*words, "--secret", str(secret), "--out", str(folder)])
    secret.unlink()
    links = [
        f'<li><a href="{directive.link_to(path)}">{SHEETS[path.suffix].translate(language)}</a>'
        for path in sorted(folder.iterdir())
        if path.suffix in SHEETS
    ]
    return [raw(f"<ul>{''.join(links)}</ul>")]


def as_text(directive: Command, words: list[str], language: str) -> list[nodes.Node]:
    """Return what the command prints, as a terminal shows it."""
    text = run(words).rstrip()
    return [nodes.literal_block(text, text, language="text")]


def raw(html: str) -> nodes.Node:
    """Return HTML as it is."""
    return nodes.raw("", html, format="html")


SHOWN: dict[str, Callable[[Command, list[str], str], list[nodes.Node]]] = {
    "explain": as_formulas,
    "play": as_page,
    "worksheet": as_sheets,
}
"""How the result of a command is shown."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("clearprop", Command)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
