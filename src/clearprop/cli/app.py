"""The `clearprop` program: find its commands, run one, turn every outcome into an exit code.

A command is a function that is named like its file in this folder. Its annotated parameters become
arguments and options, its docstring the help. It prints through `clearprop.cli.console` and returns
nothing, or an exit code. Its file is loaded when it is asked for: the list of commands needs their
first sentences only.
"""

import errno
import functools
import importlib
import inspect
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cyclopts

import clearprop
from clearprop._errors import ClearpropError
from clearprop._text import Language
from clearprop._translation import translated
from clearprop.cli.console import (
    BAD_INPUT,
    BROKEN_PIPE,
    FAILED,
    INTERRUPTED,
    TYPED,
    complain,
    language,
    warn,
)
from clearprop.cli.help_text import in_language


@dataclass(frozen=True)
class Command:
    """A command that need not be loaded yet.

    Attributes
    ----------
    file : str
        The name of its file and function; `import_` is named so for the sake of Python.
    summary : str
        The first sentence of its docstring.
    """

    file: str
    summary: str

    @property
    def name(self) -> str:
        """What is typed for it."""
        return self.file.rstrip("_")

    @property
    def module(self) -> str:
        """Where its function is."""
        return f"{__name__.rpartition('.')[0]}.{self.file}"

    def load(self) -> Callable[..., Any]:
        """Return the function."""
        return getattr(importlib.import_module(self.module), self.file)


def commands() -> Iterator[Command]:
    """Yield every command of this folder."""
    for file in sorted(Path(__file__).parent.glob("*.py")):
        defined = rf'^def {file.stem}\(.*?^    """(.+?)(?:"""|\n\n)'
        found = re.search(defined, file.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if found is not None:
            yield Command(file.stem, " ".join(found[1].split()))


def build(asked: str = "") -> cyclopts.App:
    """Return the program with all its commands, of which the one that is asked for is loaded."""
    lang = language()
    program = cyclopts.App(
        name="clearprop",
        help=translated("Backpropagation that shows its work, and gets the work done.", lang),
        version=clearprop.__version__,
        help_format="markdown",
        help_formatter=_formatter(lang),
        group_commands=translated("Commands", lang),
        group_arguments=translated("Arguments", lang),
        group_parameters=translated("Parameters", lang),
        default_parameter=cyclopts.Parameter(negative=()),
        suppress_keyboard_interrupt=False,
    )
    for flag in ("--help", "--version"):
        program[flag].help = translated(program[flag].help, lang)
    for command in commands():
        if command.name == asked:
            program.command(_in_language(command.load(), lang), name=command.name)
        else:
            path = f"{command.module}:{command.file}"
            program.command(path, name=command.name, help=translated(command.summary, lang))
    return program


def _formatter(lang: Language) -> Any:
    """Return what prints help; without one the library does it, in English."""
    if lang == "en":
        return None
    from clearprop.cli.help_in_chinese import ChineseFormatter  # brings what only help needs

    return ChineseFormatter()


def _in_language(function: Callable[..., Any], lang: Language) -> Callable[..., Any]:
    """Return a command with its help in a language, which it speaks if none is asked for."""
    if lang == "en":
        return function
    signature = inspect.signature(function, eval_str=True)
    has_language = "lang" in signature.parameters and signature.parameters["lang"].default == "en"

    @functools.wraps(function)
    def command(*given: Any, **named: Any) -> Any:
        chosen = {"lang": lang} if has_language else {}
        return function(*given, **(chosen | named))

    command.__doc__ = in_language(inspect.getdoc(function) or "", lang)
    command.__signature__ = signature  # type: ignore[attr-defined]
    return command


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; bad input is one line on standard error.

    The argument ``-`` stands for standard input or output.
    """
    TYPED.set(tuple(arguments))
    try:
        code = build(*arguments[:1])(
            _with_streams(arguments),
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except cyclopts.CycloptsError as error:
        complain(f"{error} try: --help.")
        return BAD_INPUT
    except ClearpropError as error:
        complain(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        complain("interrupted; nothing was written.")
        return INTERRUPTED
    except MemoryError as error:
        complain(f"there is not enough memory. {error}. try: fewer hidden units, or fewer rows.")
        return FAILED
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except OSError as error:
        why = "no space is left" if error.errno == errno.ENOSPC else str(error.strerror or error)
        if error.filename is None:  # a stream
            _drop_output()
            complain(f"the output cannot be written: {why}.")
        else:
            complain(f"{error.filename}: {why}.")
        return FAILED
    return code if isinstance(code, int) else 0


def _with_streams(arguments: Sequence[str]) -> list[str]:
    """Return the arguments, ``-`` as what stands for standard input or output."""
    if "-" not in arguments:
        return list(arguments)
    from clearprop.files import STANDARD  # brings NumPy

    return [STANDARD if argument == "-" else argument for argument in arguments]


def _drop_output() -> None:
    """Keep Python from writing the rest at exit where nobody takes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_streams() -> None:
    """Let a stream that was closed before the start lead nowhere, and no file take its number."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def main() -> None:
    """Run the program on the arguments of the process."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show σ shows ?
    warnings.showwarning = warn
    sys.exit(run(sys.argv[1:]))
