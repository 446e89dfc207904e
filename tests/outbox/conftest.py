"""A real mail server on the loopback, as strict or as broken as a test wants it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Lock
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask

from crm.settings import MailServer

SENDER = "和安物业 <desk@example.com>"


@dataclass
class Post:
    """What arrived; `answer` and `answer_recipient` say what the server replies, "" takes the mail."""

    arrived: list[bytes] = field(default_factory=list)
    answer: Callable[[Envelope], str] = lambda _envelope: ""
    answer_recipient: Callable[[str], str] = lambda _address: ""
    lock: Any = field(default_factory=Lock)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if refusal := self.answer_recipient(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if refusal := self.answer(envelope):
            return refusal
        with self.lock:
            self.arrived.append(envelope.content)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(each, policy=default) for each in self.arrived]  # type: ignore[misc]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def post_office() -> Iterator[tuple[Post, MailServer]]:
    post, port = Post(), free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    yield post, MailServer(host="127.0.0.1", port=port, tls=False, user="", password="")
    controller.stop()


@pytest.fixture
def mail(app: Flask, post_office: tuple[Post, MailServer]) -> Iterator[Post]:
    """The application sends to the server of this test."""
    post, server = post_office
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp=server, mail_from=SENDER)
    yield post
    app.config["SETTINGS"] = settings
