"""Fewer lines in the copies of a program's data, where its time runs out while it reads them."""

from pathlib import Path

from clearprop._text import Text

TEXTS = (".txt", ".csv", ".tsv", ".data", ".dat", ".tra", ".tes", "")
"""Endings of files that hold a sample a line."""
MANY, KEPT = 5000, 1000
"""Lines from which a file is shortened, and about how many are left of it."""
SHORTER = Text(
    f"Its time ran out before it trained: of {{names}}, about {KEPT} lines were kept.",
    f"训练开始前时间已用完：{{names}} 只保留了大约 {KEPT} 行。",
)


def shortened(folder: Path) -> Text | None:
    """Leave lines out of long texts in a folder, evenly, and say so; None where there are none.

    The first line may name the columns, and stays. What follows it may be sorted: the lines that
    stay are those of every part of the file.
    """
    names = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in TEXTS or path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        lines = content.splitlines(keepends=True)
        if len(lines) < MANY or b"\0" in content:
            continue
        path.write_bytes(b"".join([lines[0], *lines[1 :: len(lines) // KEPT]]))
        names.append(path.name)
    return SHORTER.filled(names=", ".join(names)) if names else None
