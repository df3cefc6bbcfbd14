"""Printers of derivations, each one file over the same tree; `FORMS` holds them by name."""

from clearprop._registry import Registry
from clearprop.derivation.printers.page_printer import PagePrinter

__all__ = ["FORMS", "PagePrinter"]

FORMS: Registry[PagePrinter] = Registry(
    "clearprop.derivation.printers",
    PagePrinter,  # type: ignore[type-abstract]
    "form",
)
