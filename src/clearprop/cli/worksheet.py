"""``clearprop worksheet``: sheets with kind numbers, different for each student."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from clearprop._errors import invalid_argument, unknown_name
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.cli.case import described_network
from clearprop.cli.console import note, say
from clearprop.files import write_whole
from clearprop.teach.asked import Asked
from clearprop.teach.classroom import ABOUT, CODE, file_name, students_of
from clearprop.teach.forms import FORMS
from clearprop.teach.secret import new_secret, read_secret
from clearprop.teach.worksheets import Worksheet, checked, worksheet_of_code
from clearprop.teach.worksheets import worksheet as made

SECRET = "secret.key"
WROTE = Text(
    "wrote {count} files for {students} students to {out}",
    "已为 {students} 名学生写入 {count} 个文件：{out}",
)
KEEP = Text(
    "{path} makes sheets and keys anew: keep it, and do not hand it out",
    "{path} 可重新生成题目与答案：请妥善保管，切勿发给学生",
)


def worksheet(
    *,
    out: Path,
    layers: str = "2-2-1",
    activations: str | None = None,
    loss: str = "half_squared_error",
    reduction: str = "mean",
    samples: int = 1,
    learning_rate: float = 0.5,
    blanks: str = "forward,loss,delta,gradients,update",
    digits: int = 3,
    students: Path | None = None,
    lang: Language = "en",
    form: Annotated[str, Parameter(name="--format")] = "html",
    secret: Path | None = None,
    key: str | None = None,
) -> None:
    """Write worksheets, each student's with numbers of its own; --key CODE prints an answer key.

    For example: clearprop worksheet --layers 2-2-1 --students class.csv --out week4.

    Parameters
    ----------
    out : Path
        Folder for the sheets; it also gets worksheet.json, which says what is asked, and the
        secret.
    layers : str
        Units of each layer, inputs first.
    activations : str, optional
        One a layer: relu,sigmoid. Without it tanh in hidden layers and identity in the last.
    loss : str
        Loss of the network.
    reduction : str
        sum or mean over samples.
    samples : int
        Samples on each sheet.
    learning_rate : float
        Of the update.
    blanks : str
        What is left blank: forward, loss, delta, gradients, update, shapes, formula, order, mistake
        (find the mistake), dead (which unit is dead), path (which path carries most).
    digits : int
        Decimals that are asked for.
    students : Path, optional
        CSV with a column student, name or id. One sheet for nobody without this option.
    lang : str
        en or zh.
    form : str
        One or several of html, markdown, latex, pdf, ipynb, moodle.
    secret : Path, optional
        File with the secret of the class; secret.key in --out without this option.
    key : str, optional
        Code of a sheet: print its answers instead.
    """
    described = described_network(layers, activations, loss, reduction)
    asked = checked(
        Asked(
            described.sizes,
            tuple(spelled(layer.activation) for layer in described.layers),
            spelled(described.loss_rule),
            reduction,
            samples,
            learning_rate,
            tuple(one.strip() for one in blanks.split(",") if one.strip()),
            digits,
            lang,
        )
    )
    forms = [one.strip() for one in form.split(",")]
    for name in forms:
        if name not in FORMS:
            raise unknown_name("format", name, FORMS)
    place = secret or out / SECRET
    if key is not None:
        _say_key(_with_code(asked, read_secret(place), key), lang)
        return
    _refuse_other(out, asked)
    names = [""] if students is None else students_of(students)
    hidden = read_secret(place) if place.exists() else new_secret()
    files: dict[str, bytes] = {}
    for student in names:
        sheet = made(asked, hidden, student)
        for name in forms:
            printer = FORMS[name]()
            target = file_name(student, sheet.sheet.code, printer.suffix)
            files[target] = printer.written(sheet)
    out.mkdir(parents=True, exist_ok=True)
    for target, content in files.items():  # all of them are there before the first is written
        write_whole(out / target, content)
    write_whole(out / ABOUT, asked.text().encode())
    if not place.exists():
        write_whole(place, hidden)
        place.chmod(0o600)
    note(WROTE.filled(count=len(files), students=len(names), out=out).translate(lang))
    note(KEEP.filled(path=place).translate(lang))


def _refuse_other(out: Path, asked: Asked) -> None:
    """Refuse a folder with sheets that ask something else: they could not be marked any more."""
    about = out / ABOUT
    if about.exists() and about.read_text(encoding="utf-8") != asked.text():
        why = f"{about} asks something else, and its sheets could no longer be marked."
        raise invalid_argument("out", str(out), why, "another folder.")


def _with_code(asked: Asked, secret: bytes, key: str) -> Worksheet:
    code = key.strip().upper()
    if not CODE.fullmatch(code):
        raise invalid_argument("key", key, "it is no code of a sheet.", "K7Q2-5XTB.")
    return worksheet_of_code(asked, secret, code)


def _say_key(sheet: Worksheet, lang: Language) -> None:
    say(f"{sheet.title.translate(lang)}  {sheet.sheet.code}")
    for _, blank in sheet.blanks:
        name = blank.symbol or blank.name
        rows, columns = blank.shape
        lines = [", ".join(blank.key[row * columns : (row + 1) * columns]) for row in range(rows)]
        say(f"  {name} = {'; '.join(lines)}")
