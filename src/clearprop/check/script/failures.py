"""Say in a sentence why a script gave no gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

from clearprop._text import Text
from clearprop.check.script.child.calling import STAGES
from clearprop.check.script.source.attempts import Attempt
from clearprop.check.script.source.reading import Source

SPOKEN = {
    "preparing": Text("before anything was called", "调用之前"),
    "constructor": Text("while the class was constructed", "构造对象时"),
    "forward": Text("in the forward pass", "前向传播时"),
    "loop": Text("in the training loop", "训练循环中"),
    "loss": Text("in the loss", "计算损失时"),
    "backward": Text("in the backward pass", "反向传播时"),
    "reading": Text("after the backward pass", "反向传播之后"),
}
Failure = Mapping[str, Any]


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
        if (error.msg or "").startswith("invalid character"):
            en += "   (an ASCII character belongs there)"
            zh += "   （这里用了全角字符，请改成半角）"
        return Text(en, zh)
    return Text(f"it cannot be read as Python: {error}", f"无法作为 Python 读取：{error}")


def explained_failure(source: Source, tried: Sequence[Attempt], reply: Mapping[str, Any]) -> Text:
    """Return a sentence about the attempt that came furthest."""
    failure = furthest(reply["failures"], tried)
    stage = SPOKEN[failure["stage"]]
    en, zh = said(source, failure)
    if failure["cannot_call"]:
        return Text(f"no gradient could be read: {en}", f"无法读出梯度：{zh}")
    names = called(tried[failure["attempt"]])
    hint = Text(*failure["hint"]) if failure["hint"] else Text("", "")
    return Text(
        f"{names.en} fails {stage.en}: {en}{hint.en}",
        f"{names.zh.strip()} 在{stage.zh}失败：{zh}{hint.zh}",
    )


def furthest(failures: Sequence[Failure], tried: Sequence[Attempt]) -> Failure:
    """Return the failure of the latest stage; errors of the script before our own questions."""
    likeliest = tried[failures[0]["attempt"]]["interface"]
    return max(  # the first of several, whose form is the most usual
        (each for each in failures if tried[each["attempt"]]["interface"] == likeliest),
        key=lambda failure: (STAGES.index(failure["stage"]), not failure["cannot_call"]),
    )


def shape_failure(
    source: Source, reply: Mapping[str, Any], tried: Sequence[Attempt]
) -> Text | None:
    """Return how code failed on the first forms of its arrays; None if it did not."""
    winner = tried[reply["success"]["attempt"]]
    failures = [
        failure
        for failure in reply["failures"]
        if not failure["cannot_call"]
        and not tried[failure["attempt"]]["equal"]
        and tried[failure["attempt"]]["convention"] == winner["convention"]
        and tried[failure["attempt"]]["interface"] == winner["interface"]
    ]
    if not failures:
        return None
    return said(source, furthest(failures, tried))


def said(source: Source, failure: Failure) -> Text:
    """Return the error with the line that it comes from."""
    message = Text(*failure["message"])
    if failure["cannot_call"]:
        return message
    en, zh = (f"{failure['kind']}: {each}".rstrip(": ") for each in message)
    if not failure["line"]:
        return Text(en, zh)
    line = source.line(failure["line"])
    return Text(
        f"line {failure['line']}: `{line}`: {en}", f"第 {failure['line']} 行：`{line}`：{zh}"
    )


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


def troubles(source: Source, reply: Mapping[str, Any]) -> list[Text]:
    """Return what failed while the script itself was read in: an import, a data file."""
    spoken = (said(source, {**trouble, "cannot_call": False}) for trouble in reply["troubles"])
    return [Text(f"Note: in the script, {en}", f"注意：脚本中，{zh}") for en, zh in spoken]
