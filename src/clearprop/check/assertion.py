"""Verdicts that a test can assert."""

from abc import ABC, abstractmethod

from clearprop._errors import ClearpropError


class GradientError(ClearpropError, AssertionError):
    """A gradient is wrong; raised by `assert_ok`, so that a test fails with the explanation."""


class Assertable(ABC):
    """A verdict on a gradient, which prints as its own explanation."""

    @property
    @abstractmethod
    def ok(self) -> bool:
        """True if the gradient is right."""

    def assert_ok(self) -> None:
        """Raise `GradientError`, with this verdict as its message, unless the gradient is right.

        Raises
        ------
        GradientError
            An `AssertionError`: test runners show it as a failed assertion.
        """
        if not self.ok:
            raise GradientError(f"the gradient is wrong.\n{self}")
