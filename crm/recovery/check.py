"""Proving a backup to itself before anything is touched: every tag, every row's hash, every file's hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from crm import schema
from crm.errors import DomainError
from crm.recovery import backup, manifest, parts, sealing
from crm.recovery.manifest import Manifest
from crm.recovery.parts import Part
from crm.recovery.sealing import Damaged, changed
from crm.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup whose every byte was read and found to be what its manifest says."""

    path: Path
    secret: str
    size: int  # bytes
    manifest: Manifest
    keys_fit: bool  # ID numbers can be read after restoring: the keys are in it, or lie here already


def check(path: Path, secret: str, settings: Settings, *, unsigned: bool = False) -> Checked:
    """Read all of it and touch nothing. Raises `DomainError`, mostly `Damaged`, saying what is wrong and what to do."""
    try:
        proof = sealing.prove(path, secret, settings.index_key)
        if not proof.signed and not unsigned:
            raise DomainError(_unsigned())
        found = _contents(path, secret)
    except OSError as error:
        raise DomainError(_("%(file)s cannot be opened: %(reason)s", file=path, reason=error.strerror)) from error
    if not schema.knows(found.schema):
        raise DomainError(_newer(found))
    keys_fit = found.keys_included or found.keys == backup.fingerprint(settings)
    return Checked(path, secret, proof.size, found, keys_fit)


def _unsigned() -> str:
    return str(
        _(
            "This backup is not encrypted and was not signed with the keys that lie here, so nobody can tell whether "
            "it was altered. Put the installation's own keys.json into the data folder, or say --unsigned if you "
            "know where the file has been."
        )
    )


def _newer(found: Manifest) -> str:
    text = _(
        "The backup was made by version %(product)s, whose database (%(revision)s) this version does not know. "
        "Install that version or a newer one.",
        product=found.product,
        revision=found.schema,
    )
    return str(text)


@dataclass
class _Contents:
    """What was met on the way through the parts."""

    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, Any] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    keys: bool = False
    manifest: Manifest | None = None

    def take(self, part: Part) -> None:
        if self.manifest is not None:
            raise Damaged(changed())
        if part.name == parts.MANIFEST:
            self.manifest = manifest.read_manifest(part.content())
        elif part.name == parts.KEYS:
            self.keys = True
        elif part.name.startswith(parts.ROWS):
            self._take_rows(part)
        elif part.name.startswith(parts.FILE):
            self._take_file(part)
        else:
            raise Damaged(changed())

    def _take_rows(self, part: Part) -> None:
        table, lines = part.name.removeprefix(parts.ROWS), part.lines()
        self.rows[table] = self.rows.get(table, 0) + lines.count(b"\n")
        self.digests.setdefault(table, hashlib.sha256()).update(lines)

    def _take_file(self, part: Part) -> None:
        digest, name = hashlib.sha256(), part.name.removeprefix(parts.FILE)
        for block in part.blocks():
            digest.update(block)
        if digest.hexdigest() != name or name in self.files:
            raise Damaged(changed())
        self.files[name] = part.size

    def proven(self) -> Manifest:
        """The manifest, when everything met is what it says."""
        said = self.manifest
        if said is None or said.files != self.files or said.keys_included != self.keys:
            raise Damaged(changed())
        met = {name: (self.rows[name], self.digests[name].hexdigest()) for name in self.rows}
        if met != {name: (facts["rows"], facts["sha256"]) for name, facts in said.tables.items()}:
            raise Damaged(changed())
        return said


def _contents(path: Path, secret: str) -> Manifest:
    contents = _Contents()
    with parts.reading(path, secret) as found:
        for part in found:
            contents.take(part)
    return contents.proven()
