"""``clearprop import``: a network that was made elsewhere becomes a model file."""

from pathlib import Path
from typing import Any

from clearprop._text import Language, Text
from clearprop.cli.console import note, say_pairs
from clearprop.files import check_output
from clearprop.files.outputs import is_model
from clearprop.imports import load


def import_(
    source: Path,
    /,
    *,
    out: Path | None = None,
    activation: str | None = None,
    output: str | None = None,
    columns: str | None = None,
    target: str | None = None,
    classes: str | None = None,
    force: bool = False,
    lang: Language = "en",
) -> None:
    """Turn a network of another program into a model file; nothing in it is executed.

    Parameters
    ----------
    source : Path
        ONNX file, MATLAB function of genFunction (.m) or data file with a network (.mat), state
        dict of torch (.pt), or safetensors.
    out : Path, optional
        Model file to write; SOURCE with the ending .clearprop without this option.
    activation : str, optional
        Activation function of the hidden layers, where the file does not say it: relu without this
        option.
    output : str, optional
        Activation function of the last layer, where the file does not say it.
    columns : str, optional
        Names of the inputs, separated by commas.
    target : str, optional
        Names of the outputs, or of the column of classes, separated by commas.
    classes : str, optional
        The classes, in the order of the outputs, separated by commas.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    lang : str
        Language of the output.
    """
    path = out or Path(source.name).with_suffix(".clearprop")
    check_output(path, is_model, [source], force=force)
    said: dict[str, Any] = {"activation": activation, "output": output}
    for name, text in (("columns", columns), ("target", target), ("classes", classes)):
        said[name] = None if text is None else [part.strip() for part in text.split(",")]
    model = load(source, **{name: value for name, value in said.items() if value is not None})
    model.save(path)
    record = model.summary.get("import", {})
    proof = Text("not compared: nothing here can run the source", "未比较：此处无法运行原网络")
    if "difference" in record:
        proof = Text(
            "largest difference {difference:.2g} on {rows} rows, by {by}",
            "最大差异 {difference:.2g}（{rows} 行，由 {by} 计算）",
        )
        proof = Text(proof.en.format(**record), proof.zh.format(**record))
    sizes = " → ".join(
        [
            str(model.network.inputs),
            *(f"{layer.units} {layer.activation.name}" for layer in model.network.layers),
        ]
    )
    pairs = {
        Text("network", "网络"): Text(sizes, sizes),
        Text("proof", "核对"): proof,
    }
    say_pairs([(name.translate(lang), value.translate(lang)) for name, value in pairs.items()])
    note(Text(f"wrote {path}", f"已写入 {path}").translate(lang))
