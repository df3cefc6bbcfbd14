"""Training with a validation set, as pseudocode: the loop around forward and backward pass."""

from clearprop._text import Text
from clearprop.derivation.derivation import Listing, Section

TRAINING = Text("Training and validation, as pseudocode", "训练与验证的伪代码")
WHY = Text(
    "Rows for validation take no part in any gradient; they say when to stop, so that the network"
    " does not learn the training rows by heart.",
    "验证集的样本不参与任何梯度计算；它们只决定何时停止，以免网络死记训练样本（过拟合）。",
)
PSEUDOCODE = Text(
    """\
choose the hyper-parameters: layers, units, activation functions, loss,
                             learning rate η, batch size, most epochs, patience
divide the rows into training, validation and test rows
draw W at random, set b to 0                              # first parameters
best ← ∞, waited ← 0
for epoch = 1, 2, … most epochs:
    shuffle the training rows
    for each mini-batch (X, Y):                           # training
        forward:  z, a of layers 1 … L
        loss:     L of the batch
        backward: δ of layers L … 1, from them ∂L/∂W, ∂L/∂b
        update:   W ← W − η ∂L/∂W,  b ← b − η ∂L/∂b
    forward pass of the validation rows, their loss V     # validation: no gradient, no update
    if V < best:
        best ← V, keep W and b, waited ← 0
    else:
        waited ← waited + 1
        if waited = patience: leave the loop              # early stopping
take the W and b that were kept
forward pass of the test rows: the error to report        # once, at the very end""",
    """\
选定超参数：层数、每层神经元数、激活函数、损失函数、
            学习率 η、批大小、最大轮数、容忍次数
把样本分成训练集、验证集、测试集
W 取随机初值，b 取 0                                # 参数的初值
最好 ← ∞，已等 ← 0
对 轮次 = 1, 2, … 最大轮数：
    打乱训练集
    对每个小批量 (X, Y)：                           # 训练
        前向传播：第 1 … L 层的 z、a
        损失：    该批的 L
        反向传播：第 L … 1 层的 δ，并由此得 ∂L/∂W、∂L/∂b
        更新：    W ← W − η ∂L/∂W，b ← b − η ∂L/∂b
    对验证集做前向传播，得损失 V                    # 验证：不求梯度，不更新
    如果 V < 最好：
        最好 ← V，保存 W 与 b，已等 ← 0
    否则：
        已等 ← 已等 + 1
        如果 已等 = 容忍次数：结束循环              # 早停
取回保存的 W 与 b
对测试集做前向传播：最终报告的误差                  # 只在最后做一次""",
)


def training_section(n: object = None) -> Section:
    """Return the pseudocode; it is the same for every network."""
    return Section(TRAINING, (WHY, Listing(TRAINING, PSEUDOCODE)))
