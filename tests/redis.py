"""A throw-away Redis: loopback, a port and a folder of its own; ended with the test."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import mkdtemp


@contextmanager
def server() -> Iterator[str]:
    """The address of a running, empty server that keeps nothing on disk."""
    home, port = mkdtemp(prefix="yihu-redis-", dir="/tmp"), free_port()
    options = {"port": str(port), "bind": "127.0.0.1", "dir": home, "save": "", "appendonly": "no"}
    command = ["redis-server", *(word for name, value in options.items() for word in (f"--{name}", value))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("redis-server does not answer: script/bootstrap --tests installs it")
