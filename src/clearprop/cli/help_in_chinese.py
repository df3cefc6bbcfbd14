"""The words that the command-line library puts into help, in Chinese: "Usage", "[required]" ….

The library prints them itself; here they are replaced where it hands them over to be printed.
"""

import re
from typing import TYPE_CHECKING, Any

from cyclopts.help import DefaultFormatter, HelpEntry, HelpPanel
from cyclopts.help.specs import DescriptionRenderer, get_default_parameter_columns
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

WORDS = {
    r"Usage: ": "用法：",
    r"\bCOMMAND\b": "命令",
    r"\[OPTIONS\]": "[选项]",
    r"\[ARGS(\.\.\.)?\]": r"[参数\1]",
    r"\[required\]": "[必填]",
    r"\[default: (.*)\]": r"[默认：\1]",
    r"\[choices: (.*)\]": r"[可选值：\1]",
    r"\[env var: (.*)\]": r"[环境变量：\1]",
}


def in_chinese(words: str) -> str:
    """Return a usage line, or what is said behind a description.

    Examples
    --------
    >>> in_chinese("Usage: clearprop explain [OPTIONS] [ARGS]"), in_chinese("[default: 4]")
    ('用法：clearprop explain [选项] [参数]', '[默认：4]')
    """
    for english, chinese in WORDS.items():
        words = re.sub(english, chinese, words)
    return words


class Description(DescriptionRenderer):
    """What an option is for, and its default in Chinese behind it."""

    def __call__(self, entry: HelpEntry) -> Any:
        """Return it as the library prints it."""
        described: Any = super().__call__(entry)
        described.texts = [Text(in_chinese(one.plain), one.style) for one in described.texts]
        return described


class ChineseFormatter(DefaultFormatter):
    """Prints the help of a program in Chinese; everything that is not the library's own is so."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: HelpPanel) -> None:
        """Print one panel."""
        if panel.format == "parameter":
            DefaultFormatter(column_specs=columns)(console, options, panel)
        else:
            super().__call__(console, options, panel)

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: Any) -> None:
        """Print the usage line."""
        if usage:
            console.print(Text(in_chinese(f"Usage: {usage}"), style="bold"))


def columns(console: Any, options: Any, entries: Any) -> Any:
    """Return the columns of a panel, its descriptions in Chinese."""
    return tuple(
        column.copy(renderer=Description())
        if isinstance(column.renderer, DescriptionRenderer)
        else column
        for column in get_default_parameter_columns(console, options, entries)
    )
