"""Sentences about the forward and the backward pass."""

from clearprop._text import Text

FORWARD = Text("Forward pass", "前向传播")
LOSS = Text("Loss", "损失函数")
BACKWARD = Text("Backward pass", "反向传播")
GRADIENT = Text("Gradient", "梯度")

WEIGHTED_SUM = Text("Layer {l}: weighted sums", "第 {l} 层：线性加权和")
WEIGHTED_SUM_WHY = Text(
    "every unit adds up its inputs, each times its weight, and its bias",
    "每个神经元把输入乘以权重求和，再加偏置",
)
WEIGHTED_SUM_BATCH = Text(
    "every unit adds up its inputs, each times its weight, and its bias: so for every sample",
    "每个神经元把输入乘以权重求和，再加偏置；对每个样本都如此",
)
ACTIVATION = Text("Layer {l}: activations ({name})", "第 {l} 层：激活值（{name}）")
ACTIVATION_WHY = Text(
    "the activation function is applied to every weighted sum", "对每个加权和使用激活函数"
)
SOFTMAX_WHY = Text(
    "softmax turns the weighted sums of a sample into numbers that add up to 1",
    "softmax 把一个样本的加权和变成总和为 1 的数",
)

SAMPLE_LOSS = Text("Loss of sample {n} ({name})", "样本 {n} 的损失（{name}）")
TOTAL_LOSS = Text("Total loss", "总损失")
LOSS_OF_ONE = Text("Loss ({name})", "损失（{name}）")
LOSS_WHY = Text("how far the outputs are from the targets", "输出与目标相差多少")
TOTAL_SUM_WHY = Text(
    "reduction=sum: the losses of the samples are added", "reduction=sum：各样本的损失相加"
)
TOTAL_MEAN_WHY = Text(
    "reduction=mean: the losses of the samples are averaged", "reduction=mean：各样本的损失取平均"
)

LOSS_DERIVATIVE = Text("Derivative of the loss by the outputs", "损失对输出的导数")
LOSS_DERIVATIVE_WHY = Text(
    "only the k-th term of the loss depends on the k-th output",
    "损失中只有第 k 项含第 k 个输出",
)
LOCAL_DERIVATIVE = Text("Layer {l}: local derivative of {name}", "第 {l} 层：{name} 的局部导数")
LOCAL_DERIVATIVE_WHY = Text(
    "how much each activation changes with its own weighted sum",
    "每个激活值随自己的加权和变化多少",
)
OUTPUT_ERROR = Text("Error term δ of the output layer {l}", "输出层（第 {l} 层）的误差项 δ")
OUTPUT_ERROR_WHY = Text(
    "chain rule: z reaches the loss only through its own activation",
    "链式法则：z 只通过自己的激活值影响损失",
)
CANONICAL_WHY = Text(
    "{loss} with {activation}: the derivative of the activation cancels, and output minus target"
    " is left",
    "{loss} 配 {activation}：激活函数的导数被约去，只剩输出减目标",
)
CANONICAL_ANY_WHY = Text(
    "categorical_cross_entropy with softmax: the derivative of the activation cancels; the targets"
    " of a sample do not add up to 1 here, so their sum stays",
    "categorical_cross_entropy 配 softmax：激活函数的导数被约去；这里目标之和不为 1，故其和保留",
)
SOFTMAX_ERROR_WHY = Text(
    "chain rule: every z reaches the loss through all activations of its softmax layer",
    "链式法则：每个 z 通过 softmax 层的所有激活值影响损失",
)
HIDDEN_ERROR = Text("Error term δ of layer {l}", "第 {l} 层的误差项 δ")
HIDDEN_ERROR_WHY = Text(
    "chain rule: z of layer {l} reaches the loss through its activation, which every unit of layer"
    " {above} takes with its weight; the ways add up",
    "链式法则：第 {l} 层的 z 通过自己的激活值、再经第 {above} 层每个神经元的权重影响损失；各路相加",
)
SOFTMAX_HIDDEN_WHY = Text(
    "chain rule: back through the weights of layer {above}, then through the whole Jacobian of the"
    " softmax",
    "链式法则：先经第 {above} 层的权重，再经完整的 softmax 雅可比矩阵",
)

WEIGHT_GRADIENT = Text("Gradient of the weights of layer {l}", "第 {l} 层权重的梯度")
WEIGHT_GRADIENT_WHY = Text(
    "a weight multiplies its input, so its gradient is input times error term",
    "权重乘的是输入，所以梯度等于输入乘误差项",
)
BIAS_GRADIENT = Text("Gradient of the biases of layer {l}", "第 {l} 层偏置的梯度")
BIAS_GRADIENT_WHY = Text(
    "a bias is added as it is, so its gradient is the error term",
    "偏置直接相加，所以梯度就是误差项",
)
OVER_SAMPLES_SUM = Text("; the samples add up", "；各样本相加")
OVER_SAMPLES_MEAN = Text("; the samples are averaged", "；对各样本取平均")
ONE_WEIGHT = Text(
    "Gradient of the weight {name}: from unit {i} of layer {below} to unit {j} of layer {l}",
    "权重 {name} 的梯度：从第 {below} 层神经元 {i} 到第 {l} 层神经元 {j}",
)
ONE_WEIGHT_INPUT = Text(
    "Gradient of the weight {name}: from input {i} to unit {j} of layer {l}",
    "权重 {name} 的梯度：从输入 {i} 到第 {l} 层神经元 {j}",
)
ONE_BIAS = Text(
    "Gradient of the bias {name}: unit {j} of layer {l}", "偏置 {name} 的梯度：第 {l} 层神经元 {j}"
)
ONE_UNIT_ERROR = Text("Error term of unit {j} of layer {l}", "第 {l} 层神经元 {j} 的误差项")
ACTIVATION_ERROR = Text("Gradient of the activations of layer {l}", "对第 {l} 层激活值的梯度")
ACTIVATION_ERROR_WHY = Text(
    "every unit of layer {above} takes the activation with its weight; the ways add up",
    "第 {above} 层每个神经元都按权重使用该激活值；各路相加",
)
INPUT_GRADIENT = Text("Gradient of the inputs", "对输入的梯度")
INPUT_GRADIENT_WHY = Text(
    "an input is taken by every unit of layer 1 with its weight; the ways add up",
    "每个输入经第 1 层所有神经元的权重影响损失；各路相加",
)

SATURATED = Text(
    "Note: an output has come so near to the end of its range that it is rounded to it, and the"
    " formula cannot be evaluated with rounded outputs. The value is the engine's, which works"
    " from z or keeps the outputs off the end of their range.",
    "注意：某个输出已极接近其取值范围的端点而被舍入为端点，用舍入后的输出无法按公式计算。"
    "此处的值由引擎给出：它直接由 z 计算，或使输出不取到端点。",
)
