"""Every solver on every problem: seconds to a goal, and how many starts fail."""

from benchmarks.rows import Options
from benchmarks.solvers import matrix

TITLE = "Solvers"
EXPLANATION = """\
Seconds until the training loss reached a goal (of scaled targets: 1e-5 for sinc, 1e-3 for
Friedman, 1e-2 for the others): the median of the starts that reached it, and how many did not
within 3 seconds. Bayesian regularisation minimises something else and is not in the table."""


def run(options: Options) -> str:
    """Return the table."""
    return f"{EXPLANATION}\n\n" + "\n".join(matrix.rows(2 if options.quick else 10))
