"""The manifest: what a backup holds and by what it is proven. The last part of the file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from flask_babel import gettext as _

from crm.dates import utc_now
from crm.recovery.sealing import Damaged, changed


@dataclass(frozen=True, slots=True)
class Chain:
    """The audit log's length and last hash."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    product: str  # version that wrote it
    schema: str  # migration revision
    engine: str
    created_at: str  # ISO 8601, UTC
    tables: dict[str, dict[str, Any]]  # name -> columns, rows, sha256 of the lines, sums
    files: dict[str, int]  # sha256 -> bytes
    missing_files: list[str]  # named by the database, gone or changed on disk when the backup was made
    chain: Chain
    keys: str  # fingerprint of the keys that ID numbers are sealed with
    keys_included: bool

    @property
    def rows(self) -> int:
        return sum(int(facts["rows"]) for facts in self.tables.values())

    @property
    def bytes_of_files(self) -> int:
        return sum(self.files.values())

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """Raises `Damaged` when it is none."""
    try:
        facts = json.loads(content)
        return Manifest(**facts | {"chain": Chain(**facts["chain"])})
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(changed()) from error


def product_version() -> str:
    return version("yihu")


def now() -> str:
    return utc_now().isoformat(timespec="seconds")


def fingerprint(*keys: bytes) -> str:
    """Tells one set of random keys from another without giving them away."""
    return hashlib.sha256(b"yihu keys" + b"".join(keys)).hexdigest()


def differences(wanted: Manifest, found: dict[str, dict[str, Any]]) -> list[str]:
    """What keeps the tables found from being the manifest's, in the user's language; [] proves them equal."""
    here, there = found.keys(), wanted.tables.keys()
    absent = [str(_("table %(table)s: missing", table=name)) for name in sorted(there - here)]
    added = [str(_("table %(table)s: not in the backup", table=name)) for name in sorted(here - there)]
    common = ((name, wanted.tables[name], found[name]) for name in sorted(there & here))
    return [*absent, *added, *(_difference(name, said, met) for name, said, met in common if said != met)]


def _difference(name: str, said: dict[str, Any], met: dict[str, Any]) -> str:
    if said["rows"] == met["rows"]:
        return str(_("table %(table)s: as many rows, other contents", table=name))
    counts = {"said": said["rows"], "met": met["rows"]}
    return str(_("table %(table)s: %(said)d rows in the backup, %(met)d here", table=name, **counts))
