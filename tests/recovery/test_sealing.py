"""The container: what comes out is what went in, and every change is found, with a key and without."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.errors import DomainError
from crm.recovery import sealing
from crm.recovery.sealing import SealedReader, SealedWriter, expect_usable, prove

RAW = "0f" * 32
SIGNING = b"s" * 32
SMALL = 64  # bytes between two tags, so that a short file has many


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", SMALL)


def written(path: Path, content: bytes, secret: str) -> Path:
    with path.open("wb") as file:
        writer = SealedWriter(file, secret, SIGNING)
        for start in range(0, len(content), 50):
            writer.write(content[start : start + 50])
        writer.finish()
    return path


def opened(path: Path, secret: str) -> bytes:
    with path.open("rb") as file:
        return io.BufferedReader(SealedReader(file, secret)).read()


def faultless(path: Path, secret: str) -> bool:
    return prove(path, secret, SIGNING).signed


@pytest.mark.parametrize("secret", ["", RAW])
@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 1000])
def test_what_went_in_comes_out(tmp_path: Path, size: int, secret: str) -> None:
    content = bytes(number % 251 for number in range(size))
    path = written(tmp_path / "x", content, secret)
    assert opened(path, secret) == content
    assert faultless(path, secret)
    assert size < SMALL or secret == "" or content not in path.read_bytes()  # a byte may come by chance


def test_a_pass_phrase_opens_what_it_closed(tmp_path: Path) -> None:
    path = written(tmp_path / "x", b"content" * 30, "a pass phrase of some length")
    assert opened(path, "a pass phrase of some length") == b"content" * 30
    assert refused(path, "a pass phrase of some other length")


@pytest.mark.parametrize("secret", ["", RAW])
def test_every_single_byte_counts(tmp_path: Path, secret: str) -> None:
    path = written(tmp_path / "x", b"0123456789" * 40, secret)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(path, secret), place


@pytest.mark.parametrize("secret", ["", RAW])
def test_every_length_but_the_whole_is_refused(tmp_path: Path, secret: str) -> None:
    path = written(tmp_path / "x", b"0123456789" * 40, secret)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert refused(path, secret), length
    path.write_bytes(whole + b"\0")
    assert refused(path, secret)


@pytest.mark.parametrize("secret", ["", RAW])
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_chunks_cannot_be_swapped_doubled_or_left_out(tmp_path: Path, secret: str, data: st.DataObject) -> None:
    path = written(tmp_path / "x", bytes(range(250)) * 2, secret)
    whole = path.read_bytes()
    start, step = whole.index(b"\n") + 1, SMALL + (16 if secret else 32)
    chunks = [whole[place : place + step] for place in range(start, len(whole), step)]
    order = data.draw(st.lists(st.integers(0, len(chunks) - 1), max_size=len(chunks) + 2))
    path.write_bytes(whole[:start] + b"".join(chunks[place] for place in order))
    assert refused(path, secret) == (order != list(range(len(chunks))))


def refused(path: Path, secret: str) -> bool:
    try:
        return not faultless(path, secret)
    except DomainError:
        return True


def test_another_file_s_chunks_do_not_fit(tmp_path: Path) -> None:
    one, other = written(tmp_path / "1", b"a" * 300, RAW), written(tmp_path / "2", b"b" * 300, RAW)
    header = one.read_bytes().index(b"\n") + 1
    one.write_bytes(one.read_bytes()[:header] + other.read_bytes()[header:])
    assert refused(one, RAW)


def test_the_wrong_key_and_none_at_all_are_told_apart(tmp_path: Path) -> None:
    path = written(tmp_path / "x", b"content", RAW)
    with pytest.raises(sealing.Damaged, match="key"):
        prove(path, "1f" * 32, SIGNING)
    with pytest.raises(DomainError, match="CRM_BACKUP_KEY"):
        prove(path, "", SIGNING)


def test_without_a_key_another_installation_s_signature_does_not_pass(tmp_path: Path) -> None:
    path = written(tmp_path / "x", b"content", "")
    assert prove(path, "", SIGNING).signed
    assert not prove(path, "", b"t" * 32).signed


def test_a_file_of_another_kind_is_named_as_such(tmp_path: Path) -> None:
    for content in (b"", b"\n", b"PK\x03\x04", b"[]\n", b'{"yihu_backup": 2, "encrypted": true, "salt": "00"}\n'):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(sealing.Damaged):
            prove(tmp_path / "x", RAW, SIGNING)


def test_a_key_too_short_is_refused_before_anything_is_written() -> None:
    expect_usable("")
    expect_usable("twelve chars")
    with pytest.raises(DomainError, match="CRM_BACKUP_KEY"):
        expect_usable("eleven char")
