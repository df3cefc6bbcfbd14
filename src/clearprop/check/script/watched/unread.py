"""Say why nothing can be said of a program that was watched, and what would help."""

from clearprop._text import Text
from clearprop.check.script.observed import ObservedStep, Watched
from clearprop.check.script.remarks import FUNCTION
from clearprop.check.script.watched.reading import Reading


def nothing_trained(watched: Watched) -> Text:
    """Say that no training was seen."""
    if watched.trouble is not None:
        kind, line = watched.trouble.kind, watched.trouble.line
        en, zh = watched.trouble.message
        return Text(
            f"it stops before anything is learned: line {line}: {kind}: {en}",
            f"在开始学习之前就停止了：第 {line} 行：{kind}：{zh}",
        )
    if not watched.products:
        return Text(
            "no product of a weight matrix with samples was seen while it ran. Weights in NumPy"
            " arrays, or a line such as W1 = W1 - 0.1 * dW1, would be read",
            "运行时没有看到权重矩阵与样本的乘积。若权重放在 NumPy 数组中，"
            "或有 W1 = W1 - 0.1 * dW1 这样的语句，就能读出",
        )
    return Text(
        "no weights changed while it ran. A line that trains for a step, such as"
        " W1 = W1 - 0.1 * dW1, would let it be read",
        "运行时权重没有变化。若有一行进行一步训练，例如 W1 = W1 - 0.1 * dW1，就能读出",
    )


def not_recognised(step: ObservedStep) -> Text:
    """Say that the layers, or the targets, could not be told."""
    layers = len(step.layers)
    return Text(
        f"it trains {layers} weight matri{'ces' if layers > 1 else 'x'}, but its activations or its"
        f" targets could not be told from its numbers. {FUNCTION.en}",
        f"它训练了 {layers} 个权重矩阵，但从数值看不出激活函数或目标。{FUNCTION.zh}",
    )


def not_understood(reading: Reading, *, branches: bool = False) -> Text:
    """Say that the step fits no gradient, and no known mistake."""
    sizes = "-".join(map(str, reading.net.sizes))
    if branches:
        return Text(
            f"it trains a network {sizes}, and weights beside its layers: a second output, a"
            " shortcut or a second network. Only layers in one row are judged; a program that"
            " trains these alone would be",
            f"它训练网络 {sizes}，旁边还有别的权重：第二个输出、跨层连接或另一个网络。"
            "这里只判断依次相连的层；只训练这些层的程序可以判断",
        )
    return Text(
        f"it trains a network {sizes}, but what it takes off its weights fits neither a right"
        " gradient nor a known mistake: its loss or its rule of descent may be one that is not"
        f" known here. {FUNCTION.en}",
        f"它训练的网络是 {sizes}，但权重的改变量既不符合正确的梯度，也不符合已知的错误："
        f"可能用了这里未知的损失或更新规则。{FUNCTION.zh}",
    )


LACKING = Text(
    "what failed before its training was left out, and a value of its own with it: {why}",
    "训练之前失败的语句已略去，它自己的某个值也随之缺失：{why}",
)
TOO_COARSE = Text(
    "its numbers are float16, with three digits, of which the difference of two steps leaves one or"
    " none. With np.float32 or np.float64 it can be judged",
    "它使用 float16，只有三位有效数字，两步之差所剩无几。改用 np.float32 或 np.float64 即可判断",
)
NOTHING_CHANGED = Text(
    "no array that it multiplies its samples by was changed while it ran: it may compute them anew"
    " every time. A step on the arrays themselves, such as W1 = W1 - 0.1 * dW1, would be read",
    "运行时与样本相乘的数组都没有改变：它们可能每次重新计算。"
    "若对这些数组本身做一步更新，例如 W1 = W1 - 0.1 * dW1，就能读出",
)
TOO_LARGE = Text(
    "a single step of its training has more numbers than are looked at. With smaller layers or"
    " batches it can be judged",
    "它一步训练的数值太多，超出了可查看的范围。把层或批量改小即可判断",
)
BENEATH = Text(
    "what enters the layers that are right was computed of other arrays that it trains, and of"
    f" these nothing could be told. {FUNCTION.en}",
    f"正确的那些层的输入，是由它训练的另一些数组算出来的，而对这些数组无法判断。{FUNCTION.zh}",
)
