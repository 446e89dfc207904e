"""Four web processes over one database, many wrong passwords at once: the buckets hold, nobody else is locked."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from itertools import cycle
from socket import create_connection
from urllib.parse import urlencode

import pytest

from crm.auth.limits import ACCOUNT, ACCOUNT_AT_ADDRESS
from tests import forked
from tests.browser.served import free_port

PROCESSES, AT_ONCE = 4, 12
PASSWORD = "a sentence nobody guesses"
HERE, THERE = "127.0.0.2", "127.0.0.3"  # every 127.… address is this machine


@pytest.fixture
def ports(crm: Callable[..., object], commands: forked.Server, installation: dict[str, str]) -> Iterator[list[int]]:
    for username in ("limin", "zhouhui"):
        crm("user", "add", username, "--name", username, "--role", "service_desk", "--password", PASSWORD)
    ports = [free_port() for _ in range(PROCESSES)]
    servers = [commands.start(["serve", "--port", str(port), "--runners", "0"], installation) for port in ports]
    try:
        for port, server in zip(ports, servers, strict=True):
            await_answer(port, server)
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def await_answer(port: int, server: forked.Process) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended by itself"
        with suppress(OSError), create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.2)
    raise TimeoutError(port)


def sign_in(port: int, address: str, username: str, password: str) -> str:
    """What became of it: entered, wrong or held."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=(address, 0))
    connection.request("GET", "/login", headers={"Accept-Language": "en"})
    page = connection.getresponse()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token
    form = urlencode({"csrf_token": token[1], "username": username, "password": password})
    headers = {
        "Cookie": page.headers["Set-Cookie"].partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Language": "en",
    }
    connection.request("POST", "/login", form, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status == 302:
        return "entered"
    assert answer.status == 401, text
    return "held" if "Too many tries" in text else "wrong"


def fire(ports: list[int], tries: list[tuple[str, str]]) -> tuple[Counter[str], float]:
    """Wrong passwords, `tries` of (address, username), as many at once as there are threads; also the minutes taken."""
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = zip(cycle(ports), tries)
        outcomes = Counter(pool.map(lambda one: sign_in(one[0], *one[1], "wrong password"), sent))
    return outcomes, (time.monotonic() - begun) / 60


@pytest.mark.timeout(400)
def test_the_buckets_hold_over_all_processes(ports: list[int], record_testsuite_property: Callable[..., None]) -> None:
    outcomes, minutes = fire(ports, [(HERE, "limin")] * 60)
    record_testsuite_property("one address, one account", f"{dict(outcomes)} in {minutes * 60:.1f} s")
    admitted = ACCOUNT_AT_ADDRESS.size
    assert admitted <= outcomes["wrong"] <= admitted + minutes * ACCOUNT_AT_ADDRESS.per_minute
    assert sign_in(ports[0], HERE, "limin", PASSWORD) == "held"
    assert sign_in(ports[1], HERE, "zhouhui", PASSWORD) == "entered"
    assert sign_in(ports[2], THERE, "limin", PASSWORD) == "entered"

    addresses = [f"127.0.1.{number}" for number in range(1, 11)]
    outcomes, minutes = fire(ports, [(address, "limin") for address in addresses] * 6)
    record_testsuite_property("ten addresses, one account", f"{dict(outcomes)} in {minutes * 60:.1f} s")
    admitted = ACCOUNT.size
    assert admitted <= outcomes["wrong"] <= admitted + minutes * ACCOUNT.per_minute
    assert sign_in(ports[3], "127.0.2.1", "limin", PASSWORD) == "held"
    assert sign_in(ports[0], addresses[0], "zhouhui", PASSWORD) == "entered"
