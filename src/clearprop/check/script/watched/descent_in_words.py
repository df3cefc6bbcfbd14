"""What is said of a step that goes down an E: which E it is, and by which rule it goes."""

from clearprop._text import Text
from clearprop.check.script.observed import FILE, Derived
from clearprop.check.script.watched.ways_down import Followed

LOSSES = {
    "squared error": Text("squared error", "平方误差"),
    "binary cross-entropy": Text("binary cross-entropy", "二元交叉熵"),
    "categorical cross-entropy": Text("categorical cross-entropy", "多类交叉熵"),
}
BY = {
    "plain": Text(": a common factor of a step is the learning rate.", "：公共因子就是学习率。"),
    "penalty": Text(", with a penalty on its weights.", "，并带有权重惩罚。"),
    "momentum": Text(", with momentum.", "，并带有动量。"),
    "optimizer": Text(
        "; the step made of the gradient is no plain descent (Adam, RMSprop …).",
        "；由梯度得到的更新不是普通的梯度下降（Adam、RMSprop 等）。",
    ),
}
WATCHED = Text(
    "watched the program train, and differentiated its own operations",
    "观察程序的训练，并对它自己的运算求导",
)


def what_it_goes_down(found: Followed) -> Text:
    """Say what the step goes down, and how."""
    said, (en, zh) = goes_down(found.total), BY[found.by]
    return Text(f"It goes down {said.en}{en}", f"它沿 {said.zh} 下降{zh}")


def goes_down(total: Derived) -> Text:
    """Say what E is."""
    line = called_line(total.line)
    if total.kind == "own":
        return Text(f"the number that {line.en} computes", f"{line.zh}计算的数")
    en, zh = LOSSES[total.kind]
    return Text(f"the {en}, of the difference in {line.en}", f"{zh}（误差在{line.zh}）")


def called_line(line: int) -> Text:
    """Say which line it is."""
    file, number = divmod(line, FILE)
    if file:
        return Text(f"line {number} of a module", f"某个模块的第 {number} 行")
    return Text(f"line {number}", f"第 {number} 行")
