"""What lies in a backup: named parts one after the other, each a line with its name and size, then its bytes.

`rows/<table>` (gzip of JSON lines, as often as needed), `file/<sha256>`, `keys.json`, and last `manifest.json`.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crm.recovery.sealing import Damaged, SealedReader, changed

BLOCK = 1 << 20
HEADLINE = re.compile(rb"([a-z0-9_./]{1,200}) ([0-9]{1,15})\n")
MANIFEST, KEYS, ROWS, FILE = "manifest.json", "keys.json", "rows/", "file/"
GZIP = 31  # zlib's word for "with a gzip frame"


@dataclass
class Part:
    """One part; its bytes are read once, in order."""

    name: str
    size: int
    _stream: BinaryIO
    left: int

    def blocks(self) -> Iterator[bytes]:
        while self.left:
            block = self._stream.read(min(self.left, BLOCK))
            if not block:
                raise Damaged(changed())
            self.left -= len(block)
            yield block

    def content(self) -> bytes:
        return b"".join(self.blocks())

    def lines(self) -> bytes:
        """The JSON lines of a part of rows."""
        try:
            return zlib.decompress(self.content(), wbits=GZIP)
        except zlib.error as error:
            raise Damaged(changed()) from error


def put(write: Callable[[bytes], object], name: str, content: bytes) -> None:
    write(f"{name} {len(content)}\n".encode() + content)


def put_lines(write: Callable[[bytes], object], name: str, lines: bytes) -> None:
    squeezed = zlib.compressobj(6, wbits=GZIP)
    put(write, name, squeezed.compress(lines) + squeezed.flush())


def put_file(write: Callable[[bytes], object], name: str, size: int, file: BinaryIO) -> None:
    """Copy `size` bytes of `file`. Raises OSError when it has fewer: what was announced cannot be taken back."""
    write(f"{name} {size}\n".encode())
    while size:
        block = file.read(min(size, BLOCK))
        if not block:
            raise OSError(f"{name} became shorter while it was read")
        write(block)
        size -= len(block)


@contextmanager
def reading(path: Path, secret: str) -> Iterator[Iterator[Part]]:
    """The parts of a backup in their order. What is left unread of one is passed over."""
    with path.open("rb") as file:
        yield _parts(io.BufferedReader(SealedReader(file, secret), BLOCK))


def _parts(stream: BinaryIO) -> Iterator[Part]:
    while headline := stream.readline(256):
        found = HEADLINE.fullmatch(headline)
        if not found:
            raise Damaged(changed())
        size = int(found[2])
        part = Part(found[1].decode(), size, stream, size)
        yield part
        for _rest in part.blocks():
            pass
