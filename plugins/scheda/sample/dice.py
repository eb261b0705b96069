"""Chance that always falls the same way: one generator per purpose, seeded by words."""

from __future__ import annotations

import random


def dice(*seed: object) -> random.Random:
    """A generator for these words; the global one is never used."""
    return random.Random(" ".join(map(str, seed)))  # noqa: S311  (invents people, hides nothing)
