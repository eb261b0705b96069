"""A process that runs dbt commands one after the other on one parsed project: parsing, the
connections and the imports are paid once. It reads a JSON list of arguments per line and ends each
command with a line {"command_done": success}."""

from __future__ import annotations

import json
import sys

#: Commands that start from a parsed project; the others (retry, deps…) parse for themselves.
_PARSED = {"build", "run", "test", "seed", "compile", "ls"}


def main() -> None:
    """Serve standard input until it ends. argv: what every command has in common."""
    from dbt.cli.main import dbtRunner

    common = sys.argv[1:]
    manifest = None
    for line in sys.stdin:
        arguments = json.loads(line)
        if manifest is None and arguments[0] in _PARSED:
            parsed = dbtRunner().invoke([*_head(common), "parse", *_tail(common)])
            if not parsed.success:
                _done(parsed.exception)
                continue
            manifest = parsed.result
        runner = dbtRunner(manifest=manifest if arguments[0] in _PARSED else None)
        done = runner.invoke([*_head(common), *arguments, *_tail(common)])
        _done(None if done.success else done.exception or "failed")


def _head(common: list[str]) -> list[str]:
    return common[: common.index("--")]


def _tail(common: list[str]) -> list[str]:
    return common[common.index("--") + 1 :]


def _done(problem: object) -> None:
    if problem is not None and problem != "failed":
        print(problem, flush=True)
    print(json.dumps({"command_done": problem is None}), flush=True)


if __name__ == "__main__":
    main()
