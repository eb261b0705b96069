"""The kinds of doors through which data comes in, and the formats of files: one module each."""
