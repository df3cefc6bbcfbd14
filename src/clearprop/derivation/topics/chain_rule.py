"""The chain rule itself: one way, several ways, and the way of a weight through the layers."""

import itertools

from clearprop._text import Text
from clearprop.derivation.derivation import Line, Lines, Section
from clearprop.derivation.expression import Derivative, Equation, Product, Sigma, Symbol
from clearprop.derivation.notation import Notation

CHAIN_RULE = Text("The chain rule", "链式法则")
WHY = Text(
    "First write down what depends on what, then differentiate link by link: each link is a small"
    " question of its own.",
    "先写出关系公式，再逐环求导：把大的“反思”拆成每一步的“小检讨”。",
)
ONE_WAY = Text("One way", "一条路径")
NESTED = Text(
    "L depends on u, and u on x: a change of x is multiplied by ∂u/∂x, then by ∂L/∂u",
    "L 依赖 u，u 依赖 x：x 的变化先乘 ∂u/∂x，再乘 ∂L/∂u",
)
LONGER = Text("and so on through any number of steps", "中间有多少步，就连乘多少个局部导数")
SEVERAL_WAYS = Text("Several ways", "多条路径")
ADDED = Text(
    "x acts on L through u and through v; both changes arrive, so they add up",
    "x 经 u 和 v 两条路影响 L；两份变化都会到达，所以相加",
)
SUMMED = Text("through any number of them", "经任意多个中间量")
IN_A_NETWORK = Text("In this network", "用在本网络")
OF_A_WEIGHT = Text(
    "L is a nested function of W: the derivative of the loss, of the activation function, and the"
    " input",
    "损失 L 是权重 W 的嵌套函数：损失的导数 · 激活函数的导数 · 输入",
)
THROUGH_LAYERS = Text(
    "a weight of layer 1 goes through every later layer", "第 1 层的权重要经过其后的每一层"
)


def chain_rule_section(n: Notation) -> Section:
    """Return the chain rule in general, and for the weights of the last and of the first layer."""
    L, x, u, v, w = (Symbol(letter) for letter in "Lxuvw")
    k = Symbol("u", index=("k",))
    ways = (
        Product((Derivative(L, u), Derivative(u, x))),
        Product((Derivative(L, v), Derivative(v, x))),
    )
    one_way = Lines(
        ONE_WAY,
        (
            Line(Equation((Derivative(L, x), ways[0])), NESTED),
            Line(
                Equation(
                    (
                        Derivative(L, x),
                        Product((Derivative(L, w), Derivative(w, u), Derivative(u, x))),
                    )
                ),
                LONGER,
            ),
        ),
    )
    several = Lines(
        SEVERAL_WAYS,
        (
            Line(Equation((Derivative(L, x), ways[0] + ways[1])), ADDED),
            Line(
                Equation(
                    (Derivative(L, x), Sigma("k", Product((Derivative(L, k), Derivative(k, x)))))
                ),
                SUMMED,
            ),
        ),
    )
    lines = [Line(_chain(n, n.depth), OF_A_WEIGHT)]
    if n.depth > 1:
        lines.append(Line(_chain(n, 1), THROUGH_LAYERS))
    return Section(CHAIN_RULE, (WHY, one_way, several, Lines(IN_A_NETWORK, tuple(lines))))


def _chain(n: Notation, layer: int) -> Equation:
    """Return ∂L/∂W of a layer = ∂L/∂aᴸ · ∂aᴸ/∂zᴸ · ∂zᴸ/∂aᴸ⁻¹ · … · ∂zˡ/∂Wˡ."""
    stations = [n.L]
    for above in range(n.depth, layer - 1, -1):
        stations += [n.a(above), n.z(above)]
    stations.append(n.W(layer))
    links = (Derivative(of, by) for of, by in itertools.pairwise(stations))
    return Equation((Derivative(n.L, n.W(layer)), Product(tuple(links))))
