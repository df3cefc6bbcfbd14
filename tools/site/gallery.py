"""The gallery: what every script of ``examples/`` does, draws and prints, and its source."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sources import ROOT, Page

from clearprop._text import Language, Text

LIMIT = 900
"""Seconds that an example may take."""
LINES = 120
"""Lines of its output that are shown."""
TITLE = Text("Gallery", "示例")
INTRO = Text(
    "Complete programs, each run when this page was made.",
    "完整的程序；生成本页时逐个运行。",
)
PRINTS, SOURCE = Text("What it prints", "输出"), Text("Source", "源代码")
CUT = Text("… {number} more lines", "……另有 {number} 行")


def gallery_pages(language: Language, scratch: Path) -> Iterator[Page]:
    """Return a page for every example, and one that lists them with their first picture."""
    rows, names, files = [], [], {}
    for path in sorted((ROOT / "examples").glob("*.py")):
        source = path.read_text("utf-8")
        title, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
        page = example(path, title, rest, source, language, scratch)
        yield page
        picture = f"![{title}]({next(iter(page.files))})" if page.files else ""
        rows.append(f"| {picture} | [{title.rstrip('.')}](gallery/{path.stem}.md) |")
        names.append(f"{re.split('[:,;]', title)[0].rstrip('.')} <gallery/{path.stem}>")
        files |= page.files
    table = "| | |\n|---|---|\n" + "\n".join(rows)
    listed = "\n".join(names)
    hidden = f":::{{toctree}}\n:hidden:\n{listed}\n:::"
    head = f"# {TITLE.translate(language)}\n\n{INTRO.translate(language)}"
    yield Page("gallery", f"{head}\n\n:::{{container}} examples\n{table}\n:::\n\n{hidden}\n", files)


def example(
    path: Path, title: str, rest: str, source: str, language: Language, scratch: Path
) -> Page:
    """Return the page of one example."""
    drawn = scratch.parent / "drawn" / language / path.stem
    printed = output(path, language, drawn)
    pictures = {f"gallery/pictures/{path.stem}-{p.name}": p for p in sorted(drawn.glob("*.png"))}
    shown = "\n\n".join(
        f"![{Path(name).stem}]({Path(name).relative_to('gallery')})" for name in pictures
    )
    about = rest.strip().replace("\n    python", "\n\n    python", 1)
    text = (
        f"# {title.rstrip('.')}\n\n{about}\n\n{shown}\n\n"
        f"## {PRINTS.translate(language)}\n\n````text\n{printed}\n````\n\n"
        f"## {SOURCE.translate(language)}\n\n````python\n{source}````\n"
    )
    return Page(f"gallery/{path.stem}", text, pictures)


def output(path: Path, language: Language, folder: Path) -> str:
    """Run an example, in its folder of pictures, and return what it prints, cut if it is long.

    What it printed is kept beside the pictures until the script or the library change.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept, newest = folder / "printed.txt", max(p.stat().st_mtime for p in watched(path))
    if not kept.exists() or kept.stat().st_mtime < newest:
        says = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        arguments = [language] * (" zh " in says) + [str(folder)] * (" zh FOLDER " in says)
        ran = subprocess.run(
            [sys.executable, str(path), *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"{path.name}: {ran.stderr}")
        kept.write_text(ran.stdout, encoding="utf-8")
    lines = kept.read_text("utf-8").rstrip().splitlines()
    more = [CUT.filled(number=len(lines) - LINES).translate(language)] * (len(lines) > LINES)
    return "\n".join([*lines[:LINES], *more])


def watched(path: Path) -> list[Path]:
    """Return the files on which an example depends."""
    return [path, *(ROOT / "src").rglob("*.py")]
