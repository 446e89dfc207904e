"""The file a backup is: one header line, then chunks that each carry a tag, so that every change is found.

With a key: AES-256-GCM per chunk, a nonce that counts and marks the last chunk (the STREAM construction), a key of
its own for every file. Without: each tag is the SHA-256 over the tag before and the chunk, and the last tag is
signed with the installation's own key.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from flask_babel import gettext as _

from crm.errors import DomainError

CHUNK = 1 << 20  # bytes of content between two tags
FORMAT = 1
LONGEST_HEADER = 1024  # bytes
SIGNATURE = 32  # bytes, at the end of a file without a key
SHORTEST_PASSPHRASE = 12
RAW_KEY = re.compile(r"[0-9a-fA-F]{64}")
PURPOSE = b"yihu backup"


class Damaged(DomainError):
    """The backup is not what was written: changed, cut off, or the key is another."""


class Seal(Protocol):
    size: int  # bytes a tag takes

    def close(self, chunk: bytes, *, last: bool) -> bytes: ...

    def open(self, block: bytes, *, last: bool) -> bytes:
        """The chunk in the block; raises `Damaged`."""


class Encrypted:
    size = 16

    def __init__(self, key: bytes, header: bytes) -> None:
        self._cipher, self._header, self._count = AESGCM(key), header, 0

    def close(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last=last), chunk, self._header)

    def open(self, block: bytes, *, last: bool) -> bytes:
        first = self._count == 0
        try:
            return self._cipher.decrypt(self._nonce(last=last), block, self._header)
        except InvalidTag as error:
            raise Damaged(_wrong_key() if first else changed()) from error

    def _nonce(self, *, last: bool) -> bytes:
        self._count += 1
        return self._count.to_bytes(11, "big") + bytes([last])


class Digested:
    size = 32

    def __init__(self, header: bytes) -> None:
        self.tag = hashlib.sha256(header).digest()

    def close(self, chunk: bytes, *, last: bool) -> bytes:
        self.tag = hashlib.sha256(self.tag + bytes([last]) + chunk).digest()
        return chunk + self.tag

    def open(self, block: bytes, *, last: bool) -> bytes:
        chunk, tag = block[: -self.size], block[-self.size :]
        self.close(chunk, last=last)
        if tag != self.tag:
            raise Damaged(changed())
        return chunk


class SealedWriter(io.RawIOBase):
    """Takes bytes, writes chunks with their tags; `finish` writes the last one and, without a key, the signature."""

    def __init__(self, file: BinaryIO, secret: str, signing_key: bytes) -> None:
        header = _header(sealed=bool(secret))
        self._file, self._signing_key, self._waiting = file, signing_key, bytearray()
        self._seal = _seal(header, secret)
        file.write(header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._file.write(self._seal.close(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._file.write(self._seal.close(bytes(self._waiting), last=True))
        if isinstance(self._seal, Digested):
            self._file.write(_signature(self._signing_key, self._seal.tag))


class SealedReader(io.RawIOBase):
    """Gives the content back, never a byte of a chunk whose tag does not fit. Raises `Damaged`."""

    def __init__(self, file: BinaryIO, secret: str) -> None:
        header = file.readline(LONGEST_HEADER)
        sealed = _read_header(header)
        if sealed and not secret:
            raise DomainError(_("The backup is encrypted. Set CRM_BACKUP_KEY, or name a file with --key-file."))
        self._file, self._seal = file, _seal(header, secret if sealed else "")
        self._left = os.fstat(file.fileno()).st_size - len(header) - (0 if sealed else SIGNATURE)
        self._chunk, self._last = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._chunk and not self._last:
            self._fetch()
        taken = self._chunk[: len(buffer)]
        self._chunk = self._chunk[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _fetch(self) -> None:
        size = min(self._left, CHUNK + self._seal.size)
        block = self._file.read(size) if size >= self._seal.size else b""
        if len(block) != size or not block:
            raise Damaged(_("The backup is cut off."))
        self._left -= size
        self._last = self._left == 0
        self._chunk = self._seal.open(block, last=self._last)

    def signed_with(self, signing_key: bytes) -> bool:
        """After the last byte: whether this installation wrote it. What opens with the key needs no signature."""
        if not isinstance(self._seal, Digested):
            return True
        return hmac.compare_digest(self._file.read(SIGNATURE), _signature(signing_key, self._seal.tag))


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a whole file showed."""

    size: int  # bytes
    encrypted: bool
    signed: bool  # by the installation whose keys lie here; always so when encrypted


def prove(path: Path, secret: str, signing_key: bytes) -> Proof:
    """Read the file to its end, opening nothing of what it says. Raises `Damaged`."""
    with path.open("rb") as file:
        reader = SealedReader(file, secret)
        buffer = memoryview(bytearray(CHUNK))
        while reader.readinto(buffer):
            pass
        encrypted = isinstance(reader._seal, Encrypted)
        return Proof(os.fstat(file.fileno()).st_size, encrypted, reader.signed_with(signing_key))


def expect_usable(secret: str) -> None:
    """Raise `DomainError` when the key is too short to be one; "" is no key."""
    if secret and len(secret) < SHORTEST_PASSPHRASE:
        raise DomainError(
            _("CRM_BACKUP_KEY must have at least %(count)d characters, or be 64 hex digits.", count=SHORTEST_PASSPHRASE)
        )


def changed() -> str:
    return str(_("The backup was changed or damaged. Nothing was touched. Take another copy of it."))


def _wrong_key() -> str:
    return str(_("The key does not open this backup, or its beginning is damaged. Nothing was touched."))


def _header(*, sealed: bool) -> bytes:
    facts = {"yihu_backup": FORMAT, "encrypted": sealed, "salt": os.urandom(16).hex()}
    return json.dumps(facts).encode() + b"\n"


def _read_header(header: bytes) -> bool:
    """Whether what follows is encrypted."""
    try:
        facts = json.loads(header)
        version, sealed = facts["yihu_backup"], facts["encrypted"]
        bytes.fromhex(facts["salt"])
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(_("This file is no Yihu backup, or its beginning is damaged.")) from error
    if version != FORMAT or not isinstance(sealed, bool) or not header.endswith(b"\n"):
        raise Damaged(_("This file is no Yihu backup that this version can read."))
    return sealed


def _seal(header: bytes, secret: str) -> Seal:
    if not secret:
        return Digested(header)
    return Encrypted(_file_key(secret, bytes.fromhex(json.loads(header)["salt"])), header)


def _file_key(secret: str, salt: bytes) -> bytes:
    """A key of this file alone: from 64 hex digits directly, from a passphrase through scrypt (64 MiB)."""
    if RAW_KEY.fullmatch(secret):
        return HKDF(SHA256(), 32, salt, PURPOSE).derive(bytes.fromhex(secret))
    return Scrypt(salt, 32, n=1 << 16, r=8, p=1).derive(secret.encode())


def _signature(signing_key: bytes, tag: bytes) -> bytes:
    key = hmac.digest(signing_key, PURPOSE, "sha256")
    return hmac.digest(key, tag, "sha256")
