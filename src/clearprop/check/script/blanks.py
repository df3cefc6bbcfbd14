"""A course's exercise whose blanks nobody has filled in yet: there is nothing to judge in it."""

import re
from dataclasses import replace

from clearprop._text import Text
from clearprop.check.script.lines import placed
from clearprop.check.script.messages import Reading
from clearprop.check.script.report import SubmissionReport

BLANK = re.compile(r"^\s+[\w.]+(\[[^]]*\])?\s*=\s*None\s*(#.*)?$")
"""A value that is left to be written, inside a function."""
TO_BE_WRITTEN = re.compile(
    r"#.*\b(code (here|goes)|your code|todo|lines? of code)\b", re.IGNORECASE
)
"""What courses say where something is to be written."""
FAILS_OF_NONE = "NoneType"
ENOUGH = 2
"""Values that are left out on purpose; one may be a default."""
NOT_FILLED_IN = Text(
    "blanks of the exercise are not filled in, as in line {place}: {line}",
    "练习中的空白尚未填写，例如第 {place} 行：{line}",
)


def told_by_blanks(report: SubmissionReport, reading: Reading) -> SubmissionReport:
    """Return a report; one that fails of None in an exercise with blanks as not read for these."""
    why = report.failure or report.unread
    if why is None or FAILS_OF_NONE not in why.en:
        return report
    blanks = [n for n, line in enumerate(reading.lines, 1) if BLANK.match(line)]
    if len(blanks) < ENOUGH or not any(map(TO_BE_WRITTEN.search, reading.lines)):
        return report
    place, line = placed(blanks[0], reading.cells), reading.lines[blanks[0] - 1].strip()
    return replace(report, failure=None, unread=NOT_FILLED_IN.filled(place=place, line=line))
