"""Proof on paper: what was printed is kept with its hash, and `/verify` says whether it still holds (decision 022).

A package offers its papers in `papers`, filled in `crm.wiring`: kind -> what the paper would say today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import LazyString
from markupsafe import Markup
from sqlalchemy import func, select

from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.events import ListPrinted
from crm.archive.dossiers.models import IssuedPrint
from crm.archive.numbers.naming import parse
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.web import pdf

SHORT = 12  # digits of the hash on paper
SHORTEST = 8  # digits that may be typed
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`content` is what it would say now, None when its subject is gone; `may_see` asks about the acting person."""

    title: str | LazyString
    content: Callable[[int], dict[str, Any] | None]
    may_see: Callable[[int], bool]


papers: dict[str, Paper] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands on the paper beside its text: 第 `copy` 份/共 `copies` 份."""

    number: str
    version: int
    short_hash: str
    copy: int
    copies: int
    code: Markup  # the QR


def issue(
    kind: str, subject_id: int, number: str, content: Mapping[str, Any], *, dossier_id: int | None = None
) -> IssuedPrint:
    """Keep what is about to be printed; the same content again is the same print."""
    whole = sealed(kind, subject_id, content)
    digest = content_hash(whole)
    known = session().scalars(select(IssuedPrint).filter_by(hash=digest)).one_or_none()
    if known:
        return known
    same = select(func.max(IssuedPrint.version)).filter_by(kind=kind, subject_id=subject_id)
    made = IssuedPrint(
        kind=kind,
        subject_id=subject_id,
        number=number,
        version=(session().scalar(same) or 0) + 1,
        content=whole,
        hash=digest,
        printed_by=g.actor.name,
        printed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(
        ListPrinted(
            dossier_id=dossier_id, issued_print_id=made.id, kind=kind, number=number, print_version=made.version
        )
    )
    return made


def sealed(kind: str, subject_id: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """Two papers never have one hash, though they say the same."""
    return {"paper": kind, "subject": subject_id, **content}


def mark(printed: IssuedPrint, copy: int = 1, copies: int = 1) -> Mark:
    short = printed.hash[:SHORT]
    address = url_for(
        "verify.verify", h=short, n=printed.number, v=printed.version, c=f"{copy}-{copies}", _external=True
    )
    return Mark(
        number=printed.number,
        version=printed.version,
        short_hash=short,
        copy=copy,
        copies=copies,
        code=pdf.qr(address),
    )


# Verifying


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    what: str
    printed: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`state`: current, superseded, altered (the paper's number or version is another's) or gone."""

    state: str
    title: str | LazyString
    printed: IssuedPrint
    printed_at: datetime
    differences: Sequence[Difference]
    may_see: bool


def verdicts(code: str, number: str = "", version: int | None = None) -> list[Verdict]:
    """About the paper with this short hash, or all with this number; nothing when it is unknown."""
    return [_verdict(printed, number, version) for printed in _prints(code)]


def _prints(code: str) -> Sequence[IssuedPrint]:
    typed = "".join(code.split()).lower()
    newest = select(IssuedPrint).order_by(IssuedPrint.id.desc()).limit(MOST)
    if SHORTEST <= len(typed) <= 64 and set(typed) <= set("0123456789abcdef"):
        found = session().scalars(newest.where(IssuedPrint.hash.startswith(typed))).all()
        if found:
            return found
    archive_no = parse(code)
    text = archive_no.text if archive_no else code.strip()
    return session().scalars(newest.where(IssuedPrint.number == text)).all() if text else []


def _verdict(printed: IssuedPrint, number: str, version: int | None) -> Verdict:
    paper = papers.get(printed.kind)
    may_see = bool(paper and paper.may_see(printed.subject_id))
    now = paper.content(printed.subject_id) if paper else None
    whole = sealed(printed.kind, printed.subject_id, now) if now is not None else None
    return Verdict(
        state=_state(printed, whole, number, version),
        title=paper.title if paper else printed.kind,
        printed=printed,
        printed_at=printed.printed_at,
        differences=list(differences(printed.content, whole)) if whole is not None and may_see else [],
        may_see=may_see,
    )


def _state(printed: IssuedPrint, whole: Mapping[str, Any] | None, number: str, version: int | None) -> str:
    if (number and number != printed.number) or (version is not None and version != printed.version):
        return "altered"
    if whole is None:
        return "gone"
    return "current" if content_hash(dict(whole)) == printed.hash else "superseded"


def differences(before: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Where two contents differ; lines are told apart by their code or title."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys((*before, *now)):
            yield from differences(before.get(name), now.get(name), f"{path} · {name}" if path else str(name))
    elif isinstance(before, list) and isinstance(now, list):
        yield from differences(_by_name(before), _by_name(now), path)
    elif before != now:
        yield Difference(what=path, printed=_text(before), now=_text(now))


def _by_name(entries: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for place, entry in enumerate(entries, start=1):
        name = entry.get("code") or entry.get("title") or place if isinstance(entry, Mapping) else place
        named[str(name) if str(name) not in named else f"{name} ({place})"] = entry
    return named


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return " · ".join(str(each) for each in value.values() if each not in (None, "", [], {}))
    return "" if value is None else str(value)
