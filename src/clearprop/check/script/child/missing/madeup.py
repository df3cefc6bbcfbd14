"""Stand-ins for what a program wants and the limited process has not: pictures, downloads, data.

Whatever is made up is said in the report.
"""

import builtins
import os
import sys
import time

from clearprop.check.script.child.missing import arguments
from clearprop.check.script.child.missing.folders import Folders
from clearprop.check.script.child.missing.gpu_arrays import ArraysOnCards
from clearprop.check.script.child.missing.questions import Questions
from clearprop.check.script.child.missing.readers import Readers
from clearprop.check.script.child.missing.stubs import Missing, Pictures, Stub, Tensors


class MadeUp(Readers):
    """The stand-ins, and what is to be said of those that were used."""

    def __init__(self, folder: str = ".", program: str | None = None) -> None:
        super().__init__(folder, program)
        self.questions = Questions(self.say)

    def arrange(self) -> None:
        """Put the stand-ins in their places."""
        builtins.input = self.questions.answered
        time.sleep = lambda seconds, /: None
        os.get_terminal_size = lambda *_: os.terminal_size((80, 24))  # there is none
        sys.meta_path.append(Missing(self))
        sys.meta_path.insert(0, Pictures(self))
        sys.meta_path.insert(0, Tensors(self))
        sys.meta_path.insert(0, ArraysOnCards(self))
        arguments.arrange()
        Stub.known, Stub.reads = self.offered(), self.of_file
        self.replace_readers()
        Folders(self, self.text).arrange()
