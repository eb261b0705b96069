"""Background processes: each in a group of its own, known by a pid file that outlives us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import psutil


@dataclass(frozen=True)
class Background:
    """One process below `folder`: <name>.pid says who it is, <name>.log keeps what it prints."""

    name: str
    folder: Path

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def process(self) -> psutil.Process | None:
        """The process if it lives. A pid that the system gave to somebody else meanwhile is not
        ours: the birth instant in the file tells them apart."""
        import psutil

        try:
            known = json.loads(self.pid_file.read_text(encoding="utf-8"))
            process = psutil.Process(int(known["pid"]))
            same = abs(process.create_time() - float(known["born"])) < 2
            return process if same and lives(process) else None
        except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
            return None

    def start(self, command: list[str], *, env: dict[str, str]) -> bool:
        """Start it unless it lives; True when it was started."""
        import psutil

        if self.process():
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.touch(mode=0o600)
        with self.log.open("ab") as output:
            child = subprocess.Popen(
                command,
                env=env,
                cwd=self.folder,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        born = psutil.Process(child.pid).create_time()
        self.pid_file.write_text(json.dumps({"pid": child.pid, "born": born}), encoding="utf-8")
        return True


def stop(backgrounds: Iterable[Background], *, patience: float = 15) -> list[str]:
    """Stop these processes and all they started; the names of those that were alive.

    Asks politely, waits `patience` seconds for all of them together, then kills what is left. (An
    idle triggerer takes 10 s to leave; a scheduler would wait for a running task to end.)
    """
    alive = [(one, process) for one in backgrounds if (process := one.process())]
    family = _family(process for _one, process in alive)
    for _one, process in alive:
        _signal(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(lives(process) for process in family):
        time.sleep(0.1)
    for process in {*family, *_family(process for _one, process in alive)}:
        # `family` remembers who a pid was: a process that left is not mistaken for its successor.
        if lives(process):
            _signal(process.pid, signal.SIGKILL)
    for one, _process in alive:
        one.pid_file.unlink(missing_ok=True)
    return [one.name for one, _process in alive]


def _family(parents: Iterable[psutil.Process]) -> list[psutil.Process]:
    """The processes and all their descendants: a task may have left its parent's group."""
    import psutil

    found: list[psutil.Process] = []
    for parent in parents:
        try:
            found += [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
    return found


def lives(process: psutil.Process) -> bool:
    """A zombie does not: where process 1 reaps nobody, waiting for it would never end."""
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
