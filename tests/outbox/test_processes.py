"""Several processes empty one outbox: each mail goes once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from tests.outbox.conftest import SENDER

COUNT, SENDERS = 30, 3
ACTING = """
import sys
from flask import g
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.outbox.service import post, send_due
with create_app().app_context():
    g.actor = system_actor("tests")
"""
WRITE = """
    with unit_of_work():
        for number in range(int(sys.argv[1])):
            post(f"person{number}@example.com", "通知", "请查收。")
"""
SEND = """
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(send_due() for _ in range(3)))
"""


def started(env: dict[str, str], script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ACTING + script, *arguments]
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_each_mail_goes_once(crm, fresh_database, post_office):
    post, server = post_office
    crm("init")
    env = fresh_database | {"CRM_SMTP_URL": f"smtp://{server.host}:{server.port}", "CRM_MAIL_FROM": SENDER}
    written = started(env, WRITE, str(COUNT))
    written.communicate(timeout=60)
    assert written.returncode == 0
    senders = [started(env, SEND) for _ in range(SENDERS)]
    assert [sender.stdout.readline() for sender in senders] == ["ready\n"] * SENDERS
    for sender in senders:  # all begin together
        sender.stdin.write("\n")
        sender.stdin.flush()
    told = [sender.communicate(timeout=60)[0] for sender in senders]
    assert sum(int(count) > 0 for count in told) > 1, "they did not meet"
    assert [sender.returncode for sender in senders] == [0] * SENDERS
    assert sum(int(count) for count in told) == COUNT
    assert Counter(mail["To"] for mail in post.mails) == {f"person{number}@example.com": 1 for number in range(COUNT)}
