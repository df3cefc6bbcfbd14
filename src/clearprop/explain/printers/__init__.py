"""Printers of derivations, each one file over the same tree; `FORMS` holds them by name."""

from clearprop.catalogue import Catalogue
from clearprop.explain.printers.page_printer import PagePrinter as PagePrinter

FORMS: Catalogue[PagePrinter] = Catalogue(
    "clearprop.explain.printers",
    PagePrinter,  # type: ignore[type-abstract]
    "form",
)
