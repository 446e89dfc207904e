"""A demo company, always of the same day, that is served for as long as a command of ours looks at it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.browser.served import free_port, wait_for

CRM = [sys.executable, "-m", "tests.browser.fixed"]


@contextmanager
def standing(*further: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Its address and its data folder; `further` are commands to run before it is served."""
    with tempfile.TemporaryDirectory() as folder:
        env = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")} | {"CRM_DATA_DIR": folder}
        for command in (["init"], ["demo"]):
            subprocess.run([*CRM, *command], env=env, check=True, stdout=subprocess.DEVNULL)
        for command in further:  # an import that refuses some rows ends with 1
            subprocess.run([*CRM, *command], env=env, check=False, stdout=subprocess.DEVNULL)
        port = free_port()
        server = subprocess.Popen([*CRM, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/login", server)
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            server.terminate()
            server.wait(10)
