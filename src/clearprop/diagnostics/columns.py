"""Input columns that teach nothing, or shout the others down."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.diagnostics.finding import Evidence, Finding

TOO_DIFFERENT = 100.0
"""The factor between the sizes of two columns from which training without scaling suffers."""


def constant_columns(evidence: Evidence) -> Iterator[Finding]:
    """Find columns with a single value."""
    constant = np.flatnonzero((evidence.X[0] == evidence.X).all(axis=0))
    if len(constant) and len(evidence.X) > 1:
        named = ", ".join(map(str, constant[:5])) + (" …" if len(constant) > 5 else "")
        yield Finding(
            "constant_columns",
            Text(
                f"{len(constant)} input column(s) have a single value: {named} (counted from 0).",
                f"有 {len(constant)} 个输入列只有一个值：{named}（从 0 计数）。",
            ),
            Text("leave them out: they teach nothing.", "去掉它们：不含任何信息。"),
        )


def unscaled_columns(evidence: Evidence) -> Iterator[Finding]:
    """Find columns of very different sizes in a training without scaling."""
    if evidence.standardized:
        return
    size = np.sqrt(np.mean(evidence.X.astype(np.float64) ** 2, axis=0))
    size = size[size > 0]
    if len(size) and (size.max() > TOO_DIFFERENT * min(size.min(), 1.0)):
        yield Finding(
            "unscaled_columns",
            Text(
                f"The inputs are not scaled: their columns are of sizes {size.min():.3g} to "
                f"{size.max():.3g}.",
                f"输入未缩放：各列的大小从 {size.min():.3g} 到 {size.max():.3g}。",
            ),
            Text("standardize=True.", "standardize=True。"),
        )
