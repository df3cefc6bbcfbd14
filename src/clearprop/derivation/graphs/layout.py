"""Where the nodes of a drawn graph stand, and the way of every edge around the others.

Columns are depths. An edge that passes columns has a lane in each of them, which takes part in the
order of the column as nodes do, so that no edge runs through a box.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 96, 50
COLUMN, ROW, LANE = 170, 70, 0.55
"""Distance of columns and of rows, and the part of a row that a lane takes."""
MARGIN = 32
SWEEPS = 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Places in a drawing.

    Attributes
    ----------
    corners : list of (x, y)
        The left upper corner of every node.
    lanes : mapping of (int, int) to list of (x, y)
        For an edge (source, user) that passes columns, where its lane in each begins.
    """

    corners: Sequence[Point]
    lanes: Mapping[tuple[int, int], Sequence[Point]]

    @property
    def size(self) -> Point:
        """The width and the height that nodes and lanes take, with margins."""
        below = [y for way in self.lanes.values() for _, y in way]
        right = max(x for x, _ in self.corners) + WIDTH + MARGIN
        return right, max(max(y for _, y in self.corners) + HEIGHT, *below, 0.0) + 2 * MARGIN

    def path(self, source: int, user: int) -> str:
        """Return the curve of an edge, level where it passes a column."""
        begin, *rest = self._points(source, user)
        drawn, (x1, y1) = f"M{begin[0]:g},{begin[1]:g}", begin
        for number, (x2, y2) in enumerate(rest):
            bend = (x1 + x2) / 2
            level = number % 2  # from the left to the right of a column
            drawn += f" H{x2:g}" if level else f" C{bend:g},{y1:g} {bend:g},{y2:g} {x2:g},{y2:g}"
            x1, y1 = x2, y2
        return drawn

    def near_user(self, source: int, user: int, part: float) -> Point:
        """Return the point at a part of the last curve of an edge, for what is written on it."""
        (x1, y1), (x2, y2) = self._points(source, user)[-2:]
        smooth = part * part * (3 - 2 * part)  # a curve that begins and ends level
        return x1 + (x2 - x1) * part, y1 + (y2 - y1) * smooth

    def _points(self, source: int, user: int) -> list[Point]:
        (x1, y1), (x2, y2) = self.corners[source], self.corners[user]
        between = [(x + by, y) for x, y in self.lanes.get((source, user), ()) for by in (0, WIDTH)]
        return [(x1 + WIDTH, y1 + HEIGHT / 2), *between, (x2, y2 + HEIGHT / 2)]


def layout(graph: Any) -> Layout:
    """Return the places of a graph's nodes: columns by depth, rows near their neighbours."""
    columns: dict[Hashable, int] = dict(enumerate(_columns(graph)))
    neighbours: dict[Hashable, list[Hashable]] = defaultdict(list)
    ways: dict[tuple[int, int], list[Hashable]] = {}
    for user, node in enumerate(graph.nodes):
        for edge in node.edges:
            passed = range(columns[edge.source] + 1, columns[user])
            way: list[Hashable] = [(edge.source, user, column) for column in passed]
            ways[edge.source, user] = way
            columns.update(zip(way, passed, strict=True))
            for one, other in pairwise([edge.source, *way, user]):
                neighbours[one].append(other)
                neighbours[other].append(one)
    height = _heights(columns, neighbours)
    top = min(height[one] for one in range(len(graph.nodes)))

    def corner(one: Hashable) -> Point:
        lowered = HEIGHT / 2 if isinstance(one, tuple) else 0
        return MARGIN + columns[one] * COLUMN, MARGIN + (height[one] - top) * ROW + lowered

    lanes = {edge: [corner(one) for one in way] for edge, way in ways.items() if way}
    highest = min([MARGIN / 2, *(y for way in lanes.values() for _, y in way)])
    down = MARGIN / 2 - highest  # lanes above all nodes
    return Layout(
        [(x, y + down) for x, y in map(corner, range(len(graph.nodes)))],
        {edge: [(x, y + down) for x, y in way] for edge, way in lanes.items()},
    )


def _columns(graph: Any) -> list[int]:
    """Return each node's column: results by their depth, inputs just before their first use."""
    depth = [0] * len(graph.nodes)
    for position, node in enumerate(graph.nodes):
        depth[position] = max((depth[edge.source] + 1 for edge in node.edges), default=0)
    for position, node in enumerate(graph.nodes):
        if not node.edges and graph.uses(position):
            depth[position] = min(depth[user] for user, _ in graph.uses(position)) - 1
    return depth


def _heights(
    columns: Mapping[Hashable, int], neighbours: Mapping[Hashable, Sequence[Hashable]]
) -> dict[Hashable, float]:
    """Return a row, or a part of one, for every node and lane: near the mean of its neighbours."""
    members: dict[int, list[Hashable]] = defaultdict(list)
    for one, column in columns.items():
        members[column].append(one)
    height = {one: float(row) for rows in members.values() for row, one in enumerate(rows)}
    turn = {one: number for number, one in enumerate(columns)}
    for _ in range(SWEEPS):
        for column in sorted(members):
            target = {
                one: sum(height[other] for other in neighbours[one]) / max(len(neighbours[one]), 1)
                for one in members[column]
            }
            members[column].sort(key=lambda one: (target[one], turn[one]))
            _spread(members[column], target, height)
    return height


def _spread(
    order: list[Hashable], target: Mapping[Hashable, float], height: dict[Hashable, float]
) -> None:
    """Put what stands in one column near its targets, with room between."""
    below: float | None = None
    for one in order:
        room = LANE if isinstance(one, tuple) else 1.0
        height[one] = target[one] if below is None else max(target[one], below + room / 2)
        below = height[one] + room / 2
    shift = sum(height[one] - target[one] for one in order) / len(order)
    for one in order:
        height[one] -= shift
