"""The sample company, Bottega Aurora: invented people, orders and newsletters."""

from scheda.sample.write import new_day, write

__all__ = ["new_day", "write"]
