"""`clearprop.explain`: derivations in every form, the page among them."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from clearprop import derivation
from clearprop.derivation import Derivation, Style
from clearprop.derivation.derivation import Forms

Parameters = ParamSpec("Parameters")


class HtmlPage:
    """One HTML file in which the network can also be changed and trained."""

    name = "html"
    suffix = ".html"

    def __init__(self, style: Style) -> None:
        self.style = style

    def page(self, given: Derivation) -> str:
        """Return the whole document."""
        # loaded when used: it translates every rule, and no other form needs it
        from clearprop.playing.derivation_page import derivation_page

        return derivation_page(replace(given, style=self.style))


FORMS: Forms = {**derivation.FORMS, HtmlPage.name: HtmlPage}


def _with_page(derive: Callable[Parameters, Derivation]) -> Callable[Parameters, Derivation]:
    """Return the same function, whose derivations can be printed as a page too."""

    @wraps(derive)
    def derived(*arguments: Parameters.args, **options: Parameters.kwargs) -> Derivation:
        return replace(derive(*arguments, **options), forms=FORMS)

    return derived


explain = _with_page(derivation.explain)
general = _with_page(derivation.general)
