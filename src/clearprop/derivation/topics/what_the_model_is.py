"""What the model is: structure and hyper-parameters, parameters, features and labels."""

import itertools

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Section, Table
from clearprop.derivation.notation import Notation

MODEL = Text("What the model is", "模型是什么")
PART, MEANS, HERE = Text("part", "组成"), Text("what it is", "说明"), Text("here", "本例")
HYPER = (
    Text("hyper-parameters", "超参数"),
    Text(
        "what is chosen before training: the structure (layers, and units of each), activation"
        " functions, loss, learning rate, batch size, number of epochs",
        "训练之前选定的：网络结构（层数及每层的神经元数量）、激活函数、损失函数、学习率、批大小、轮数",
    ),
)
PARAMETERS = (
    Text("parameters", "参数"),
    Text("what training finds: all weights W and biases b", "由训练得到的：所有的权重 W 与偏置 b"),
)
FEATURES = (
    Text("features X", "特征值 (features) X"),
    Text("the independent variables: what has an influence", "自变量：影响因素"),
)
LABEL = (
    Text("label y", "标签 (label) y"),
    Text("the dependent variable: what is to be predicted", "因变量：要预测的量"),
)
BENT = (
    Text("non-linearity", "非线性"),
    Text("comes from the net of units and the activation functions", "由网状结构和激活函数实现"),
)
DATA_DRIVEN = Text(
    "The model is driven by data. It holds no physical mechanism, though it can show how single"
    " factors x act (topic sensitivity).",
    "模型基于数据驱动，并不是基于物理机理，"
    "虽然可以体现某些因素 x 的影响规律（见主题 sensitivity）。",
)
STRUCTURE = Text("{sizes} ({activations}), {loss}", "{sizes}（{activations}），{loss}")
COUNT = Text("{terms} = {count}", "{terms} = {count} 个")
INPUTS = Text("{count} inputs", "{count} 个输入")
OUTPUTS = Text("{count} outputs", "{count} 个输出")


def model_section(n: Notation) -> Section:
    """Return the table of the parts of a model, with the numbers of this one."""
    sizes = n.sizes
    activations = ", ".join(spelled(layer.activation) for layer in n.trace.layers)
    terms = " + ".join(f"({below} + 1) · {here}" for below, here in itertools.pairwise(sizes))
    count = sum((below + 1) * here for below, here in itertools.pairwise(sizes))
    structure = STRUCTURE.filled(
        sizes="-".join(map(str, sizes)), activations=activations, loss=spelled(n.trace.loss)
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        (*HYPER, structure),
        (*PARAMETERS, COUNT.filled(terms=terms, count=count)),
        (*FEATURES, INPUTS.filled(count=sizes[0])),
        (*LABEL, OUTPUTS.filled(count=sizes[-1])),
        (*BENT, Text(activations, activations)),
    )
    return Section(MODEL, (Table(MODEL, (PART, MEANS, HERE), rows), DATA_DRIVEN))
