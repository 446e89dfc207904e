"""Settings: read from the environment once, checked at start, never changed afterwards.

Figures that a company changes (periods, rates, texts) are database rows, not settings.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from crm.errors import DomainError

YEAR = 8760  # hours
SMTP_SCHEMES = {"smtp": (False, 25), "smtps": (True, 465)}
SECRETS = ("session_key", "identity_key", "index_key")
DENGBAO_IDLE = timedelta(minutes=30)
LAST_BACKUP = "last-backup.json"


class PasswordPolicy(StrEnum):
    """Which rules passwords follow; `crm.auth.passwords` holds them."""

    asvs = "asvs"  # long, not known, never expiring
    dengbao = "dengbao"  # 等级保护 2.0: kinds of characters, expiry, history, short idle time


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over; `tls` from the first byte, else as soon as the server offers it."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    data_dir: Path
    database_url: str
    session_key: bytes  # signs the session cookie
    identity_key: bytes  # encrypts ID numbers, 32 bytes
    index_key: bytes  # keys their blind index, 32 bytes
    broker_url: str  # "": crm serve does the background work itself
    timezone: ZoneInfo
    behind_tls: bool
    idle_limit: timedelta
    absolute_limit: timedelta
    heads_dir: Path | None  # a second place for the audit log's exported heads
    password_policy: PasswordPolicy
    smtp: MailServer | None  # without one, mails wait in the outbox
    mail_from: str

    @property
    def last_backup(self) -> Path:
        """The note that `crm backup` leaves: when, and where the file lies."""
        return self.data_dir / LAST_BACKUP

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded SQLite file."""
        return self.database_url.startswith("sqlite")


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Creates the data folder and, once, the keys in it.

    Raises `DomainError` naming the variable when a value cannot be used.
    """
    data_dir = Path(env.get("CRM_DATA_DIR", "var")).resolve()
    _make_folder(data_dir)
    keys = _keys(data_dir / "keys.json")
    policy, idle_limit = _password_policy(env), _hours(env, "CRM_SESSION_IDLE_HOURS", 4)
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(env.get("CRM_DATABASE_URL", ""), data_dir),
        session_key=keys["session_key"],
        identity_key=keys["identity_key"],
        index_key=keys["index_key"],
        broker_url=_broker_url(env.get("CRM_BROKER_URL", "")),
        timezone=_timezone(env.get("CRM_TIMEZONE", "Asia/Shanghai")),
        behind_tls=env.get("CRM_BEHIND_TLS", "") == "1",
        idle_limit=min(idle_limit, DENGBAO_IDLE) if policy is PasswordPolicy.dengbao else idle_limit,
        absolute_limit=_hours(env, "CRM_SESSION_HOURS", 12),
        heads_dir=Path(env["CRM_HEADS_DIR"]).resolve() if env.get("CRM_HEADS_DIR") else None,
        password_policy=policy,
        smtp=_mail_server(env.get("CRM_SMTP_URL", "")),
        mail_from=_mail_from(env),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DomainError(f"CRM_DATA_DIR: {folder} cannot be made: {error.strerror}") from error


def _database_url(url: str, data_dir: Path) -> str:
    url = url or f"sqlite:///{data_dir / 'yihu.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise DomainError("CRM_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return url


def _broker_url(url: str) -> str:
    if url and not url.startswith(("redis://", "rediss://", "amqp://", "amqps://")):
        raise DomainError("CRM_BROKER_URL must begin with redis:// or amqp:// (with TLS rediss:// or amqps://).")
    return url


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise DomainError(f"CRM_TIMEZONE names no time zone: {name}") from error


def _hours(env: Mapping[str, str], name: str, default: int) -> timedelta:
    text = env.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text[:6]) <= YEAR or len(text) > len(str(YEAR)):
        raise DomainError(f"{name} must be a whole number of hours from 1 to {YEAR}: {text}")
    return timedelta(hours=int(text))


def _password_policy(env: Mapping[str, str]) -> PasswordPolicy:
    name = env.get("CRM_PASSWORD_POLICY", PasswordPolicy.asvs)
    try:
        return PasswordPolicy(name)
    except ValueError as error:
        raise DomainError(f"CRM_PASSWORD_POLICY must be {' or '.join(PasswordPolicy)}: {name}") from error


def _mail_server(url: str) -> MailServer | None:
    """smtp://user:password@host:port, or smtps://; account and password as in any address, %40 for @."""
    if not url:
        return None
    wanted = "CRM_SMTP_URL must be smtp://user:password@host:port or smtps://user:password@host:port."
    try:
        parts = urlsplit(url)
        tls, usual_port = SMTP_SCHEMES[parts.scheme]
        port = parts.port or usual_port
    except (KeyError, ValueError) as error:
        raise DomainError(wanted) from error
    if not parts.hostname:
        raise DomainError(wanted)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host=parts.hostname, port=port, tls=tls, user=user, password=password)


def _mail_from(env: Mapping[str, str]) -> str:
    """The sender as it stands in the mails: name@example.com, or 和安物业 <name@example.com>."""
    sender = env.get("CRM_MAIL_FROM", "").strip()
    _name, address = parseaddr(sender)
    if sender and not (address.isascii() and "@" in address.strip("@") and sender.isprintable()):
        raise DomainError(f"CRM_MAIL_FROM must be name@example.com, or a name before <name@example.com>: {sender}")
    if env.get("CRM_SMTP_URL") and not sender:
        raise DomainError("CRM_SMTP_URL is set, so CRM_MAIL_FROM must name the sender.")
    return sender


def _keys(path: Path) -> dict[str, bytes]:
    """The installation's own keys. Whoever loses the file loses the ID numbers: it belongs in every backup."""
    if not path.exists():
        _write_keys_once(path)
    try:
        stored = json.loads(path.read_text())
        return {name: bytes.fromhex(stored[name]) for name in SECRETS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DomainError(
            f"{path} is damaged. Put back the copy from the backup; without it ID numbers are lost."
        ) from error


def _write_keys_once(path: Path) -> None:
    """Link the finished file into place, so that two first starts at once end up with the same keys."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({name: secrets.token_hex(32) for name in SECRETS}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
