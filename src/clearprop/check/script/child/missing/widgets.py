"""Stand in for streamlit: what a page asks is answered as it stands there at first."""

from collections.abc import Callable, Sequence
from typing import Any

from clearprop.check.script.child.missing.stubs import Stub

NOTE = (
    "streamlit is not installed: what its page asks was answered as it stands there at first.",
    "没有安装 streamlit：页面上的提问都按初始值回答。",
)


class State(dict[str, Any]):
    """What a page remembers, by keys or as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class Page(Stub):
    """A part of the page: a column, a tab, or what stands beside it."""

    def __getattr__(self, name: str) -> Any:
        return WIDGETS[name] if name in WIDGETS else super().__getattr__(name)


def number(
    _: Any = "", low: Any = 0, high: Any = 100, value: Any = None, *__: Any, **s: Any
) -> Any:
    """Return the number that a slider shows: its value, or the lowest."""
    low = s.get("min_value", low)
    return low if value is None else value


def choice(_: Any = "", options: Sequence[Any] = (), index: Any = 0, *__: Any, **___: Any) -> Any:
    """Return the option that is shown, the first where none is said."""
    listed = list(options)
    return listed[index if isinstance(index, int) else 0] if listed else ""


def choices(_: Any = "", options: Any = (), default: Any = None, *__: Any, **___: Any) -> Any:
    """Return the options that are chosen, all where none are said."""
    return list(options if default is None else default)


def mark(_: Any = "", value: Any = False, *__: Any, **___: Any) -> Any:
    """Return a mark or a text as it is shown."""
    return value


def press(*_: Any, **__: Any) -> bool:
    """Press a button: that may start the training."""
    return True


def parts(spec: Any = 1, *_: Any, **__: Any) -> list[Page]:
    """Return columns or tabs, as many as there are to be."""
    return [Page() for _ in range(spec if isinstance(spec, int) else len(spec))]


def kept(*given: Any, **_: Any) -> Any:
    """Decorate a function that keeps what it returns."""
    return given[0] if given and callable(given[0]) else lambda function: function


WIDGETS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("slider", "number_input"), number),
    **dict.fromkeys(("selectbox", "radio", "select_slider"), choice),
    **dict.fromkeys(("multiselect", "pills"), choices),
    **dict.fromkeys(("checkbox", "toggle"), mark),
    **dict.fromkeys(("text_input", "text_area"), lambda label="", value="", *_, **__: value),
    **dict.fromkeys(("button", "form_submit_button"), press),
    **dict.fromkeys(("columns", "tabs"), parts),
    **dict.fromkeys(("cache", "cache_data", "cache_resource", "experimental_memo"), kept),
    "file_uploader": lambda *_, **__: "uploaded.csv",
}
"""What a page asks, by the names of its questions."""


def page() -> dict[str, Any]:
    """Return what streamlit offers, with a memory of its own."""
    return {**WIDGETS, "sidebar": Page(), "session_state": State()}
