"""Levenberg-Marquardt beside the package for PyTorch that has it."""

from benchmarks.rows import Options
from benchmarks.solvers import sinc

TITLE = "Levenberg-Marquardt"
EXPLANATION = """\
y = sinc(10x) at 20,000 points, 1-20-1 tanh: seconds until the mean squared error over all points,
the median over the starts. Theirs takes samples of 1000 points, as its README does; ours takes 500,
and is kicked out of minima that are not low enough. They take turns start by start."""


def run(options: Options) -> str:
    """Return the table."""
    starts, seconds = (2, 5.0) if options.quick else (5, 30.0)
    return f"{EXPLANATION}\n\n" + "\n".join(sinc.lines(starts, seconds))
