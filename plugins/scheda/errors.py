"""Errors meant for a person: one message that says what is wrong, where, and what to do."""

from __future__ import annotations


class SchedaError(Exception):
    """A problem that a person can act on. The command line prints it without a stack trace."""


class SourceError(SchedaError):
    """A file or a database that cannot be read as declared; the rest of the night goes on."""


class GateClosed(SchedaError):
    """A critical expectation failed: nothing is published, yesterday's marts stay up."""
