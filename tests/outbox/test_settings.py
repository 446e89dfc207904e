"""The mail server and the sender, as the environment names them."""

from __future__ import annotations

import pytest

from crm.errors import DomainError
from crm.settings import MailServer, read_settings

FROM = {"CRM_MAIL_FROM": "和安物业 <desk@example.com>"}


@pytest.fixture
def env(tmp_path):
    return {"CRM_DATA_DIR": str(tmp_path / "var")}


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 25, False, "", "")),
        ("smtp://desk%40b.cn:s%2Fecret@mail.example.com:587", ("mail.example.com", 587, False, "desk@b.cn", "s/ecret")),
        ("smtps://desk:secret@[::1]", ("::1", 465, True, "desk", "secret")),
    ],
)  # fmt: skip
def test_an_address_of_a_mail_server(env, url, meant):
    host, port, tls, user, password = meant
    found = read_settings(env | FROM | {"CRM_SMTP_URL": url}).smtp
    assert found == MailServer(host=host, port=port, tls=tls, user=user, password=password)
    assert not password or password not in repr(found)


def test_without_a_mail_server_there_is_none(env):
    settings = read_settings(env)
    assert (settings.smtp, settings.mail_from) == (None, "")


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://host:99999", "smtp://[x"]
)
def test_a_wrong_address_is_named_at_the_start(env, url):
    with pytest.raises(DomainError, match="CRM_SMTP_URL"):
        read_settings(env | FROM | {"CRM_SMTP_URL": url})


@pytest.mark.parametrize("sender", ["", "desk", "和安物业", "李敏@", "desk@example.com\nBcc: x@example.com"])
def test_a_sender_is_needed_and_checked(env, sender):
    with pytest.raises(DomainError, match="CRM_MAIL_FROM"):
        read_settings(env | {"CRM_SMTP_URL": "smtp://mail.example.com", "CRM_MAIL_FROM": sender})
