"""Section: what it takes to get the same network again."""

from clearprop.report.blocks import Block, Facts, Listing, Paragraph, Section
from clearprop.report.subject import Subject


def reproduction_section(subject: Subject) -> Section:
    """Give command, seed, versions and the fingerprint of the data."""
    say, record = subject.say, subject.record
    blocks: list[Block] = []
    if record.command:
        again = say("This command trains the same network again:", "以下命令重新训练同一网络：")
        blocks.append(Listing(again, record.command))
    else:
        no_record = say(
            "The model file does not hold the command that trained it.",
            "模型文件中没有训练所用的命令。",
        )
        blocks.append(Paragraph(no_record))
    if facts := _facts(subject):
        blocks.append(Facts(facts))
    use = say("The model predicts from Python like this:", "在 Python 中用该模型预测：")
    load = f"import clearprop as cp\n\nmodel = cp.load({subject.name!r})\nmodel.predict(table)"
    blocks.append(Listing(use, load))
    same = say(
        "With the same seed, versions and kind of processor the numbers agree to the last bit; on "
        "another machine they may differ in the last digits, from which a training can take "
        "another path.",
        "种子、版本与处理器类型相同时，结果逐位一致；在其他机器上末位可能不同，训练路径也可能因此不同。",
    )
    blocks.append(Paragraph(same))
    return Section("reproduction", say("How to reproduce this", "如何复现"), blocks)


def _facts(subject: Subject) -> list[tuple[str, str]]:
    say, record = subject.say, subject.record
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    same = record.data_sha256 is not None and subject.division is not None
    table = (
        say("the table of this report", "即本报告所用的表")
        if same
        else say("another table than that of this report", "不是本报告所用的表")
    )
    pairs = (
        (say("Trained on", "训练数据"), record.data and f"{record.data} ({table})"),
        (say("Seed", "随机种子"), None if record.seed is None else str(record.seed)),
        (say("Versions", "版本"), versions or None),
        (say("SHA-256 of the data", "数据的 SHA-256"), record.data_sha256),
    )
    return [(name, value) for name, value in pairs if value]
