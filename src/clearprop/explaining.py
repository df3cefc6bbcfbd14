"""`clearprop.explain`: derivations in every form, the page among them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

import clearprop.derivation as derivations
from clearprop.derivation import Derivation
from clearprop.derivation.printers import PagePrinter

Parameters = ParamSpec("Parameters")


class HtmlPage(PagePrinter):
    """One HTML file in which the network can also be changed and trained."""

    name = "html"
    suffix = ".html"

    def page(self, derivation: Derivation) -> str:
        """Return the whole document."""
        # loaded when used: it translates every rule, and no other form needs it
        from clearprop.playing.derivation_page import derivation_page

        return derivation_page(replace(derivation, style=self.style))


FORMS: Mapping[str, type[PagePrinter]] = {**derivations.FORMS, HtmlPage.name: HtmlPage}


def _with_page(derive: Callable[Parameters, Derivation]) -> Callable[Parameters, Derivation]:
    """Return the same function, whose derivations can be printed as a page too."""

    @wraps(derive)
    def derived(*arguments: Parameters.args, **options: Parameters.kwargs) -> Derivation:
        return replace(derive(*arguments, **options), forms=FORMS)

    return derived


explain = _with_page(derivations.explain)
general = _with_page(derivations.general)
