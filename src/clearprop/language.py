"""Text that users read, in the languages that they read."""

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """One sentence in English and in Chinese.

    Examples
    --------
    >>> Text("error term", "误差项").in_("zh")
    '误差项'
    """

    en: str
    zh: str

    def in_(self, language: Language) -> str:
        """Return the sentence in `language`, ``"en"`` or ``"zh"``."""
        return self.zh if language == "zh" else self.en
