"""Processes of their own, forked from one that has loaded the product: the `crm` command, or a module of the tests.

To load the product takes two seconds, a command a tenth of one, and the suite runs some hundreds. The server
(`python -m tests.forked FD`) takes requests over a socket: what to run, with which arguments and environment, and the
three streams as open files.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from select import select
from typing import Any

TIMEOUT = 300  # seconds of a command
LONGEST = 1 << 17  # bytes of a request


class Process:
    """What the tests need of `subprocess.Popen`. Its input stays open until it is closed or the process has ended."""

    def __init__(self, server: Server, pid: int, stdin: int, said: list[int]) -> None:
        self.server, self.pid, self.stdin = server, pid, os.fdopen(stdin, "wb")
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)
        self._files, self._said = said, ["", ""]

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float = TIMEOUT) -> int:
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return code

    def communicate(self, timeout: float = TIMEOUT) -> tuple[str, str]:
        """Close its input, wait for its end, and read what it said."""
        self.stdin.close()
        self.wait(timeout)
        return self.out(), self.err()

    def out(self) -> str:
        """What it has said so far."""
        return self._heard()[0]

    def err(self) -> str:
        return self._heard()[1]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float) -> int | None:
        if self.returncode is None and select([self._handle], [], [], timeout)[0]:
            self._heard()
            self.returncode = self.server.bury(self.pid)
            self.stdin.close()
            for file in (self._handle, *self._files):
                os.close(file)
        return self.returncode

    def _heard(self) -> list[str]:
        if self.returncode is None:  # read in place: the files' position is the child's as well
            self._said = [os.pread(file, os.fstat(file).st_size, 0).decode() for file in self._files]
        return self._said


class Server:
    """Ends, and its processes with it, when its socket is closed."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.forked", str(theirs.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()

    def start(
        self,
        arguments: Sequence[str],
        environment: dict[str, str],
        *,
        module: str = "crm",
        largest_file: int | None = None,
    ) -> Process:
        """`largest_file`: bytes after which the disk is full to it. It leads a process group of its own."""
        request = {
            "module": module,
            "arguments": list(arguments),
            "environment": environment,
            "largest_file": largest_file,
        }
        said = [os.memfd_create("out"), os.memfd_create("err")]
        theirs, ours = os.pipe()
        socket.send_fds(self.socket, [json.dumps(request).encode()], [theirs, *said])
        os.close(theirs)
        return Process(self, self._answer(), ours, said)

    def run(self, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """The `crm` command, to its end."""
        process = self.start(arguments, environment)
        try:
            out, err = process.communicate()
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(["crm", *arguments], process.wait(), out, err)

    @contextmanager
    def running(self, arguments: Sequence[str], environment: dict[str, str]) -> Iterator[Process]:
        """Of the process, its children and theirs nothing is left at the end."""
        process = self.start(arguments, environment)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def bury(self, pid: int) -> int:
        """The exit code of one that has ended."""
        self.socket.send(json.dumps({"bury": pid}).encode())
        return self._answer()

    def stop(self) -> None:
        self.socket.close()
        self.process.wait(20)

    def _answer(self) -> int:
        return int(self.socket.recv(LONGEST))


def serve(requests: socket.socket) -> None:
    import psycopg  # noqa: F401 - what every child finds loaded

    import crm.cli  # noqa: F401
    from crm.late import load_all

    load_all()
    gc.freeze()
    living: set[int] = set()
    while message := socket.recv_fds(requests, LONGEST, 3):
        content, streams, _flags, _address = message
        if not content:
            break
        request = json.loads(content)
        if "bury" in request:
            living.discard(request["bury"])
            answer = os.waitstatus_to_exitcode(os.waitpid(request["bury"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                requests.close()
                become(request, streams)
                sys.exit(run(request["module"]))
            living.add(answer)
            for stream in streams:
                os.close(stream)
        requests.send(str(answer).encode())
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def become(request: dict[str, Any], streams: list[int]) -> None:
    """The process that a shell would have started."""
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    if limit := request["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.argv = [request["module"], *request["arguments"]]


def run(module: str) -> None:
    if module == "crm":
        from crm.cli import main

        main(prog_name="crm")
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
