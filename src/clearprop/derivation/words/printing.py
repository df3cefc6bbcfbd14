"""Words that printers put around formulas."""

from clearprop._text import Text

FORMULA = Text("formula", "公式")
SHAPES = Text("shapes", "形状")
NUMBERS = Text("numbers", "数值")
ENTRIES = Text("by hand", "展开")
RULE = Text("rule", "推导")
ROUNDED = Text(
    "Numbers are shown with {digits} significant digits and computed with all of them.",
    "数值显示 {digits} 位有效数字，计算时保留全部精度。",
)
INDICES = Text(
    'Indices count from {first}; params["W1"][0, 2] is the weight from the first input to the'
    " third unit.",
    '下标从 {first} 开始；params["W1"][0, 2] 是第一个输入到第三个神经元的权重。',
)
