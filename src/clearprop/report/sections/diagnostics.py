"""Section: what looks wrong in this training, and what to try."""

from clearprop.report.blocks import Notice, Paragraph, Section
from clearprop.report.subject import Subject


def diagnostics_section(subject: Subject) -> Section:
    """Name what looks wrong, with advice; or say what was looked for and not found."""
    say, language = subject.say, subject.language
    heading = say("Diagnostics", "诊断")
    if not subject.findings:
        all_well = say(
            "Nothing looks wrong. Looked for were: more parameters than equations, a plateau, "
            "over-fitting, dead and saturated units, vanishing and exploding error terms, unscaled "
            "and constant columns, and rare classes.",
            "未发现异常。已检查：参数多于方程、平台期、过拟合、死亡与饱和单元、误差项消失与爆炸、"
            "未缩放的列与常数列、稀有类别。",
        )
        return Section("diagnostics", heading, [Paragraph(all_well)])
    opening = say(
        "The following deserves attention, the most important first. The advice is in the words of "
        "clearprop's estimators.",
        "以下情况值得注意，最重要的在前。建议采用 clearprop 估计器的参数名。",
    )
    notices = [
        Notice(finding.sentence.translate(language), finding.advice.translate(language))
        for finding in subject.findings
    ]
    return Section("diagnostics", heading, [Paragraph(opening), *notices])
