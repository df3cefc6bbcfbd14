"""``clearprop mark``: marks of a class, and a page of feedback for each student."""

from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.cli.console import note, say_grid
from clearprop.cli.worksheet import SECRET
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_table_of
from clearprop.teach.answers import read_answers
from clearprop.teach.asked import Asked
from clearprop.teach.classroom import ABOUT, COLUMNS, Graded, file_name, grade, grades_table
from clearprop.teach.feedback import feedback_page, points
from clearprop.teach.secret import read_secret

MARKED = Text(
    "marked {count} sheets; the mean is {mean} of {most}", "已批改 {count} 份；平均 {mean} / {most}"
)
WROTE = Text("wrote {path}", "已写入 {path}")
STUDENT, CODE, POINTS, FIRST, MISTAKE = (
    Text("student", "学生"),
    Text("code", "编号"),
    Text("points", "得分"),
    Text("first wrong step", "最先出错"),
    Text("mistake", "错误"),
)


def mark(
    folder: Path,
    /,
    *answers: Path,
    out: Path | None = None,
    feedback: Path | None = None,
    lang: Language | None = None,
    secret: Path | None = None,
    force: bool = False,
) -> None:
    """Mark the answers to worksheets: right, right from one's own numbers, or wrong here, and why.

    For example: clearprop mark week4 answers/*.json --out grades.csv --feedback feedback.

    Parameters
    ----------
    folder : Path
        The folder that clearprop worksheet wrote.
    answers : Path
        Files that were handed in: the page's JSON, notebooks, or a CSV with code, blank, answers.
    out : Path, optional
        CSV of the grades; only a table on the screen without this option.
    feedback : Path, optional
        Folder for a page a student.
    lang : str, optional
        en or zh; that of the sheets without this option.
    secret : Path, optional
        File with the secret of the class; secret.key in the folder without this option.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    """
    about = folder / ABOUT
    if not about.is_file():
        why = f"it has no {ABOUT}."
        raise invalid_argument("folder", str(folder), why, "the folder of clearprop worksheet.")
    if not answers:
        raise invalid_argument("answers", "none", "nothing was handed in.", "answers/*.json.")
    if out is not None:
        check_output(out, is_table_of(COLUMNS), [*answers, about], force=force)
    asked = Asked.read(about.read_text(encoding="utf-8"))
    hidden = read_secret(secret or folder / SECRET)
    graded = [grade(asked, hidden, one) for path in answers for one in read_answers(path)]
    language = lang or asked.lang
    _say(graded, language)
    if out is not None:
        write_whole(out, grades_table(graded).encode("utf-8-sig"))
        note(WROTE.filled(path=out).translate(language))
    if feedback is not None:
        feedback.mkdir(parents=True, exist_ok=True)
        for one in graded:
            code = one.marked.worksheet.sheet.code
            page = feedback / file_name(one.handed_in.student, code, ".html")
            write_whole(page, feedback_page(one.marked, language).encode())
        note(WROTE.filled(path=feedback).translate(language))


def _say(graded: list[Graded], lang: Language) -> None:
    rows = [[one.translate(lang) for one in (STUDENT, CODE, POINTS, FIRST, MISTAKE)]]
    for one in graded:
        first = one.marked.first_wrong
        explained = "" if first is None or first.explained is None else first.explained
        rows.append([
            one.handed_in.student,
            one.marked.worksheet.sheet.code,
            f"{points(one.marked.points)} / {one.marked.most}",
            "" if first is None else first.blank.name,
            explained.translate(lang) if isinstance(explained, Text) else explained,
        ])  # fmt: skip
    say_grid(rows)
    mean = sum(one.marked.points for one in graded) / len(graded)
    most = graded[0].marked.most
    note(MARKED.filled(count=len(graded), mean=points(mean), most=most).translate(lang))
