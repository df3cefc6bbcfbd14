"""Find a font with Chinese characters, or say how to get one."""

import warnings
from functools import cache
from pathlib import Path

from clearprop._text import Language

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
    "Noto Serif CJK SC",
    "SimSun",
)
"""Families with Chinese characters on Linux, Windows and macOS, the best first."""
FILES = ("notosanscjk", "notosanssc", "sourcehansans", "msyh", "pingfang", "simhei", "wqy-")
"""How the files of such families begin, for fonts installed after Matplotlib made its list."""
LATIN = "DejaVu Sans"


@cache
def chinese_font() -> str | None:
    """Return the name of an installed font family with Chinese characters, or None."""
    from matplotlib.font_manager import fontManager

    found = _first_known()
    if found is None:
        for path in _files_of_known_families():
            fontManager.addfont(path)
        found = _first_known()
    return found


def families() -> list[str]:
    """Return the families to draw text with: one for Latin, then one for Chinese if there is."""
    chinese = chinese_font()
    return [LATIN] if chinese is None else [LATIN, chinese]


def drawable(language: Language) -> Language:
    """Return the language in which labels can be drawn: English, with a hint, for want of a font.

    Where the picture is an SVG that keeps its text as text, whoever views it brings the font.
    """
    import matplotlib

    viewer_draws_text = matplotlib.rcParams["svg.fonttype"] == "none"
    if language == "en" or viewer_draws_text or chinese_font() is not None:
        return language
    warnings.warn(
        "No font with Chinese characters was found, so the picture is labelled in English. "
        "try: install one, for example `apt install fonts-noto-cjk`.",
        UserWarning,
        stacklevel=5,
    )
    return "en"


def _first_known() -> str | None:
    from matplotlib.font_manager import fontManager

    installed = {entry.name for entry in fontManager.ttflist}
    return next((family for family in FAMILIES if family in installed), None)


def _files_of_known_families() -> list[str]:
    from matplotlib.font_manager import findSystemFonts

    return [path for path in findSystemFonts() if Path(path).name.lower().startswith(FILES)]
