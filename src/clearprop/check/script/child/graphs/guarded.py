"""Numbers that keep a logarithm from 0: log(a + ε), log(clip(a, ε, 1 − ε)), log(max(a, ε)).

Those who write them go back through log a, as in a − y. Where a is as small as ε, that is something
else.
"""

import numpy as np

from clearprop.check.script.child.graphs.graph import Graph, WayBack

SMALL = 1e-4
"""The largest ε."""
LIMITING = ("clip", "maximum", "fmax")
"""Functions that keep entries from being smaller than a number."""


def without_guards(graph: Graph) -> WayBack | None:
    """Return the way back past such numbers; None where no logarithm has any that counts."""
    unchanged, slopes = {}, {}
    for number, node in enumerate(graph.nodes):
        inner = node.sources[0]
        if node.operation.name != "log" or inner is None or inner < 0:
            continue
        bare = kept_from_0(graph, inner)
        if bare is None:
            continue
        value = graph.value(bare)
        if value.all() and not np.array_equal(value, graph.value(inner)):
            unchanged[number], slopes[number] = bare, 1 / value
    return WayBack(unchanged=unchanged, slopes=slopes) if unchanged else None


def kept_from_0(graph: Graph, number: int) -> int | None:
    """Return the node of a, where a node is a + ε, or a within limits; None for any other."""
    operation, sources, _ = graph.nodes[number]
    of_others = [
        part for part, source in zip(operation.operands, sources, strict=True) if source is None
    ]
    inner = [source for source in sources if source is not None and source >= 0]
    if len(inner) != 1 or graph.value(inner[0]).shape != graph.value(number).shape:
        return None
    if operation.name == "clip":
        return inner[0]
    added = [graph.contents[part] for part in of_others]
    is_small = len(added) == 1 and added[0].size == 1 and 0 < float(added[0].ravel()[0]) <= SMALL
    return inner[0] if is_small and operation.name in ("+", *LIMITING) else None
