"""Short lines for the person who watches a run: counts and names, never personal data."""

from __future__ import annotations

import os
import sys

from scheda.project import progress_channel


def say(line: str) -> None:
    """Show one line at once, wherever the step runs (command line, Airflow task, test).

    `scheda run` gives its child a pipe; without one the line goes to the standard error.
    """
    channel = progress_channel()
    if channel is None:
        print(line, file=sys.stderr, flush=True)
    else:
        os.write(channel, (line + "\n").encode())
