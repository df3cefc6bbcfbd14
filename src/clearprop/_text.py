"""Text that users read, in the languages that they read."""

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """One sentence in English and in Chinese.

    Examples
    --------
    >>> Text("error term", "误差项").translate("zh")
    '误差项'
    """

    en: str
    zh: str

    def filled(self, **values: "Text | object") -> "Text":
        """Return the sentence with `values` in its ``{places}``, each in its own language.

        Examples
        --------
        >>> Text("layer {l}", "第 {l} 层").filled(l=2).zh
        '第 2 层'
        """
        en, zh = (
            {k: v.translate(lang) if isinstance(v, Text) else v for k, v in values.items()}
            for lang in ("en", "zh")
        )
        return Text(self.en.format(**en), self.zh.format(**zh))

    def translate(self, language: Language) -> str:
        """Return the sentence in `language`, ``"en"`` or ``"zh"``."""
        return self.zh if language == "zh" else self.en
