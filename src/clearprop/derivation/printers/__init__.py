"""Printers of derivations, each one file over the same tree; `FORMS` holds them by name."""

from clearprop._registry import Catalogue
from clearprop.derivation.printers.page_printer import PagePrinter as PagePrinter

FORMS: Catalogue[PagePrinter] = Catalogue(
    "clearprop.derivation.printers",
    PagePrinter,  # type: ignore[type-abstract]
    "form",
)
