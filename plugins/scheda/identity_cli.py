"""The commands about who is who: why, same, different, undo, review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheda import project as projects

if TYPE_CHECKING:
    from rich.console import Console

WHO = "E-mail address, or source:key."
One = Annotated[str, typer.Argument(metavar="WHO", help=WHO, show_default=False)]
Other = Annotated[str, typer.Argument(metavar="WHO", help=WHO, show_default=False)]
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.")]
By = Annotated[str | None, typer.Option(help="Who decides; default your user name.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands of this module commands of `app`."""
    for command in (why, same, different, undo, review):
        app.command()(command)


def why(one: One, other: Other) -> None:
    """The evidence that makes two records one person, step by step; or why they are two."""
    from scheda.identity import why as telling

    _console().print(telling.why(projects.load(), one, other))


def same(one: One, other: Other, note: Note = None, by: By = None) -> None:
    """Decide that two records are one person's; every build from the next on keeps to it."""
    from scheda.identity import decisions

    _say(decisions.decide(projects.load(), one, other, "same", note=note, by=by))


def different(one: One, other: Other, note: Note = None, by: By = None) -> None:
    """Decide that two records are two people's; every build from the next on keeps to it."""
    from scheda.identity import decisions

    _say(decisions.decide(projects.load(), one, other, "different", note=note, by=by))


def undo(one: One, other: Other, by: By = None) -> None:
    """Take back the last `same` or `different` about two records."""
    from scheda.identity import decisions

    _say(decisions.undo(projects.load(), one, other, by=by))


def review(
    reason: Annotated[str | None, typer.Option(help="Only matters of this reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to list.")] = 20,
) -> None:
    """What waits for a person: records that may be one, and values that join strangers."""
    from scheda.identity import review as listing

    _console().print(listing.review(projects.load(), reason=reason, limit=limit))


def _say(sentence: str) -> None:
    _console().print(sentence, markup=False)


def _console() -> Console:
    from scheda.cli import console

    return console
