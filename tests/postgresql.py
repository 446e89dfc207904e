"""A throw-away PostgreSQL cluster: a folder, a socket, no port; ended with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

LOCKS = "-c max_locks_per_transaction=256"  # a restore replaces every table in one transaction: docs/operations.md
QUICK = f"-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' {LOCKS}"


@contextmanager
def cluster(_folder: Path) -> Iterator[str]:
    """The address of a running, empty cluster. The folder is its own: socket paths must be short."""
    home = Path(mkdtemp(prefix="pg-"))
    user = _user()
    if user:
        os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    _run(user, "initdb", "-D", f"{home}/data", "-U", "crm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    _run(user, "pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", f"{QUICK} -k {home}", "start")
    try:
        yield f"postgresql+psycopg://crm@/postgres?host={home}"
    finally:
        _run(user, "pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _user() -> str:
    """PostgreSQL refuses to run as root: then it runs as postgres or nobody."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(user: str, program: str, *arguments: str) -> None:
    command = [_binary(program), *arguments]
    if user:
        command = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", *command]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp", env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    )


def _binary(program: str) -> str:
    found = shutil.which(program) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
    )
    if not found:
        raise RuntimeError(f"{program} is missing: script/bootstrap --tests installs PostgreSQL")
    return found
