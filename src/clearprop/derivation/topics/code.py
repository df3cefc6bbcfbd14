"""The network as a NumPy program, and what the program prints."""

from clearprop._text import Text
from clearprop.derivation.derivation import Item, Listing, Section
from clearprop.derivation.notation import Notation
from clearprop.derivation.numpy_code import BATCH, program, training_losses

CODE = Text("The same in NumPy", "用 NumPy 实现")
WHY = Text(
    "The program of this network: every line is one of the formulas above.",
    "本网络的程序：每一行对应上面的一个公式。",
)
PROGRAM, OUTPUT = Text("Program", "程序"), Text("What it prints", "运行输出")


def code_section(n: Notation) -> Section:
    """Return the program, and its output where all samples make one batch."""
    lines = Text(program(n, "en").rstrip(), program(n, "zh").rstrip())
    items: list[Item] = [WHY, Listing(PROGRAM, lines, "python")]
    if n.samples <= BATCH:
        printed = [f"Epoch {epoch}, Loss: {loss:.6f}" for epoch, loss in training_losses(n)]
        items.append(Listing(OUTPUT, Text("\n".join(printed), "\n".join(printed))))
    return Section(CODE, tuple(items))
