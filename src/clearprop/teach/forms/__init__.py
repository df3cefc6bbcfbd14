"""Forms of a worksheet, one a file; `FORMS` holds them by name."""

from clearprop._registry import Registry
from clearprop.teach.forms.form import Form

FORMS: Registry[Form] = Registry(
    "clearprop.teach.forms",
    Form,  # type: ignore[type-abstract]
    "format",
)

__all__ = ["FORMS", "Form"]
