"""Sentences about the paths from a weight to the loss."""

from clearprop._text import Text

PATHS = Text("Paths from {name} to the loss", "从 {name} 到损失的路径")
HOW_MANY = Text(
    "{name} reaches the loss along {count} paths: one through each choice of a unit in every later"
    " layer. Along a path the local derivatives multiply; the paths add up.",
    "{name} 到损失共有 {count} 条路径：在其后的每一层各选一个神经元即得一条。"
    "同一路径上的局部导数相乘，不同路径相加。",
)
ONE_PATH = Text("{name} reaches the loss along a single path.", "{name} 到损失只有一条路径。")
OVER_SAMPLES = Text(
    " Every sample has its own; {samples} samples make {all} paths.",
    "每个样本各有自己的路径；{samples} 个样本共 {all} 条。",
)
DEAD = Text("It contributes nothing: a factor on it is 0.", "它没有贡献：其中有因子为 0。")
ALL_DEAD = Text(
    "No path contributes anything: on each of them some factor is 0. One of them:",
    "没有任何路径有贡献：每条路径上都有某个因子为 0。其中一条：",
)
PATH = Text("Path {number}: {way}", "路径 {number}：{way}")
PATH_WHY = Text(
    "chain rule along the path; {share} of the sum of all absolute contributions",
    "沿路径用链式法则；占全部贡献绝对值之和的 {share}",
)
IN_SAMPLE = Text(" (sample {sample})", "（样本 {sample}）")
SUM = Text("Sum over the paths", "对路径求和")
SUM_WHY = Text(
    "the contributions of all paths add up to the gradient", "所有路径的贡献之和就是梯度"
)
REST_WHY = Text(
    "the contributions of all paths add up to the gradient; R is what the paths that are not listed"
    " add up to, found without walking them",
    "所有路径的贡献之和就是梯度；R 是未列出路径的贡献之和，无需逐条计算",
)
REST_IS_DEAD = Text(
    "{count} more contribute nothing: on each of them some factor is 0.",
    "另有 {count} 条没有贡献：每条路径上都有某个因子为 0。",
)
COVERED = Text(
    "The {listed} listed paths are the strongest of {count} and cover {share} of the sum of all"
    " absolute contributions.",
    "列出的 {listed} 条路径是 {count} 条中最强的，覆盖全部贡献绝对值之和的 {share}。",
)
CHECK = Text(
    "Check: all paths add up to {paths}; the engine's gradient is {engine}; they differ by"
    " {difference}.",
    "核对：所有路径之和为 {paths}；引擎给出的梯度为 {engine}；相差 {difference}。",
)
FACTORED = Text("Common factors taken out", "提出公因子")
FACTORED_WHY = Text(
    "all paths share their first steps; what is in the brackets is shared with every other weight"
    " of the unit, which is why backpropagation computes it once",
    "所有路径的前几步相同；括号内的部分为该神经元的所有权重共用，因此反向传播只算一次",
)
NOT_FINITE = Text(
    "The gradient is not finite, so there is nothing to divide among paths.",
    "梯度不是有限数，无法分解到各条路径。",
)
