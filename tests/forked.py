"""`crm` commands as processes of their own, forked from one that has loaded the product.

A command needs nearly two seconds to load and a tenth of one to run, and the suite runs some hundreds. The server
(`python -m tests.forked`) reads a request a line: arguments, environment, and the files that take what is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

TIMEOUT = 300  # seconds of a command


class Server:
    """Started with the first command; ends when its standard input is closed."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.forked"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, arguments: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        with TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            request = {"arguments": arguments, "environment": environment, "out": str(out), "err": str(err)}
            assert self.process.stdin
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            code = self._answer(arguments)
            return subprocess.CompletedProcess(["crm", *arguments], code, out.read_text(), err.read_text())

    def _answer(self, arguments: tuple[str, ...]) -> int:
        assert self.process.stdout
        if not select([self.process.stdout], [], [], TIMEOUT)[0]:
            self.process.kill()
            raise TimeoutError(f"crm {' '.join(arguments)} took more than {TIMEOUT} s")
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        with self.process:  # closes its input, which ends it
            pass


def serve() -> None:
    from crm.cli import main

    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            become(request)
            main(args=request["arguments"], prog_name="crm")
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(request: dict[str, Any]) -> None:
    """The process that a shell would have started."""
    os.environ.clear()
    os.environ.update(request["environment"])
    for stream, path in ((0, os.devnull), (1, request["out"]), (2, request["err"])):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    sys.argv = ["crm", *request["arguments"]]


if __name__ == "__main__":
    serve()
