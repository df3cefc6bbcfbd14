"""The `clearprop` program: find its commands, run one, turn every outcome into an exit code.

A command is a function that is named like its file in this folder. Its annotated parameters become
arguments and options, its docstring the help. It prints through `clearprop.cli.console` and returns
nothing, or an exit code.
"""

import errno
import importlib
import inspect
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import cyclopts

import clearprop
from clearprop._errors import InputError
from clearprop._extras import MissingExtraError
from clearprop.cli.console import BAD_INPUT, BROKEN_PIPE, FAILED, INTERRUPTED, TYPED, complain
from clearprop.files import STANDARD


def commands() -> Iterator[Callable[..., Any]]:
    """Yield every command of this folder."""
    package = __name__.rpartition(".")[0]
    folder = importlib.import_module(package)
    for entry in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{package}.{entry.name}")
        command = getattr(module, entry.name, None)
        if inspect.isfunction(command) and command.__module__ == module.__name__:
            yield command


def name_of(command: Callable[..., Any]) -> str:
    """Return what is typed for a command: that of `import_`, a word of Python's, is import."""
    return command.__name__.rstrip("_")


def build() -> cyclopts.App:
    """Return the program with all its commands."""
    program = cyclopts.App(
        name="clearprop",
        help="Backpropagation that shows its work, and gets the work done.",
        version=clearprop.__version__,
        help_format="markdown",
        default_parameter=cyclopts.Parameter(negative=()),
        suppress_keyboard_interrupt=False,
    )
    for command in commands():
        program.command(command, name=name_of(command))
    return program


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; bad input is one line on standard error.

    The argument ``-`` stands for standard input or output.
    """
    TYPED.set(tuple(arguments))
    try:
        code = build()(
            [STANDARD if argument == "-" else argument for argument in arguments],
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except cyclopts.CycloptsError as error:
        complain(f"{error} try: --help.")
        return BAD_INPUT
    except (InputError, MissingExtraError) as error:
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
    sys.exit(run(sys.argv[1:]))
