"""Worksheets as Moodle XML: a cloze question for each blank, with tolerances."""

import xml.etree.ElementTree as ElementTree
from html import escape

import numpy as np

from clearprop.teach.forms.form import ALONE, Form, given, number, rules
from clearprop.teach.forms.html import matrix
from clearprop.teach.questions import Blank
from clearprop.teach.worksheets import Worksheet


class Moodle(Form):
    """A category of questions a student; Moodle marks from the true numbers alone.

    Source: docs.moodle.org, "Moodle XML format" and "Embedded Answers (Cloze) question type".
    """

    name = "moodle"
    suffix = ".xml"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        sheet, lang = worksheet.sheet, worksheet.sheet.asked.lang
        quiz = ElementTree.Element("quiz")
        category = ElementTree.SubElement(quiz, "question", type="category")
        inside = ElementTree.SubElement(category, "category")
        ElementTree.SubElement(inside, "text").text = f"$course$/clearprop/{sheet.code}"
        about = f"<p>{escape(rules(sheet, ALONE).translate(lang))}</p>" + "".join(
            matrix(symbol, [[number(one) for one in row] for row in np.atleast_2d(values)])
            for symbol, values in given(sheet)
        )
        for _, blank in worksheet.blanks:
            question = ElementTree.SubElement(quiz, "question", type="cloze")
            name = ElementTree.SubElement(question, "name")
            ElementTree.SubElement(name, "text").text = f"{sheet.code} {blank.name}"
            text = ElementTree.SubElement(question, "questiontext", format="html")
            lines = "".join(f"<p>{escape(line.translate(lang))}</p>" for line in blank.lines)
            asked = f"<p>{escape(blank.prompt.translate(lang))}</p>{lines}"
            inner = about + asked + _fields(blank, sheet.asked.digits)
            ElementTree.SubElement(text, "text").text = inner
        ElementTree.indent(quiz)
        return ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True)


def _fields(blank: Blank, digits: int) -> str:
    """Return the fields in Moodle's language: the answer, and how far one may be off."""
    rows, columns = blank.shape
    kind = "{{1:NUMERICAL:={}:{}}}" if blank.is_number else "{{1:SHORTANSWER:={}}}"
    places = [kind.format(_escaped(key), 10.0**-digits) for key in blank.key]
    cells = [places[row * columns : (row + 1) * columns] for row in range(rows)]
    return matrix(blank.symbol, cells)


def _escaped(text: str) -> str:
    """Return an answer in which nothing is taken for the language of cloze questions."""
    for sign in "\\}#~/":
        text = text.replace(sign, f"\\{sign}")
    return text
