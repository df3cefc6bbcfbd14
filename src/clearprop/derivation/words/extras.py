"""Sentences about what follows from a pass: tables, update, rules, collapse, cost, sensitivity."""

from clearprop._text import Text

SYMBOLS = Text("Symbols and shapes", "符号与形状")
QUANTITY = Text("quantity", "量")
MEANING = Text("meaning", "含义")
SHAPE = Text("shape", "形状")
FORMULA = Text("formula", "公式")
DIMENSIONS = Text("dimension check", "维度检查")
INPUTS = Text("inputs", "输入")
TARGETS = Text("targets", "目标值")
WEIGHTS_OF = Text("weights of layer {l}", "第 {l} 层的权重")
BIASES_OF = Text("biases of layer {l}", "第 {l} 层的偏置")
SUMS_OF = Text("weighted sums of layer {l}", "第 {l} 层的加权和")
ACTIVATIONS_OF = Text("activations of layer {l} ({name})", "第 {l} 层的激活值（{name}）")
OUTPUTS_OF = Text("outputs: activations of layer {l} ({name})", "输出：第 {l} 层的激活值（{name}）")
ERRORS_OF = Text(
    "error term (sensitivity, local gradient) of layer {l}",
    "第 {l} 层的误差项（敏感度、局部梯度）",
)

SUMMARY = Text("All gradients at a glance", "全部梯度一览")
FLOW = Text("The flow of the backward pass", "反向传播的流程")
FLOW_WHY = Text(
    "every error term follows from the one after it, and gives the gradients of its own layer",
    "每一层的误差项由后一层得到，并给出本层的梯度",
)

UPDATE = Text("Update with learning rate {eta}", "参数更新，学习率 {eta}")
UPDATE_STEP = Text("New {name}", "新的 {name}")
UPDATE_WHY = Text(
    "gradient descent goes against the gradient, by the learning rate η times it",
    "梯度下降沿负梯度方向移动，步长为学习率 η 乘梯度",
)
LOSS_AFTER = Text("Loss after the update", "更新后的损失")
LOSS_FELL = Text(
    "the forward pass with the new parameters: the loss fell",
    "用新参数再做一次前向传播：损失下降了",
)
LOSS_ROSE = Text(
    "the forward pass with the new parameters: the loss did not fall, so the learning rate is too"
    " large for this step",
    "用新参数再做一次前向传播：损失没有下降，说明学习率对这一步过大",
)

RULES = Text("Derivatives of the functions used", "所用函数的导数推导")
DERIVATION_OF = Text("{name}", "{name}")
EXPONENTIAL = Text("The derivative of the exponential, from its limit", "由极限推导指数函数的导数")
CANONICAL = Text("{loss} with {activation}: the shortcut", "{loss} 配 {activation}：简化公式")
FUNCTION = Text("function", "函数")
DERIVATIVE = Text("derivative", "导数")
PROS = Text("for it", "优点")
CONS = Text("against it", "缺点")
COMPARISON = Text("Activation functions compared", "激活函数比较")

COLLAPSE = Text("Why the activations must not be linear", "为什么激活函数必须是非线性的")
COLLAPSE_WHY = Text(
    "without activation functions (a = z) the layers are one linear layer: insert each into the"
    " next and multiply out",
    "若不用激活函数（a = z），各层合起来只是一个线性层：逐层代入并展开",
)
COLLAPSED_WEIGHTS = Text("The one weight matrix", "合并后的权重矩阵")
COLLAPSED_BIASES = Text("The one bias", "合并后的偏置")
LAYERED_OUTPUT = Text("The output, layer by layer", "逐层计算的输出")
LAYERED_OUTPUT_WHY = Text("the forward pass without activation functions", "不用激活函数的前向传播")
COLLAPSED_OUTPUT = Text(
    "The same output from one layer as from {depth}", "一层与 {depth} 层的输出完全相同"
)
COLLAPSED_OUTPUT_WHY = Text(
    "so depth gains nothing, and what one linear layer cannot learn (XOR) stays out of reach",
    "因此加深没有意义，单个线性层学不会的问题（如异或）仍然学不会",
)

COST = Text("What sharing the error terms saves", "共享误差项节省了多少")
COST_WHY = Text(
    "Multiplications for all weight gradients of one sample, given δ of the output layer. Walking"
    " every path multiplies its 2(L − l) + 2 factors anew for each weight; the paths of a weight"
    " are the product of all later widths. With shared error terms each layer costs two products"
    " of neighbouring widths: the cost grows with the number of weights, not with the number of"
    " paths.",
    "给定输出层的 δ，计算一个样本的全部权重梯度所需的乘法次数。逐条走路径时，每个权重的每条路径"
    "都要把 2(L − l) + 2 个因子重新相乘，路径数是其后各层宽度之积。共享误差项后，每层只需相邻宽度"
    "的两个乘积：代价随权重个数增长，而不随路径条数增长。",
)
LAYER = Text("layer", "层")
WEIGHTS = Text("weights", "权重数")
PATHS_EACH = Text("paths of each", "每个权重的路径")
WALKING = Text("walking paths", "逐条路径")
SHARING = Text("sharing δ", "共享 δ")
ALL_LAYERS = Text("all", "合计")

SENSITIVITY = Text("Sensitivity of the outputs to the inputs", "输出对输入的敏感度")
SENSITIVITY_OUTPUT = Text(
    "Output layer: how the outputs change with z{l}", "输出层：输出随 z{l} 的变化"
)
SENSITIVITY_OUTPUT_WHY = Text(
    "every output by every unit; the recursion is that of the error terms, without the loss",
    "每个输出对每个神经元；递推与误差项相同，只是不含损失",
)
SENSITIVITY_HIDDEN = Text("How the outputs change with z{l}", "输出随 z{l} 的变化")
SENSITIVITY_HIDDEN_WHY = Text(
    "back through the weights of layer {above} and the activation of layer {l}",
    "反向经过第 {above} 层的权重与第 {l} 层的激活函数",
)
SENSITIVITY_INPUT = Text("How the outputs change with the inputs", "输出随输入的变化")
SENSITIVITY_INPUT_WHY = Text(
    "back through the weights of layer 1: the influence of every input on every output",
    "反向经过第 1 层的权重：每个输入因素对每个输出的影响",
)
FIRST_SAMPLE = Text("For the first sample.", "以第一个样本为例。")
