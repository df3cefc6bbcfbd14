"""Words of the page."""

from clearprop._text import Text

TITLE = Text("clearprop: train, stop, open any number", "clearprop：训练、停下、打开任何数字")
SAID: dict[str, Text] = {}
