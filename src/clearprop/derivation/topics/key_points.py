"""What to keep in mind: the four sentences that backpropagation comes down to."""

from clearprop._text import Text
from clearprop.derivation.derivation import Section
from clearprop.derivation.notation import Notation
from clearprop.derivation.topics.cost import layer_costs

KEY_POINTS = Text("Key points", "关键点总结")
AGAINST_THE_GRAPH = Text(
    "1. The chain rule goes against the computational graph. The local derivative of a node needs"
    " nothing but the nodes that it is connected with.",
    "1. 链式法则分解：梯度计算沿计算图逆向传播；每个节点的局部导数只与直接相连的节点有关。",
)
WAYS_ADD = Text(
    "2. Where a quantity reaches the loss along several ways, their contributions add up.",
    "2. 梯度累积：当节点存在多条反向路径时，各路径的贡献相加。",
)
GRADIENTS = Text(
    "3. Gradient of a weight = what comes from above (δ) × the input that the weight multiplies;"
    " gradient of a bias = δ × 1.",
    "3. 参数更新规律：权重梯度 = 上游梯度 (δ) × 该权重所乘的输入；偏置梯度 = 上游梯度 × 1。",
)
SHARED = Text(
    "4. No δ is computed twice: {sharing} multiplications here, where walking every path would take"
    " {walking}. The cost grows with the number of weights, not of paths.",
    "4. 避免重复计算：共享 δ 只需 {sharing} 次乘法，逐条路径则需 {walking} 次；"
    "代价随权重个数增长，而不随路径条数增长。",
)


def key_points_section(n: Notation) -> Section:
    """Return the four sentences, the last with the multiplications of this network."""
    costs = layer_costs(n.sizes)
    sharing, walking = sum(one.sharing for one in costs), sum(one.walking for one in costs)
    saved = SHARED.filled(sharing=f"{sharing:,}", walking=f"{walking:,}")
    return Section(KEY_POINTS, (AGAINST_THE_GRAPH, WAYS_ADD, GRADIENTS, saved))
