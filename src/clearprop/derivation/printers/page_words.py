"""Words of the stepping page: its labels, and what its scripts say."""

from clearprop._text import Text
from clearprop.derivation.printers.page_printer import INDICES as INDICES

LABELS = {
    "previous": Text("Back", "上一步"),
    "next": Text("Next", "下一步"),
    "first": Text("First step", "第一步"),
    "last": Text("Last step", "最后一步"),
    "language": Text("Language", "语言"),
    "convention_label": Text("Convention", "约定"),
    "row_label": Text("row: z = a W + b", "行：z = a W + b"),
    "column_label": Text("column: z = W a + b", "列：z = W a + b"),
    "digits_label": Text("all digits", "全部数位"),
    "by_hand_label": Text("worked out by hand", "逐项展开"),
    "unfold_label": Text("whole matrices", "完整矩阵"),
    "all_steps_label": Text("show all steps", "显示所有步骤"),
    "pick_label": Text("Look at", "查看"),
    "pick_nothing": Text("nothing picked", "未选择"),
    "sample_label": Text("Sample", "样本"),
    "outline_label": Text("All steps", "全部步骤"),
    "network_label": Text("The network", "网络"),
    "network_hint": Text(
        "Blue weights are positive, orange ones negative, thick ones large. Point at or pick"
        " anything to see it everywhere; arrow keys step.",
        "蓝色权重为正，橙色为负，越粗越大。指向或点选任意部分，它会在各处亮起；方向键可逐步前进后退。",
    ),
    "picked_label": Text("Chain and paths", "链式分解与路径"),
    "more_label": Text("Tables and background", "表格与背景"),
}
ROUNDED = Text(
    "Numbers are rounded for reading; “all digits” shows each as it was computed.",
    "数值经舍入便于阅读；“全部数位”显示计算所得的完整数值。",
)
TO_TRAIN = Text(
    "To change its numbers and train it, open the same network with cp.play or clearprop play.",
    "要修改数字并训练同一网络，请用 cp.play 或 clearprop play 打开。",
)
TOO_LARGE = Text(
    "{entries} numbers stay folded on this page; fold=0 prints them all.",
    "共 {entries} 个数，本页不展开；fold=0 可全部打印。",
)
SAID = {
    "during_update": Text(
        "Bold weights are new. a, z, δ and L are from before the update: they gave the gradient.",
        "加粗的是新权重；a、z、δ、L 属于更新之前，梯度由它们得出。",
    ),
    "updated_loss": Text(
        "Bold: the new weights and their loss. a, z and δ are from before the update.",
        "加粗：新权重及其损失；a、z、δ 属于更新之前。",
    ),
    "step": Text("Step {number} of {count}", "第 {number} 步，共 {count} 步"),
    "weight": Text("Weight {name}", "权重 {name}"),
    "bias": Text("Bias {name}", "偏置 {name}"),
    "unit": Text("Unit {unit} of layer {layer}", "第 {layer} 层神经元 {unit}"),
    "input": Text("Input {unit}", "输入 {unit}"),
    "target": Text("target", "目标"),
    "loss": Text("Loss", "损失"),
    "value": Text("value", "值"),
    "gradient": Text("gradient", "梯度"),
    "after": Text("after the update", "更新后"),
    "nothing": Text(
        "Pick a weight, a unit or a symbol: in the drawing, in a formula, or in the list above.",
        "请在图中、公式中或上方列表中选择一个权重、神经元或符号。",
    ),
    "paths": Text(
        "{count} paths lead from here to the loss. Along each the local derivatives multiply; the"
        " paths add up to the gradient.",
        "从这里到损失共有 {count} 条路径。同一路径上的局部导数相乘，所有路径相加即为梯度。",
    ),
    "one_path": Text("One path leads from here to the loss.", "从这里到损失只有一条路径。"),
    "some_samples": Text(" (the first {shown} of {of})", "（{of} 个中的前 {shown} 个）"),
    "sample": Text("sample {sample}", "样本 {sample}"),
    "path": Text("Path {number}", "路径 {number}"),
    "share": Text("{share} of all |contributions|", "占全部贡献绝对值之和的 {share}"),
    "total": Text(
        "All paths together: {total}; the gradient of the backward pass: {gradient}",
        "所有路径之和：{total}；反向传播给出的梯度：{gradient}",
    ),
    "listed": Text(
        "The strongest {listed} are listed; they cover {share}.",
        "列出最强的 {listed} 条，覆盖 {share}。",
    ),
    "no_paths": Text(
        'This network is too large to list its paths here; ask for this one with wrt="{name}"'
        " (there, indices count from 0).",
        '网络过大，此处不列出路径；可用 wrt="{name}" 单独查询（该处下标从 0 开始）。',
    ),
    "derivative": Text("local derivative", "局部导数"),
    "weights": Text("weights", "权重"),
    "biases": Text("biases", "偏置"),
    "units": Text("units", "神经元"),
    "whole": Text("{name}, the whole quantity", "{name}（整体）"),
}
