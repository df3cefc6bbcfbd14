"""Worksheets as one HTML page that takes the answers and writes them into a file."""

import json
from collections.abc import Iterator
from html import escape

import numpy as np

from clearprop._text import Text
from clearprop.teach.forms.form import CODE, GIVEN, NAME, Form, given, number, rules
from clearprop.teach.questions import Blank
from clearprop.teach.worksheets import Worksheet

SAVE = Text("Write my answers into a file", "把我的答案写入文件")
HAND_IN = Text(
    "The file answers-{code}.json is what you hand"
    " in. Nothing is sent anywhere; what you type stays"
    " in this browser until you write it.",
    "请上交文件 answers-{code}.json。本页不会向任何地方发送数据；"
    "在写入文件之前，你输入的内容只保存在此浏览器中。",
)
STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:52em;margin:2em auto;
padding:0 1em;color:#0f172a;background:#fff}
.row{display:flex;flex-wrap:wrap;gap:.4em 1.6em;align-items:center}
.matrix{display:inline-flex;align-items:center;gap:.5em;margin:.3em 0}
.matrix table{border-left:1.5px solid;border-right:1.5px solid;border-radius:4px;padding:0 .3em}
td{padding:.1em .5em;text-align:right}
input{width:min(6em,18vw);box-sizing:border-box;font:inherit;padding:.15em .3em;
border:1px solid #64748b;border-radius:4px}
input.wide{width:min(22em,100%)}.matrix>span{white-space:nowrap}
@media(max-width:40em){td{padding:.1em .2em}}
fieldset{border:0;border-top:1px solid #cbd5e1;padding:.8em 0;margin:0}
button{font:inherit;padding:.4em 1em}
@media print{button,.note{display:none}input{border:0;border-bottom:1px solid #000}}
"""
SCRIPT = """
const sheet = JSON.parse(document.getElementById("sheet").textContent);
const inputs = [...document.querySelectorAll("input[data-blank]")];
const place = "clearprop " + sheet.code;
const read = () => {
  const answers = {};
  for (const one of inputs) (answers[one.dataset.blank] ??= []).push(one.value);
  return answers;
};
try {
  const kept = JSON.parse(localStorage.getItem(place) ?? "{}");
  const at = {};
  for (const one of inputs) {
    const name = one.dataset.blank;
    at[name] = (at[name] ?? -1) + 1;
    one.value = kept[name]?.[at[name]] ?? "";
  }
} catch { /* nothing was kept */ }
document.addEventListener("input", () => {
  try { localStorage.setItem(place, JSON.stringify(read())); } catch { /* a private window */ }
});
document.getElementById("save").addEventListener("click", () => {
  const text = JSON.stringify({...sheet, answers: read()}, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "application/json"}));
  link.download = `answers-${sheet.code}.json`;
  link.click();
});
"""
ANSWERS = "clearprop answers"


class Html(Form):
    """One page a student: no network, no server, nothing but the file."""

    name = "html"
    suffix = ".html"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        return "".join(self._parts(worksheet)).encode()

    def _parts(self, worksheet: Worksheet) -> Iterator[str]:
        sheet, lang = worksheet.sheet, worksheet.sheet.asked.lang
        title = escape(worksheet.title.translate(lang))
        about = {"format": ANSWERS, "code": sheet.code, "student": sheet.student}
        page_lang = {"en": "en", "zh": "zh-CN"}[lang]
        yield f'<!doctype html><html lang="{page_lang}"><head><meta charset="utf-8">'
        yield '<meta name="generator" content="clearprop">'
        yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
        yield f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
        name, code = NAME.filled(student=sheet.student), CODE.filled(code=sheet.code)
        yield f"<p>{escape(name.translate(lang))} · {escape(code.translate(lang))}</p>"
        yield f"<p>{escape(rules(sheet).translate(lang))}</p>"
        yield f'<h2>{GIVEN.translate(lang)}</h2><div class="row">'
        for symbol, values in given(sheet):
            cells = [[number(one) for one in row] for row in np.atleast_2d(values)]
            yield matrix(symbol, cells)
        yield "</div>"
        for part in worksheet.parts:
            yield f"<fieldset><h2>{escape(part.question.title.translate(lang))}</h2>"
            for blank in part.blanks:
                yield f"<p>{escape(blank.prompt.translate(lang))}</p>"
                if blank.lines:
                    lines = "".join(f"<li>{escape(x.translate(lang))}</li>" for x in blank.lines)
                    yield f"<ul>{lines}</ul>"
                yield fields(blank)
            yield "</fieldset>"
        yield f'<p><button id="save">{SAVE.translate(lang)}</button></p>'
        yield f'<p class="note">{escape(HAND_IN.filled(code=sheet.code).translate(lang))}</p>'
        data = json.dumps(about, ensure_ascii=False).replace("<", "\\u003c")
        yield f'<script type="application/json" id="sheet">{data}</script>'
        yield f'<script type="module">{SCRIPT}</script></body></html>\n'


def matrix(symbol: str, cells: list[list[str]]) -> str:
    """Return a matrix with its sign before it."""
    rows = "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in row)}</tr>" for row in cells)
    sign = f"<span>{escape(symbol)} =</span>" if symbol else ""
    return f'<span class="matrix">{sign}<table>{rows}</table></span>'


def fields(blank: Blank) -> str:
    """Return the fields of a blank."""
    rows, columns = blank.shape
    wide = "" if blank.is_number else ' class="wide"'
    box = f'<input data-blank="{escape(blank.name)}" aria-label="{escape(blank.name)}"{wide}>'
    if not blank.is_number:
        return f"<p>{box}</p>"
    return matrix(blank.symbol, [[box] * columns for _ in range(rows)])
