"""Words of scalar graphs."""

from clearprop._text import Text

FORWARD = Text("Forward: every value", "前向：各节点的值")
BACKWARD = Text(
    "Backward: gradient after it times local derivative", "反向：后面的梯度乘以局部导数"
)
LOCAL = Text("Local derivatives on the edges:", "边上的局部导数：")
PATHS = Text("Which path gave what", "每条路径的贡献")
ADD_UP = Text("the {count} paths add up", "{count} 条路径相加")
MORE_PATHS = Text("and weaker paths, which add up with these", "以及更弱的路径，全部相加")
NO_PATH = Text("no path contributes", "没有路径有贡献")
LEGEND = Text(
    "number: value; number after ∂: gradient; on an edge: local derivative",
    "数字：值；∂ 后的数字：梯度；边上：局部导数",
)
DRAWING = Text("Computational graph of {title}", "{title} 的计算图")
