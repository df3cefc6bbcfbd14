"""``clearprop export``: a model file becomes a file of another language or format."""

from pathlib import Path
from typing import Literal

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.cli.console import FAILED, complain, note, say
from clearprop.cli.tables import is_standard
from clearprop.export import TARGETS
from clearprop.export.runtimes import FailedRunError
from clearprop.export.writing import render
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_export
from clearprop.model import Model


def export(
    model: Path,
    /,
    *,
    to: str,
    out: Path | None = None,
    dtype: Literal["float64", "float32"] | None = None,
    std: bool = False,
    check: bool = False,
    force: bool = False,
    lang: Language = "en",
) -> int | None:
    """Write a trained network as a file that needs no clearprop: source code, or ONNX.

    Parameters
    ----------
    model : Path
        Model file that clearprop train wrote.
    to : str
        One of c, formula, javascript, matlab, onnx, pure_python, python.
    out : Path, optional
        File to write, - for standard output; MODEL with the ending of the language without this
        option. Names in the file begin with its name.
    dtype : str, optional
        Type of numbers: float64 or float32; that of the network without this option.
    std : bool
        Also give the standard deviation of a predicted number, if Bayesian regularisation trained.
    check : bool
        Run the file by a C compiler, Node.js, Octave or onnxruntime, and measure its difference
        from the model there.
    force : bool
        Replace the file at --out even if clearprop did not export it.
    lang : str
        Language of the output, and of the text on top of the file.
    """
    target = TARGETS.make(to)
    path = out or Path(model.name).with_suffix(target.suffix)
    to_standard = out is not None and is_standard(out)
    if to_standard and target.binary:
        why = f"{to} is no text."
        raise invalid_argument("out", "-", why, f"--out model{target.suffix}")
    check_output(path, is_export, [model], force=force)
    file = Path(model.name).with_suffix(target.suffix).name if to_standard else path.name
    try:
        exported = render(
            Model.load(model).trained,
            file,
            target,
            dtype=dtype,
            std=std,
            check=check,
            language=lang,
        )
    except FailedRunError as error:
        complain(str(error))
        return FAILED
    if to_standard:
        say(exported.content.decode().rstrip("\n"))
        return None
    write_whole(path, exported.content)
    note(Text(f"wrote {path}", f"已写入 {path}").translate(lang))
    note(exported.difference.sentence.translate(lang))
    return None
