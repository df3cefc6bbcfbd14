"""Networks beyond layers of products and activations, recognised by the words of their programs."""

import re
from collections.abc import Sequence

from clearprop._text import Text

KINDS = (
    (
        r"\btf\.(Session|Variable|GradientTape|gradients|train|keras)|from keras\.models",
        Text("a gradient that TensorFlow takes", "由 TensorFlow 求出的梯度"),
    ),
    (r"im2col|conv(olution|2d|1d|_?layer)?\b|max_?pool", Text("convolutions", "卷积")),
    (r"self_?attention|multi_?head|transformer", Text("attention", "注意力机制")),
)


def reason_beyond(lines: Sequence[str], why: Text) -> Text:
    """Return why a program was not read: for what it speaks of, if that is never read.

    Examples
    --------
    >>> reason_beyond(["class Conv2d:"], Text("no step fits", "不符")).en
    'it holds convolutions, which is not read here; no step fits'
    """
    code = "\n".join(line.partition("#")[0] for line in lines)
    for pattern, name in KINDS:
        if re.search(pattern, code, re.IGNORECASE):
            return Text(
                f"it holds {name.en}, which is not read here; {why.en}",
                f"它含有{name.zh}，这里无法读取；{why.zh}",
            )
    return why
