"""Lifetime value: how often a customer will buy again, and for how much."""
