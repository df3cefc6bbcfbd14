"""The command line: one file a command; it parses, calls and prints, and does no mathematics."""

import gc
import sys

from clearprop._extras import MissingExtraError, require
from clearprop.cli.console import BAD_INPUT, INTERRUPTED, complain

OBJECTS = 10_000
"""New objects between two searches for garbage: a start imports many, and keeps them all."""


def main() -> None:
    """Run the program on the arguments of the process, if what it is made of is installed."""
    gc.set_threshold(OBJECTS)
    try:
        require("the command line", "cyclopts", "rich")
        from clearprop.cli.app import main
    except MissingExtraError as error:
        complain(str(error))
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:  # libraries were still loading
        complain("interrupted; nothing was written.")
        sys.exit(INTERRUPTED)

    main()
