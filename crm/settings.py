"""Settings: read from the environment once, checked at start, never changed afterwards.

Figures that a company changes (periods, rates, texts) are database rows, not settings.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crm.errors import DomainError

YEAR = 8760  # hours
SECRETS = ("session_key", "identity_key", "index_key")


@dataclass(frozen=True, kw_only=True)
class Settings:
    data_dir: Path
    database_url: str
    session_key: bytes  # signs the session cookie
    identity_key: bytes  # encrypts ID numbers, 32 bytes
    index_key: bytes  # keys their blind index, 32 bytes
    timezone: ZoneInfo
    behind_tls: bool
    idle_limit: timedelta
    absolute_limit: timedelta

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
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(env.get("CRM_DATABASE_URL", ""), data_dir),
        session_key=keys["session_key"],
        identity_key=keys["identity_key"],
        index_key=keys["index_key"],
        timezone=_timezone(env.get("CRM_TIMEZONE", "Asia/Shanghai")),
        behind_tls=env.get("CRM_BEHIND_TLS", "") == "1",
        idle_limit=_hours(env, "CRM_SESSION_IDLE_HOURS", 4),
        absolute_limit=_hours(env, "CRM_SESSION_HOURS", 12),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DomainError(f"CRM_DATA_DIR: {folder} cannot be made: {error.strerror}") from error


def _database_url(url: str, data_dir: Path) -> str:
    url = url or f"sqlite:///{data_dir / 'yihu.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise DomainError("CRM_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
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
