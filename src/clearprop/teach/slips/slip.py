"""The base class of slips: what a step gives with the slip in it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.steps import Quantity, Working


class Slip(ABC):
    """A slip that people make in working out one step.

    Attributes
    ----------
    name : str
        The name by which it is known.
    title : Text
        What went wrong.
    in_one_entry : bool
        True if it is made in single entries, the others being right.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    in_one_entry: ClassVar[bool] = False

    @abstractmethod
    def results(self, working: Working, quantity: Quantity) -> Iterator[FloatArray]:
        """Yield what the step gives with the slip; nothing where it cannot be made."""
