"""A page of feedback for one student: what was right, the first wrong step, and how it goes on."""

from collections.abc import Iterator, Sequence
from html import escape

from clearprop._text import Language, Text
from clearprop.derivation import explain
from clearprop.derivation.printers.notebook import MATRICES, STYLE, NotebookPage
from clearprop.derivation.steps import Step
from clearprop.teach.forms.form import CODE, NAME
from clearprop.teach.marking import VERDICTS, Mark, Marked, Verdict
from clearprop.teach.steps import Quantity

POINTS = Text("{points} of {most} points", "得分 {points} / {most}")
ALL_RIGHT = Text("Everything is right. Well done!", "全部正确，做得好！")
HEADER = (
    Text("quantity", "量"),
    Text("your answer", "你的答案"),
    Text("marked", "评判"),
    Text("from your numbers", "按你的数应为"),
    Text("the true numbers", "正确答案"),
)
FIRST = Text("The first wrong step: {symbol}", "最先出错的一步：{symbol}")
YOURS, RIGHT = Text("you wrote", "你写的是"), Text("it follows", "应当得到")
MISTAKE = Text("What happened: {mistake}.", "错在：{mistake}。")
UNKNOWN = Text(
    "No known mistake gives your numbers: look for a slip in the arithmetic.",
    "没有已知的错误会得到你的数：请检查计算中的笔误。",
)
DERIVED = Text("How it is derived, with the true numbers", "推导过程（用正确的数）")
NEXT = Text("How it goes on from the right number", "改正之后的下几步")
FOLLOWED = Text(
    "Steps after a slip were marked from your own numbers: one slip costs one step.",
    "笔误之后的各步按你自己的数评判：一处笔误只扣一步的分。",
)
WORST_FIRST: tuple[Verdict, ...] = ("wrong", "missing", "follows", "right")
SHOWN_NEXT = 3
PAGE_STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:56em;margin:2em auto;
padding:0 1em;color:#0f172a;background:#fff}
.marks{border-collapse:collapse}.marks td,.marks th{padding:.25em .8em;text-align:left}
.marks th{border-bottom:1px solid}.wrong{color:#b91c1c;font-weight:600}
.right,.follows{color:#15803d}.missing{color:#64748b}
.two{display:flex;flex-wrap:wrap;gap:.3em 2em;font-size:1.1em}.clearprop{overflow-x:auto}
.marks td{vertical-align:top}.marks i,.two i{font-style:normal;white-space:nowrap}
@media(max-width:40em){.marks,.marks tbody{display:block}.marks tr{display:block;
padding:.5em 0;border-bottom:1px solid #cbd5e1}.marks tr:first-child{display:none}
.marks td{display:flex;gap:.8em;padding:.1em 0}.marks td:empty{display:none}
.marks td::before{content:attr(data-head);flex:0 0 6.5em;color:#64748b}}
"""


def feedback_page(marked: Marked, lang: Language | None = None) -> str:
    """Return the page, in the language of the sheet if no other is asked for."""
    return "".join(_parts(marked, lang or marked.worksheet.sheet.asked.lang))


def points(value: float) -> str:
    """Return points with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _parts(marked: Marked, lang: Language) -> Iterator[str]:
    sheet = marked.worksheet.sheet
    title = escape(marked.worksheet.title.translate(lang))
    page_lang = {"en": "en", "zh": "zh-CN"}[lang]
    yield f'<!doctype html><html lang="{page_lang}"><head><meta charset="utf-8">'
    yield '<meta name="generator" content="clearprop">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>{title}</title><style>{PAGE_STYLE}{STYLE}{MATRICES}</style></head>"
    name, code = NAME.filled(student=sheet.student), CODE.filled(code=sheet.code)
    yield f"<body><h1>{title}</h1><p>{escape(name.translate(lang))} · "
    yield f"{escape(code.translate(lang))}</p>"
    earned = POINTS.filled(points=points(marked.points), most=marked.most)
    yield f"<h2>{earned.translate(lang)}</h2>"
    first = marked.first_wrong
    if first is None and marked.points == marked.most:
        yield f"<p>{ALL_RIGHT.translate(lang)}</p>"
    if first is not None:
        yield from _first_wrong(marked, first, lang)
    yield f"<p>{FOLLOWED.translate(lang)}</p>"
    header = "".join(f"<th>{one.translate(lang)}</th>" for one in HEADER)
    rows = "".join(_row(mark, lang) for mark in marked.marks)
    yield f'<table class="marks"><tr>{header}</tr>{rows}</table></body></html>\n'


def _row(mark: Mark, lang: Language) -> str:
    worst = next(one for one in WORST_FIRST if one in mark.verdicts)
    share = "" if mark.points in (0, 1) else f" · {points(mark.points)}"
    cells = (
        escape(name_of(mark).translate(lang)),
        _coloured(mark),
        f'<span class="{worst}">{VERDICTS[worst].translate(lang)}{share}</span>',
        "" if mark.own == mark.blank.key else _in_rows(mark, mark.own),
        _in_rows(mark, mark.blank.key),
    )
    heads = (one.translate(lang) for one in HEADER)
    shown = (f'<td data-head="{h}">{_held(c)}</td>' for h, c in zip(heads, cells, strict=True))
    return f"<tr>{''.join(shown)}</tr>"


def name_of(mark: Mark) -> Text:
    """Return what a blank is called: its quantity, its question, or what it asks."""
    if mark.blank.symbol:
        return Text(mark.blank.symbol, mark.blank.symbol)
    return mark.question.title if mark.blank.name == mark.question.name else mark.blank.prompt


def _held(cell: str) -> str:
    """Return a cell in one piece, so that it stands beside its heading on a narrow screen."""
    return f"<div>{cell}</div>" if cell else ""


def _in_rows(mark: Mark, fields: Sequence[str]) -> str:
    """Return the fields of a blank, a row of the matrix a line; a number never breaks."""
    columns = mark.blank.shape[1] if mark.blank.is_number else 1
    held = [f"<i>{escape(one)}</i>" if mark.blank.is_number else escape(one) for one in fields]
    return _lines(held, columns)


def _coloured(mark: Mark) -> str:
    columns = mark.blank.shape[1] if mark.blank.is_number else 1
    tag = "i" if mark.blank.is_number else "span"
    held = [
        f'<{tag} class="{verdict}">{escape(text) or "–"}</{tag}>'
        for text, verdict in zip(mark.given, mark.verdicts, strict=True)
    ]
    return _lines(held, columns)


def _lines(fields: Sequence[str], columns: int) -> str:
    rows = (fields[at : at + columns] for at in range(0, len(fields), columns))
    return "<br>".join(", ".join(row) for row in rows)


def _first_wrong(marked: Marked, first: Mark, lang: Language) -> Iterator[str]:
    symbol = name_of(first).translate(lang)
    yield f"<h2>{escape(FIRST.filled(symbol=symbol).translate(lang))}</h2>"
    yield f'<p class="two"><span>{YOURS.translate(lang)} {_coloured(first)}</span> '
    follows = _in_rows(first, first.own or first.blank.key)
    yield f'<span>{RIGHT.translate(lang)} <span class="right">{follows}</span></span></p>'
    if first.blank.is_number:
        said = UNKNOWN if first.explained is None else MISTAKE.filled(mistake=first.explained)
        yield f"<p>{escape(said.translate(lang))}</p>"
        step = derived(marked, Quantity.of(first.blank.name), lang)
        if step is not None:
            printer = NotebookPage(step[1])
            printer.begin()
            yield f'<h3>{DERIVED.translate(lang)}</h3><div class="clearprop">'
            yield f"<p>{printer.words(step[0].why)}</p>{printer.body(step[0])}</div>"
    names = [mark.blank.name for mark in marked.marks]
    after = marked.marks[names.index(first.blank.name) + 1 :][:SHOWN_NEXT]
    shown = [mark for mark in after if mark.blank.is_number]
    if shown:
        lines = "".join(
            f"<li>{escape(one.blank.symbol)} = {escape(', '.join(one.blank.key))}</li>"
            for one in shown
        )
        yield f"<h3>{NEXT.translate(lang)}</h3><ul>{lines}</ul>"


def derived(marked: Marked, quantity: Quantity, lang: Language):
    """Return the step of the derivation that finds a quantity, and its style; None if none does."""
    sheet = marked.worksheet.sheet
    problem, asked = sheet.problem, sheet.asked
    derivation = explain(
        problem.network, problem.params, problem.X, problem.Y, learning_rate=problem.learning_rate,
        lang=lang, digits=asked.digits + 1,
    )  # fmt: skip
    for step in derivation.steps:
        if found_by(step) == quantity.name:
            return step, derivation.style
    return None


def found_by(step: Step) -> str:
    """Return the name, as worksheets have it, of the quantity that a step finds."""
    whole = getattr(step.quantity, "whole", "")
    for before, after in (("dL/dW", "dW"), ("dL/db", "db"), ("dL/da", "da"), ("dell/da", "da")):
        whole = whole.replace(before, after)
    return {"W_new": "new_W", "b_new": "new_b"}.get(whole[:5], whole[:5]) + whole[5:]
