"""The two gates: what came in, and what is about to be published."""
