"""Short lines for the person who watches a run: counts and names, never personal data."""

from __future__ import annotations

import os
import sys

#: `scheda run` gives its child a pipe; without one the lines go to the standard error.
CHANNEL = "SCHEDA_PROGRESS_FD"


def say(line: str) -> None:
    """Show one line at once, wherever the step runs (command line, Airflow task, test)."""
    channel = os.environ.get(CHANNEL)
    if channel:
        os.write(int(channel), (line + "\n").encode())
    else:
        print(line, file=sys.stderr, flush=True)
