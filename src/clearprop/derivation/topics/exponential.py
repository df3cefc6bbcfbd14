"""The derivative of eᶻ from its limit, on which every derivative of σ and tanh rests."""

from clearprop._text import Text
from clearprop.activations import Step as RuleStep

EXPONENTIAL_TITLE = Text(
    "The derivative of the exponential, from its limit", "由极限推导指数函数的导数"
)
EXPONENTIAL = (
    RuleStep(
        r"\lim_{h \to 0} \frac{e^{h} - 1}{h} = 1",
        Text("this makes e the number that it is", "这正是自然常数 e 的定义之一"),
    ),
    RuleStep(
        r"\frac{d}{du} e^{u} = \lim_{h \to 0} \frac{e^{u + h} - e^{u}}{h}",
        Text("definition of the derivative", "导数的极限定义"),
    ),
    RuleStep(
        r"\frac{d}{du} e^{u} = e^{u} \lim_{h \to 0} \frac{e^{h} - 1}{h}",
        Text("factor out eᵘ, which does not depend on h", "提出与 h 无关的 eᵘ"),
    ),
    RuleStep(
        r"\frac{d}{du} e^{u} = e^{u}",
        Text("the limit is 1", "该极限为 1"),
    ),
    RuleStep(
        r"\frac{d}{dz} e^{-z} = e^{-z} \cdot \frac{d}{dz} (-z)",
        Text("chain rule with u = −z", "令 u = −z，用链式法则"),
    ),
    RuleStep(
        r"\frac{d}{dz} e^{-z} = -e^{-z}",
        Text("the derivative of −z is −1", "−z 的导数是 −1"),
    ),
)
