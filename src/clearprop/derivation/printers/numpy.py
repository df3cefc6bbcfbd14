"""The network of a derivation as a NumPy program: forward, loss, backward, update, loop."""

from clearprop._errors import invalid_argument
from clearprop.derivation.derivation import Derivation
from clearprop.derivation.numpy_code import program
from clearprop.derivation.printers.page_printer import PagePrinter


class NumpyPage(PagePrinter):
    """A program that runs as it is, and that ``clearprop check`` finds right."""

    name = "numpy"
    suffix = ".py"

    def page(self, derivation: Derivation) -> str:
        if derivation.notation is None:
            why = "a derivation in letters has no numbers to compute with."
            raise invalid_argument("form", self.name, why, "layers with numbers, 2-3-1.")
        n = derivation.notation
        if n.is_weighted or any(n.mask(layer) is not None for layer in range(1, n.depth + 1)):
            why = "the program knows neither weights of samples nor dropout."
            raise invalid_argument("form", self.name, why, "the same without them.")
        return program(derivation.notation, self.style.lang)
