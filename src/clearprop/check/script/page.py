"""The report on one submission as an HTML page that a student can read."""

from html import escape

from clearprop._text import Language, Text
from clearprop.check.diagnosis import Finding
from clearprop.check.problem import Convention
from clearprop.check.script.derivation import derivation
from clearprop.check.script.report import SubmissionReport

STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1b; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.right { color: #11632c; } .wrong { color: #a01616; } .not_read { color: #6b4a00; }
table { border-collapse: collapse; } td, th { padding: .2rem .9rem .2rem 0; text-align: left; }
pre { background: #f4f4f2; padding: .7rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 3rem; color: #555; font-size: .85rem; }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #161616; }
  pre { background: #242424; } .right { color: #6fd08c; } .wrong { color: #ff8a80; }
  .not_read { color: #e8c069; } footer { color: #aaa; } }
"""
VERDICTS = {
    "right": Text("Every gradient is right", "所有梯度都正确"),
    "wrong": Text("A gradient is wrong", "有梯度不正确"),
    "not_read": Text("Not read: a person has to look at it", "未能读懂：需要人工查看"),
}


def report_page(report: SubmissionReport, language: Language = "en") -> str:
    """Return a whole HTML page: the verdict, the arrays, the mistake beside the student's line.

    Nothing in it is loaded from elsewhere, and whatever a script said is shown as text.
    """
    outcome = report.outcome
    said = VERDICTS[outcome] if report.failure is None else Text("It does not run", "无法运行")
    title = said.translate(language)
    parts = [
        f'<h1 class="{outcome}">{escape(title)}</h1>',
        *(f"<p>{escape(line)}</p>" for line in report.head(language).splitlines()),
    ]
    if report.failure is not None:
        parts.append(f"<pre>{escape(report.failure.translate(language))}</pre>")
    elif report.unread is not None:
        parts.append(f"<p>{escape(report.unread.translate(language))}</p>")
    else:
        parts += verdict_parts(report, language)
    parts += [f"<p>{escape(note)}</p>" for note in report.noted(language)]
    parts.append(f"<footer>{escape(report.circumstances(language))}</footer>")
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.file)}: {escape(title)}</title><style>{STYLE}</style></head>\n"
        "<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def verdict_parts(report: SubmissionReport, language: Language) -> list[str]:
    """Return the table of the arrays, and each mistake with the student's own line."""
    parts = []
    diagnosis = report.diagnosis
    if diagnosis is not None:
        rows = []
        for array in diagnosis.arrays:
            said = array.text(language).removeprefix(array.name).strip()
            said = said.removeprefix(str(array.shape)).strip()
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in (str(array.shape), said))
            kind = "right" if array.right else "wrong"
            rows.append(f'<tr class="{kind}"><th>{array.name}</th>{cells}</tr>')
        parts.append("<table>" + "".join(rows) + "</table>")
        parts += derivation_parts(report, language)
        for finding in diagnosis.findings:
            parts += mistake_parts(finding, diagnosis.convention, language)
        parts += [f"<p>{escape(line.translate(language))}</p>" for line in diagnosis.remarks()]
    for text in (report.disagreement, report.only_equal_widths):
        if text is not None:
            parts.append(f"<p>{escape(text.translate(language))}</p>")
    check = report.own_loss
    if check is not None:
        parts.append(f"<p>{escape(check.in_words().translate(language))}</p>")
        if check.finding is not None:
            parts += mistake_parts(check.finding, check.convention, language)
    return parts


def derivation_parts(report: SubmissionReport, language: Language) -> list[str]:
    """Return the derivation of the first wrong array, with the student's line beside it."""
    diagnosis, network = report.diagnosis, report.network
    wrong = [a.name for a in diagnosis.arrays if not a.right] if diagnosis is not None else []
    if not wrong or diagnosis is None or network is None:
        return []
    title = Text(f"{wrong[0]}, step by step", f"{wrong[0]} 的推导")
    lines = [
        f"<tr><td>{escape(formula)}</td><td>{escape(why.translate(language))}</td></tr>"
        for formula, why in derivation(network, wrong[0], diagnosis.convention)
    ]
    parts = [
        f"<h2>{escape(title.translate(language))}</h2>",
        "<table>" + "".join(lines) + "</table>",
    ]
    if report.line is not None:
        yours = Text("your line", "你的代码").translate(language)
        parts.append(f"<p>{escape(yours)}</p><pre>{escape(report.line)}</pre>")
    return parts


def mistake_parts(finding: Finding, convention: Convention, language: Language) -> list[str]:
    """Return one mistake: what it is, what is computed, what belongs there, and why."""
    labels = {
        "en": ("what it computes", "what belongs there", "why"),
        "zh": ("它计算的是", "应当是", "原因"),
    }[language]
    mistake = finding.mistake
    lines = [
        (labels[0], mistake.wrong.translate(convention, language)),
        (labels[1], mistake.right.translate(convention, language)),
    ]
    listed = "".join(f"<p>{escape(label)}</p><pre>{escape(line)}</pre>" for label, line in lines)
    return [
        f"<h2>{escape(mistake.title.translate(language))}</h2>",
        f"<p>{escape(finding.evidence.translate(language))}</p>",
        listed,
        f"<p>{escape(labels[2])}: {escape(mistake.why.translate(language))}</p>",
    ]
