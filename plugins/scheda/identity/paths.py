"""The shortest chain of edges from one record to another; of equally short ones the strongest."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheda.identity.records import Point


class Edge(NamedTuple):
    """One piece of evidence between two points (rank: 1 is the strongest rule)."""

    left: Point
    right: Point
    rule: str
    rank: int
    kind: str
    value: str


class Step(NamedTuple):
    """An edge as it is walked: from one point to the next."""

    start: Point
    end: Point
    edge: Edge


def shortest(edges: Iterable[Edge], starts: set[Point], ends: set[Point]) -> list[Step] | None:
    """The fewest steps from any of `starts` to any of `ends`; then the least sum of ranks; then
    by name, so that the same evidence is always told alike. [] when they have a point in common,
    None when nothing leads there.
    """
    best: dict[tuple[Point, Point], Edge] = {}
    for edge in edges:
        for start, end in ((edge.left, edge.right), (edge.right, edge.left)):
            known = best.get((start, end))
            if known is None or _strength(edge) < _strength(known):
                best[start, end] = edge
    ways: dict[Point, list[Step]] = {}
    for (start, end), edge in sorted(best.items()):
        ways.setdefault(start, []).append(Step(start, end, edge))
    queue: list[tuple[int, int, Point, tuple[Step, ...]]] = [
        (0, 0, point, ()) for point in sorted(starts)
    ]
    heapq.heapify(queue)
    seen: set[Point] = set()
    while queue:
        length, ranks, point, steps = heapq.heappop(queue)
        if point in ends:
            return list(steps)
        if point in seen:
            continue
        seen.add(point)
        for step in ways.get(point, ()):
            if step.end not in seen:
                further = (length + 1, ranks + step.edge.rank, step.end, (*steps, step))
                heapq.heappush(queue, further)
    return None


def _strength(edge: Edge) -> tuple[int, str, str]:
    return edge.rank, edge.kind, edge.value
