"""The performance ratios of the project, each measured within one run."""
