"""How well two groupings of the same things agree, counted in pairs: precision, recall, F1."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


@dataclass(frozen=True)
class Agreement:
    """Pairs of things that are together: in truth, as found, and in both."""

    true_pairs: int
    found_pairs: int
    common_pairs: int

    @property
    def precision(self) -> float:
        """Of the pairs found, the share that is true; 1 when none was found."""
        return self.common_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        """Of the true pairs, the share that was found; 1 when there is none."""
        return self.common_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; 0 when both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def agreement(things: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """Each thing once, as (its true group, the group found). Pairs are counted from the sizes of
    the groups, exactly and without listing them: n things make n * (n - 1) / 2 pairs."""
    true_groups: Counter[Hashable] = Counter()
    found_groups: Counter[Hashable] = Counter()
    both: Counter[Hashable] = Counter()
    for true_group, found_group in things:
        true_groups[true_group] += 1
        found_groups[found_group] += 1
        both[true_group, found_group] += 1
    return Agreement(_pairs(true_groups), _pairs(found_groups), _pairs(both))


def _pairs(groups: Counter[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in groups.values())
