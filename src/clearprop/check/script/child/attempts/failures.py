"""Say in a sentence why a script gave no gradient."""

import re
from collections.abc import Sequence

from clearprop._text import Text
from clearprop.check.script.child.attempts.ordering import Failure
from clearprop.check.script.messages import NO_GRADIENT, STAGES
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.attempts import Attempt
from clearprop.check.script.source.reading import Source

STAGE_NAMES = {
    "preparing": Text("before anything was called", "调用之前"),
    "constructor": Text("while the class was constructed", "构造对象时"),
    "forward": Text("in the forward pass", "前向传播时"),
    "loop": Text("in the training loop", "训练循环中"),
    "loss": Text("in the loss", "计算损失时"),
    "backward": Text("in the backward pass", "反向传播时"),
    "reading": Text("after the backward pass", "反向传播之后"),
}


def not_parsed(error: Exception) -> Text:
    """Say where a script is not valid Python."""
    if isinstance(error, UnicodeDecodeError) or "encoding" in str(error):
        return Text(
            "it cannot be read: it is not saved as UTF-8. Save it as UTF-8, or name its encoding in"
            " the first line, as in # -*- coding: gbk -*-",
            "无法读取：文件不是 UTF-8 编码。请另存为 UTF-8，"
            "或在第一行注明编码，例如 # -*- coding: gbk -*-",
        )
    if isinstance(error, SyntaxError):
        line = (error.text or "").strip()
        en = f"it is not valid Python: line {error.lineno}: {error.msg}: {line}"
        zh = f"不是合法的 Python：第 {error.lineno} 行：{error.msg}：{line}"
        if error.lineno is None:
            en, zh = f"it is no valid Python: {error.msg}", f"不是合法的 Python：{error.msg}"
        if (error.msg or "").startswith("invalid character"):
            en += "   (an ASCII character belongs there)"
            zh += "   （这里用了全角字符，请改成半角）"
        return Text(en, zh)
    if isinstance(error, RecursionError | MemoryError):
        return TOO_DEEP
    return Text(f"it cannot be read as Python: {error}", f"无法作为 Python 读取：{error}")


TOO_DEEP = Text(
    "it cannot be read as Python: it is nested too deeply, or needs too much memory to be read",
    "无法作为 Python 读取：嵌套过深，或读取所需内存过大",
)


def explained_failure(
    source: Source, tried: Sequence[Attempt], failures: Sequence[Failure]
) -> Text:
    """Return a sentence about the attempt that came furthest."""
    number, failed = furthest(failures, tried)
    stage = STAGE_NAMES[failed.stage]
    if failed.cannot_call:
        en, zh = failed.trouble.message
        return Text(f"{NO_GRADIENT.en}: {en}", f"{NO_GRADIENT.zh}：{zh}")
    en, zh = with_line(source, failed.trouble)
    names = called(tried[number])
    hint = failed.hint or Text("", "")
    return Text(
        f"{names.en} fails {stage.en}: {en}{hint.en}",
        f"{names.zh.strip()} 在{stage.zh}失败：{zh}{hint.zh}",
    )


def furthest(failures: Sequence[Failure], tried: Sequence[Attempt]) -> Failure:
    """Return the failure of the latest stage; errors of the script before our own questions."""
    likeliest = tried[failures[0].number]["interface"]
    return max(  # the first of several, whose form is the most usual
        (each for each in failures if tried[each.number]["interface"] == likeliest),
        key=lambda each: (STAGES.index(each.failed.stage), not each.failed.cannot_call),
    )


def shape_failure(
    source: Source, tried: Sequence[Attempt], failures: Sequence[Failure], winner: int
) -> Text | None:
    """Return how code failed on the first forms of its arrays; None if it did not."""
    successful = tried[winner]
    relevant = [
        each
        for each in failures
        if not each.failed.cannot_call
        and not tried[each.number]["equal"]
        and tried[each.number]["convention"] == successful["convention"]
        and tried[each.number]["interface"] == successful["interface"]
    ]
    if not relevant:
        return None
    return with_line(source, furthest(relevant, tried).failed.trouble)


def with_line(source: Source, trouble: Trouble) -> Text:
    """Return an error with the line that it comes from."""
    en, zh = (f"{trouble.kind}: {each}".rstrip(": ") for each in trouble.message)
    if not trouble.line:
        return Text(en, zh)
    line = source.line(trouble.line)
    return Text(f"line {trouble.line}: `{line}`: {en}", f"第 {trouble.line} 行：`{line}`：{zh}")


def called(attempt: Attempt) -> Text:
    """Return the name of what was called."""
    interface = attempt["interface"]
    if interface["kind"] == "loop":
        return Text("the training loop", "训练循环")
    if interface["kind"] == "loop in a function":
        name = interface["signature"]["name"]
        return Text(f"the loop in {name}", f" {name} 中的循环")
    name = interface["backward"]["name"]
    whole = f"{interface['class']}.{name}" if interface["kind"] == "class" else name
    return Text(whole, f" {whole}")


def noted(source: Source, troubles: Sequence[Trouble]) -> tuple[Text, ...]:
    """Return what failed while the script itself was read in: an import, a data file.

    A name that is missing because the line before failed is not told of again.
    """
    lines = [source.line(trouble.line) for trouble in troubles]
    failed = (
        with_line(source, trouble)
        for n, trouble in enumerate(troubles)
        if not follows(trouble, lines[:n])
    )
    return tuple(Text(f"Note: in the script, {en}", f"注意：脚本中，{zh}") for en, zh in failed)


def follows(trouble: Trouble, failed: Sequence[str]) -> bool:
    """Return whether a name is missing that a line which failed before would have made."""
    missing = re.match(r"name '(\w+)' is not defined", trouble.message.en)
    return missing is not None and any(re.search(rf"\b{missing[1]}\b", line) for line in failed)
