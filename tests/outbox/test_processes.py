"""Several processes empty one outbox: each mail goes once."""

from __future__ import annotations

from collections import Counter

from tests.jobs.test_racing import until
from tests.outbox.conftest import SENDER

COUNT, SENDERS = 30, 3
RACING = "tests.outbox.racing"


def test_each_mail_goes_once(commands, installation, post_office):
    post, server = post_office
    env = installation | {"CRM_SMTP_URL": f"smtp://{server.host}:{server.port}", "CRM_MAIL_FROM": SENDER}
    assert commands.start(["write", str(COUNT)], env, module=RACING).wait() == 0
    senders = [commands.start(["send"], env, module=RACING) for _ in range(SENDERS)]
    until(lambda: all("ready" in sender.out() for sender in senders))
    for sender in senders:  # all begin together
        sender.stdin.close()
    told = [sender.communicate()[0].removeprefix("ready\n") for sender in senders]
    assert sum(int(count) > 0 for count in told) > 1, "they did not meet"
    assert [sender.returncode for sender in senders] == [0] * SENDERS
    assert sum(int(count) for count in told) == COUNT
    assert Counter(mail["To"] for mail in post.mails) == {f"person{number}@example.com": 1 for number in range(COUNT)}
