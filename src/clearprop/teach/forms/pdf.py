"""Worksheets as PDF, set by xelatex."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop.teach.forms.form import Form
from clearprop.teach.forms.latex import Latex
from clearprop.teach.worksheets import Worksheet

PROGRAM = "xelatex"
LONGEST = 120
"""Seconds that setting one sheet may take."""


class Pdf(Form):
    """One PDF a student, where xelatex is installed."""

    name = "pdf"
    suffix = ".pdf"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        program = shutil.which(PROGRAM)
        if program is None:
            why = f"{PROGRAM} sets PDF files, and it is not installed."
            raise invalid_argument("format", self.name, why, "latex, or html.")
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "sheet.tex")
            source.write_bytes(Latex().written(worksheet))
            command = [program, "-interaction=batchmode", "-halt-on-error", source.name]
            try:
                done = subprocess.run(
                    command, cwd=folder, capture_output=True, timeout=LONGEST, check=False
                )
                failed = done.returncode != 0
            except subprocess.TimeoutExpired:
                failed = True
            pdf = source.with_suffix(".pdf")
            if failed or not pdf.exists():
                why = f"{PROGRAM} could not set it (for Chinese it needs ctex)."
                raise invalid_argument("format", self.name, why, "latex, or html.")
            return pdf.read_bytes()
