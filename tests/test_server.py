"""The embedded server: local only, restarts after a kill, and lives where its account can reach."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from scheda import postgres
from scheda.errors import SchedaError
from scheda.project import Project
from scheda.server import Server

SMALL = {"shared_buffers": "32MB", "fsync": "off", "synchronous_commit": "on"}


def test_it_listens_on_the_loopback_only_and_wants_a_password(server: Server) -> None:
    with psycopg.connect(server.dsn("postgres")) as conn:
        assert conn.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        assert conn.execute("show unix_socket_directories").fetchone() == ("",)
    open_door = server.dsn("postgres").split("password=")[0] + "password=guess dbname=postgres"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(open_door)
    assert server.address_file.stat().st_mode & 0o077 == 0


def test_it_starts_again_after_a_kill_and_keeps_what_was_committed(tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o755)
    tmp_path.chmod(0o755)
    host = Server(tmp_path / "pg", settings=SMALL)
    host.start()
    try:
        with psycopg.connect(host.dsn("postgres")) as conn:
            conn.execute("create table kept as select 1 as n")
        os.kill(int((host.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        host.start()
        with psycopg.connect(host.dsn("postgres")) as conn:
            assert conn.execute("select n from kept").fetchone() == (1,)
    finally:
        assert host.stop()
    assert not host.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a second account for the server")
def test_below_a_private_folder_the_server_of_root_takes_shelter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheda.server.SHELTER", Path(f"/var/tmp/scheda-test-{os.getpid()}"))
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    host = Server(private / "pg", settings=SMALL)
    host.start()
    try:
        with psycopg.connect(host.dsn("postgres")) as conn:
            assert conn.execute("select 1").fetchone() == (1,)
        assert private not in host.data.parents
    finally:
        host.stop()
        shutil.rmtree(f"/var/tmp/scheda-test-{os.getpid()}")


def test_readers_may_read_marts_and_nothing_else(project: Project) -> None:
    postgres.start(project)
    with postgres.connect(project) as conn:
        conn.execute("create view marts.one as select 1 as n")
        conn.execute("grant select on marts.one to scheda_reader")
        conn.execute("set role scheda_reader")
        assert conn.execute("select n from marts.one").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select * from ops.loads")


def test_a_server_that_does_not_answer_is_told_in_one_line(project: Project) -> None:
    nowhere = Project(
        root=project.root,
        var=project.var,
        landing=project.landing,
        exports=project.exports,
        dsn="postgresql://someone:s3cret@127.0.0.1:1/none",
    )
    with (
        pytest.raises(SchedaError, match=r"does not answer.*check SCHEDA_DSN") as told,
        postgres.connect(nowhere),
    ):
        pass
    assert "s3cret" not in str(told.value)
