"""Networks beyond layers of products and activations, recognised by the words of their programs."""

import re
from collections.abc import Sequence

from clearprop._text import Text
from clearprop.check.script.report import SubmissionReport

KINDS = (
    (
        r"\btf\.(Session|Variable|GradientTape|gradients|train|keras(?!\.(datasets|utils)))"
        r"|from keras\.models",
        Text("a gradient that TensorFlow takes", "由 TensorFlow 求出的梯度"),
    ),
    (r"im2col|conv(olution|2d|1d|_?layer)?\b|max_?pool", Text("convolutions", "卷积")),
    (
        r"self_?attention|multi_?head|(?<![a-z])transformer(?!mixin)",
        Text("attention", "注意力机制"),
    ),
)


ADVERSARIES = re.compile(r"discriminat|adversar|\bgan\b", re.IGNORECASE)


def without_adversaries(report: SubmissionReport, lines: Sequence[str]) -> SubmissionReport:
    """Return a report; not the verdict that arrays do not go down an E, of a network's adversary.

    Two networks that train against each other go down one E, and up it.
    """
    derived = report.own_loss is not None and report.own_loss.derived
    speaks_of_two = ADVERSARIES.search("\n".join(line.partition("#")[0] for line in lines))
    if report.ok or not derived or not speaks_of_two:
        return report
    return SubmissionReport(report.file, unread=TWO_NETWORKS, notes=report.notes)


TWO_NETWORKS = Text(
    "it trains networks against each other, and what one goes down the other goes up",
    "它让网络互相对抗：一个沿某个数下降，另一个却沿它上升",
)


def reason_beyond(lines: Sequence[str], why: Text) -> Text:
    """Return why a program was not read: for what it speaks of, if that is never read.

    Examples
    --------
    >>> reason_beyond(["class Conv2d:"], Text("no step fits", "不符")).en
    'it holds convolutions, which is not read here; no step fits'

    scikit-learn's ``ColumnTransformer`` is no attention:

    >>> reason_beyond(["table = ColumnTransformer(kinds)"], Text("no step fits", "不符")).en
    'no step fits'

    Nor does TensorFlow take a gradient where it loads data only:

    >>> reason_beyond(["mnist = tf.keras.datasets.mnist"], Text("no step fits", "不符")).en
    'no step fits'
    """
    code = "\n".join(line.partition("#")[0] for line in lines)
    for pattern, name in KINDS:
        if re.search(pattern, code, re.IGNORECASE):
            return Text(
                f"it holds {name.en}, which is not read here; {why.en}",
                f"它含有{name.zh}，这里无法读取；{why.zh}",
            )
    return why
