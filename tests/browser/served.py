"""A served application with the demo company, and Chromium to use it; both end with the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from crm.demo.cast import CAST, DEMO_PASSWORD
from tests import forked

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

    from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState

CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"  # the same engine without its windows
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=PaintHolding,MediaRouter,HttpsUpgrades,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    "--js-flags=--no-opt --single-threaded-gc",  # a page is left before optimising its scripts pays
]
CRM = str(Path(sys.executable).parent / "crm")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str, commands: forked.Server) -> dict[str, str]:
    """An installation of its own with the demo company in it. The first worker makes it, the others wait and copy."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    shared = tmp_path_factory.getbasetemp().parent / f"company-{testrun_uid}"
    with shared.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not shared.exists():
            draft = shared.with_suffix(".draft")
            for command in (["init"], ["demo", "--months", "6"]):
                done = commands.run(command, env | {"CRM_DATA_DIR": str(draft)})
                assert done.returncode == 0, done.stderr
            draft.rename(shared)
    env["CRM_DATA_DIR"] = str(shutil.copytree(shared, tmp_path_factory.mktemp("served") / "var"))
    return env


@pytest.fixture(scope="session")
def address(environment: dict[str, str], commands: forked.Server) -> Iterator[str]:
    port = free_port()
    server = commands.start(["serve", "--port", str(port), "--runners", "0"], environment)
    runner = commands.start(["jobs", "run"], environment)  # forked like the server: its own would load everything anew
    try:
        wait_for(f"http://127.0.0.1:{port}/login", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in (server, runner):
            process.terminate()
            process.wait(10)


def wait_for(address: str, server: subprocess.Popen[bytes] | forked.Process) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended by itself"
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # by whoever needs it: loading it takes a while

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def is_fault(message: ConsoleMessage) -> bool:
    """A form refused with 422, and a network that the test has cut, are the browser's errors too, not ours."""
    expected = ("status of 422", "ERR_INTERNET_DISCONNECTED")
    return message.type == "error" and not any(words in message.text for words in expected)


def listen(page: Page, faults: list[str]) -> None:
    """Note any policy violation and script error."""
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)


@pytest.fixture(scope="session")
def session_of(chromium: Browser, address: str) -> _lru_cache_wrapper[StorageState]:
    """`session_of("limin")`: her cookies; she signs in by the form, once in each worker.

    A test that ends sessions ends with `session_of.cache_clear()`: whoever comes next signs in anew.
    """

    @cache
    def sign_in(username: str) -> StorageState:
        faults: list[str] = []
        with chromium.new_context(base_url=address, locale="zh-CN") as context:
            page = context.new_page()
            listen(page, faults)
            page.goto("/login")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.click("button[type=submit]:has-text('登录')")
            page.wait_for_url(f"{address}/")
            assert faults == []
            return context.storage_state()

    return sign_in


@pytest.fixture
def enter(chromium: Browser, address: str, session_of: Callable[[str], StorageState]) -> Iterator[Callable[..., Page]]:
    """`enter("limin", width=390)`: a page signed in; any policy violation or script error fails the test."""
    contexts, faults = [], list[str]()

    def sign_in(who: str, *, width: int = 1440, height: int = 900) -> Page:
        username = next(member.username for member in CAST if who == member.username or who in member.roles)
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            storage_state=session_of(username),
        )
        contexts.append(context)
        page = context.new_page()
        listen(page, faults)
        page.goto("/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert faults == []
