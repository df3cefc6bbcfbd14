"""A page a rule: formula, derivative, derivation, picture, for and against, all from the rule."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import plotting
from sources import Page

from clearprop._text import Language, Text
from clearprop.activations import ACTIVATIONS, Activation, Step
from clearprop.check.mistakes import MISTAKES
from clearprop.losses import LOSSES, Loss
from clearprop.network.initializers import ALSO_CALLED, INITIALIZERS
from clearprop.training import SOLVERS
from clearprop.updates import UPDATES

FOLDER = "rules"


class Kind(NamedTuple):
    """Rules of one kind: where their pages stand, and what a page says."""

    name: str
    title: Text
    intro: Text
    rules: Mapping[str, Any]
    page: Callable[[Any, Language, Path], tuple[str, Path | None]]


def rule_pages(language: Language, scratch: Path) -> Iterator[Page]:
    """Return the page of every rule, of every kind of rule, and of the known mistakes."""
    pictures = scratch.parent / "pictures" / language
    pictures.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for name, rule in kind.rules.items():
            path = pictures / f"{kind.name}-{name}.svg"
            text, picture = kind.page(made(rule), language, path)
            files = {} if picture is None else {f"{FOLDER}/pictures/{picture.name}": picture}
            yield Page(f"{FOLDER}/{kind.name}/{name}", text, files)
        yield Page(f"{FOLDER}/{kind.name}", overview(kind, language))
    yield Page(f"{FOLDER}/mistakes", mistakes(language))


def made(rule: Any) -> Any:
    """Return the rule with its usual settings, an update rule with a usual rate."""
    if not isinstance(rule, type):  # a function, without settings
        return rule
    needed = {field.name for field in fields(rule) if field.name == "learning_rate"}
    return rule(**dict.fromkeys(needed, 0.05))


def overview(kind: Kind, language: Language) -> str:
    """Return the page of a kind: a table of its rules, each with a line for it and against it."""
    say = saying(language)
    head = (Text("rule", "规则"), Text("for", "优点"), Text("against", "缺点"))
    lines = [f"| {' | '.join(map(say, head))} |", "|---|---|---|"]
    for name, rule in kind.rules.items():
        pros, cons = (say(text) if text else "" for text in (rule.pros, rule.cons))
        lines.append(f"| [`{name}`]({kind.name}/{name}.md) | {pros} | {cons} |")
    listed = "\n".join(f"{kind.name}/{name}" for name in kind.rules)
    hidden = f":::{{toctree}}\n:hidden:\n{listed}\n:::"
    return f"# {say(kind.title)}\n\n{say(kind.intro)}\n\n" + "\n".join(lines) + f"\n\n{hidden}\n"


def activation_page(rule: Activation, language: Language, to: Path) -> tuple[str, Path]:
    """Return the page of an activation."""
    plotting.activation(rule, language, to)
    say = saying(language)
    facts = [
        (Text("range", "值域"), interval(*rule.range, rule.attained)),
        (Text("no derivative at", "不可导点"), numbers("z", rule.kinks)),
        (Text("derivative written in", "导数用何者写出"), f"${rule.derivative_in}$"),
        (Text("operator in ONNX", "ONNX 算子"), f"`{rule.onnx}`" if rule.onnx else ""),
    ]
    return page(
        say,
        rule,
        formula(rule.latex) + formula(rule.latex_derivative),
        figure(to, Text("f, and dashed its derivative", "f 与其导数（虚线）"), say),
        derivation(Text("Derivation", "推导"), rule.derivation, say),
        judged(rule, say),
        table(facts, say),
        asked_for(f'cp.Layer(8, "{rule.name}")', say),
    ), to


def loss_page(rule: Loss, language: Language, to: Path) -> tuple[str, Path | None]:
    """Return the page of a loss."""
    picture = plotting.loss(rule, language, to)
    say = saying(language)
    with_output = Text(
        f"With {rule.canonical}: the error term", f"与 {rule.canonical} 配对：误差项"
    )
    outputs = interval(*rule.output_range, (), open_ends=True)
    facts = [
        (Text("outputs", "输出范围"), outputs),
        (Text("targets", "目标范围"), interval(*rule.target_range, rule.target_range)),
        (Text("canonical output", "正则输出激活"), f"`{rule.canonical}`" if rule.canonical else ""),
        (Text("no derivative at", "不可导点"), numbers("a - y", rule.kinks)),
    ]
    caption = Text(
        "the loss of one output over a, for the target y; dashed its derivative",
        "单个输出的损失随 a 的变化（目标为 y），虚线为导数",
    )
    return page(
        say,
        rule,
        formula(rule.latex) + formula(rule.latex_derivative),
        figure(to, caption, say) if picture else "",
        derivation(Text("Derivation", "推导"), rule.derivation, say),
        derivation(with_output, rule.canonical_derivation, say),
        say(rule.canonical_remark) + "\n" if rule.canonical_remark else "",
        judged(rule, say),
        table(facts, say),
        asked_for(f'cp.Network(2, layers, loss="{rule.name}")', say),
    ), picture


def solver_page(rule: Any, language: Language, to: Path) -> tuple[str, Path]:
    """Return the page of an update rule or a batch solver."""
    plotting.descent(rule, language, to)
    say = saying(language)
    caption = Text(
        "error on one small problem by epoch, beside the other solvers",
        "在同一个小问题上误差随周期的下降，与其他求解器对照",
    )
    return page(
        say,
        rule,
        derivation(Text("One step", "一步"), rule.equations(), say),
        figure(to, caption, say),
        judged(rule, say),
        settings(rule, say),
        asked_for(f'cp.TrainingConfig(solver="{rule.name}", seed=0)', say),
        f"```{{eval-rst}}\n.. autoclass:: {type(rule).__module__}.{type(rule).__name__}\n"
        "   :no-index:\n```\n",
    ), to


def initializer_page(rule: Any, language: Language, to: Path) -> tuple[str, Path]:
    """Return the page of an initializer, which is a function."""
    name = rule.__name__
    plotting.spread(name, language, to)
    say = saying(language)
    caption = Text(
        "standard deviation of the activations in ten layers of 100 units",
        "每层 100 个神经元、共十层时各层激活值的标准差",
    )
    also = [other for other, ours in ALSO_CALLED.items() if ours == name]
    return page(
        say,
        SimpleNamespace(name=name, also_called=also),
        formula(rule.latex),
        figure(to, caption, say),
        judged(rule, say),
        asked_for(f'net.initialize("{name}", seed=0)', say),
        f"```{{eval-rst}}\n.. autofunction:: {rule.__module__}.{name}\n   :no-index:\n```\n",
    ), to


KINDS = (
    Kind(
        "activations",
        Text("Activations", "激活函数"),
        Text(
            "Each page is written from the rule itself, which training, derivations, checks and "
            "exports use too.",
            "每一页都由规则本身生成；训练、推导、检查与导出用的是同一规则。",
        ),
        ACTIVATIONS,
        activation_page,
    ),
    Kind(
        "losses",
        Text("Losses", "损失函数"),
        Text(
            "The loss of one sample is the sum over its outputs; `reduction` says whether samples "
            "are added or averaged.",
            "单个样本的损失是对各输出求和；样本之间是求和还是取平均由 `reduction` 决定。",
        ),
        LOSSES,
        loss_page,
    ),
    Kind(
        "updates",
        Text("Update rules", "更新规则"),
        Text(
            "They step after every mini-batch. "
            "[Choosing a solver](../choosing-a-solver.md) says when to take one.",
            "每个小批量之后走一步。何时选用，见[选择求解器](../choosing-a-solver.md)。",
        ),
        UPDATES,
        solver_page,
    ),
    Kind(
        "solvers",
        Text("Batch solvers", "批量求解器"),
        Text(
            "They step from all rows at once. "
            "[Choosing a solver](../choosing-a-solver.md) says when to take one.",
            "每步使用全部数据。何时选用，见[选择求解器](../choosing-a-solver.md)。",
        ),
        SOLVERS,
        solver_page,
    ),
    Kind(
        "initializers",
        Text("Initializers", "初始化"),
        Text(
            "They draw the first weights, layer by layer, from one seed.",
            "由一个种子逐层抽取初始权重。",
        ),
        INITIALIZERS,
        initializer_page,
    ),
)


def mistakes(language: Language) -> str:
    """Return the page of all mistakes that `clearprop check` knows by name."""
    say = saying(language)
    title = Text("Mistakes in backpropagation", "反向传播中的错误")
    intro = Text(
        "`cp.diagnose` and `clearprop check` recognise these by their numbers. "
        "[Checking your gradients](../checking-your-gradients.md) shows how to ask them.",
        "`cp.diagnose` 与 `clearprop check` 能凭数值认出下列错误；"
        "用法见[检查你的梯度](../checking-your-gradients.md)。",
    )
    wrong, right = Text("wrong", "错误"), Text("right", "正确")
    parts = [f"# {say(title)}\n\n{say(intro)}\n"]
    for mistake in sorted(MISTAKES.values(), key=lambda mistake: mistake.name):
        lines = (
            (wrong, mistake.wrong.translate("row", language)),
            (right, mistake.right.translate("row", language)),
        )
        code = "\n".join(f"{say(word)}  {line}" for word, line in lines)
        parts.append(
            f"## {as_heading(say(mistake.title))}\n\n```text\n{code}\n```\n\n"
            f"{say(mistake.why)} (`{mistake.name}`)\n"
        )
    return "\n".join(parts)


def as_heading(title: str) -> str:
    """Return a title with a capital, unless it begins with a symbol such as db or f′."""
    first = title.split(" ")[0]
    plain = first.isascii() and first.isalpha() and (len(first) > 2 or first == "a")
    return title[:1].upper() + title[1:] if plain else title


def page(say: Callable[[Text], str], rule: Any, *parts: str) -> str:
    """Return a page: the rule's name, its names elsewhere, and the parts that it has."""
    title = getattr(rule, "title", None)
    heading = f"# {rule.name}" + (f": {say(title)}" if title else "")
    also = say(Text("also called", "又名")) + " " + ", ".join(f"`{n}`" for n in rule.also_called)
    return "\n".join([heading, "", *([also, ""] if rule.also_called else []), *filter(None, parts)])


def saying(language: Language) -> Callable[[Text], str]:
    """Return the function that says a text in the language of the page."""
    return lambda text: text.translate(language)


def formula(latex: str) -> str:
    """Return a formula in a line of its own."""
    return f"$$\n{latex}\n$$\n\n"


def derivation(title: Text, steps: tuple[Step, ...], say: Callable[[Text], str]) -> str:
    """Return the lines of a derivation, each with its reason."""
    if not steps:
        return ""
    lines = chain.from_iterable((say(step.why) + "\n", formula(step.latex)) for step in steps)
    return f"## {say(title)}\n\n" + "\n".join(lines)


def judged(rule: Any, say: Callable[[Text], str]) -> str:
    """Return what speaks for a rule and against it."""
    if rule.pros is None:
        return ""
    title = say(Text("For and against", "优点与缺点"))
    image = f"\n{say(rule.image)}\n" if getattr(rule, "image", None) else ""
    return f"## {title}\n\n- **+** {say(rule.pros)}\n- **−** {say(rule.cons)}\n{image}"


def table(facts: list[tuple[Text, str]], say: Callable[[Text], str]) -> str:
    """Return the facts that there are as a table."""
    rows = [f"| {say(name)} | {value} |" for name, value in facts if value]
    title = say(Text("Facts", "性质"))
    return f"## {title}\n\n| | |\n|---|---|\n" + "\n".join(rows) + "\n"


def settings(rule: Any, say: Callable[[Text], str]) -> str:
    """Return the settings of a rule and what they are without being set."""
    rows = [f"| `{field.name}` | `{getattr(rule, field.name)!r}` |" for field in fields(rule)]
    title = say(Text("Settings", "参数"))
    return f"## {title}\n\n| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


def figure(path: Path, caption: Text, say: Callable[[Text], str]) -> str:
    """Return a picture with its caption."""
    return (
        f":::{{figure}} ../pictures/{path.name}\n:alt: {say(caption)}\n:figclass: rule-plot\n\n"
        f"{say(caption)}\n:::\n"
    )


def asked_for(code: str, say: Callable[[Text], str]) -> str:
    """Return how the rule is asked for in Python."""
    title = say(Text("In code", "在代码中"))
    return f"## {title}\n\n```python\nimport clearprop as cp\n\n{code}\n```\n"


def interval(
    low: float, high: float, attained: tuple[float, ...], *, open_ends: bool = False
) -> str:
    """Return an interval as mathematics writes it."""
    left = "[" if low in attained and math.isfinite(low) and not open_ends else "("
    right = "]" if high in attained and math.isfinite(high) and not open_ends else ")"
    return f"${left}{bound(low)}, {bound(high)}{right}$"


def bound(value: float) -> str:
    """Return the end of an interval."""
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    return f"{value:.4g}"


def numbers(of: str, values: tuple[float, ...]) -> str:
    """Return the places on an axis."""
    return f"${of} = {', '.join(f'{value:g}' for value in values)}$" if values else ""
