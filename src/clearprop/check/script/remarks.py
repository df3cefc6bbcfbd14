"""What is said beside the verdict on an attempt to call a script."""

from clearprop._text import Text
from clearprop.check.script.computed import Computed
from clearprop.check.script.description import Description
from clearprop.check.script.messages import Form, Success


def called_with(form: Form, computed: Computed) -> Text:
    """Say what was called with what."""
    name, m, sizes = form.called, computed.fixture.m, computed.fixture.sizes
    rows = computed.samples == "row"
    en = f"called {name.en} with m = {m} samples, one a {'row' if rows else 'column'}"
    zh = f"调用{name.zh}，m = {m} 个样本，每{'行' if rows else '列'}一个"
    widths = "-".join(map(str, sizes))
    return Text(f"{en}; widths {widths}", f"{zh}；各层宽度 {widths}")


def of_loss_and_rate(computed: Computed, *, knows_loss: bool) -> list[Text]:
    """Return what is to be said beside the verdict; of a loss that is not known, that."""
    said = []
    value = computed.found.loss
    if value is not None and not knows_loss:
        said.append(
            Text(
                f"The loss that the code computes, {value:.6g} here, is none that is known for"
                " its outputs.",
                f"代码算出的损失（此处为 {value:.6g}）不是任何已知的损失。",
            )
        )
    rate = computed.found.rate
    if rate is not None:
        said.append(
            Text(
                "The gradient was taken from the update: (W before − W after) / η, with"
                f" η = {rate:g}.",
                f"梯度由更新量反推：(更新前 W − 更新后 W) / η，η = {rate:g}。",
            )
        )
    return said


def equal_widths_only(success: Success) -> Text | None:
    """Say how code that runs on equal widths failed on different ones; None for other code."""
    failed = success.shape_failure
    if failed is None or not success.form.equal:
        return None
    return Text(
        f"With layers of different widths it fails: {failed.en}. With equal widths it runs:",
        f"各层宽度不同时出错：{failed.zh}。宽度相同时可以运行：",
    )


def several_outputs(success: Success, computed: Computed, intended: Description) -> list[Text]:
    """Say how code that runs with one output failed with several."""
    if computed.fixture.sizes[-1] > 1 or success.form.kind == "class":
        return []
    if intended.sizes is not None:
        return []
    failed = success.shape_failure
    if failed is None:
        return []
    return [
        Text(
            f"Judged with one output; for three it is not written: {failed.en}",
            f"按一个输出判断；代码不适用于三个输出：{failed.zh}",
        )
    ]


def unknown_network(computed: Computed) -> Text:
    """Say that the network could not be recognised."""
    if computed.outputs is None:
        return Text(
            "the network cannot be recognised from its gradient alone: describe it, for example"
            " --network 'tanh,sigmoid binary_cross_entropy mean'",
            "仅凭梯度无法认出网络：请用 --network 描述，"
            "例如 --network 'tanh,sigmoid binary_cross_entropy mean'",
        )
    return Text(
        "the outputs are those of no network known, so the forward pass may be wrong already."
        " Say what is meant, for example --network 'relu,softmax', to have the gradient judged",
        "输出不属于任何已知的网络，前向传播可能已经出错。"
        "请用 --network 'relu,softmax' 之类说明网络，以便判断梯度",
    )


def holds_decay(c: float) -> Text:
    """Say that a gradient holds c W, which the loss may lack."""
    return Text(
        f"The gradient holds c W as well, c = {c:.4g}: weight decay, or an L2 penalty that the"
        " loss leaves out.",
        f"梯度中还含有 c W，c = {c:.4g}：权重衰减，或损失中没有写出的 L2 正则。",
    )


def holds_penalty(penalty: float) -> Text:
    """Say that the loss holds an L2 penalty."""
    return Text(
        f"The loss that the code computes holds an L2 penalty, ½ λ Σ W² with λ = {penalty:.4g}.",
        f"代码算出的损失含有 L2 正则 ½ λ Σ W²，λ = {penalty:.4g}。",
    )


FUNCTION = Text(
    "A function loss_and_grad(parameters, X, Y) that returns the loss and a dict with dW1, db1 …"
    " would be compared with differences of its own loss",
    "若有函数 loss_and_grad(parameters, X, Y) 返回损失和含有 dW1、db1 … 的字典，"
    "就可以用它自身损失的差分来核对",
)
NOT_TOLD = Text(
    "what it takes off its weights fits neither a right gradient nor a known mistake: its loss or"
    f" its rule of descent may be one that is not known here. {FUNCTION.en}",
    "权重的改变量既不符合正确的梯度，也不符合已知的错误：可能用了这里未知的损失或更新规则。"
    f"{FUNCTION.zh}",
)
ONE_FACTOR = Text(
    "The gradient was divided by {factor}, which all dW share: without a loss that fixes it, a"
    " learning rate or an average over another number.",
    "梯度已除以各 dW 共有的因子 {factor}：没有损失来确定它，可能是学习率，"
    "或是对另一个数目取的平均。",
)
ADDED_UP = Text(
    "The loss is added up over the samples, and its gradient averaged: only the learning rate means"
    " something else by it.",
    "损失对样本求和，而梯度取平均：这只影响学习率的含义。",
)
