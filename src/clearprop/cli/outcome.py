"""Print how a training went."""

from clearprop._text import Language, Text
from clearprop.cli.console import say
from clearprop.fitting import TableFit

WROTE = Text("wrote", "已写入")
NOTHING_HELD_BACK = Text(
    "These are errors of rows that the network was trained on; --test 0.15 holds some back.",
    "以上是训练数据上的误差；--test 0.15 可留出一部分数据。",
)


def say_outcome(fitted: TableFit, lang: Language) -> None:
    """Print how a table was prepared and a network trained, and the errors of each part."""
    say(fitted.summary(lang))
    held_back = fitted.rows["validation"] + fitted.rows["test"]
    if fitted.result.left_out is None and not held_back:
        say(NOTHING_HELD_BACK.translate(lang))
