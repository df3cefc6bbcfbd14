"""benchmarks/RESULTS.md: the last results of every section, each with where they come from."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks import machine

FILE = Path(__file__).with_name("RESULTS.md")
HEAD = "# Results of the benchmarks\n"


def with_circumstances(text: str, arguments: Sequence[str]) -> str:
    """Return a section's text under the command, date, machine, versions and memory behind it."""
    lines = (
        f"- Command: `{' '.join(('python -m benchmarks', *arguments))}`",
        f"- Date: {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        f"- Machine: {machine.description()}",
        f"- Versions: {machine.versions()}",
        f"- Variables set: {machine.environment()}",
        f"- Peak memory of the process: {machine.peak_memory() / 2**20:.0f} MiB",
    )
    return "\n".join(lines) + "\n\n" + text


def keep(title: str, text: str, file: Path = FILE) -> None:
    """Put the text of a section into the file, in place of its last one."""
    before = file.read_text("utf-8") if file.exists() else HEAD
    head, *parts = re.split(r"(?m)^## (.*)\n", before)
    known = dict(zip(parts[::2], parts[1::2], strict=True)) | {title: f"\n{text}\n\n"}
    whole = head + "".join(f"## {name}\n{body}" for name, body in known.items())
    file.write_text(whole.rstrip() + "\n", "utf-8")
