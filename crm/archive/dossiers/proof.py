"""Proof on paper: what was printed is kept with its hash, and `/verify` says whether it still holds (decision 022).

A package offers its papers in `papers`, filled in `crm.wiring`: kind -> what the paper would say today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g, url_for
from flask_babel import LazyString
from markupsafe import Markup
from sqlalchemy import Select, func, select

from crm.archive.dossiers.arranging import is_supplement
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.events import ListPrinted
from crm.archive.dossiers.models import IssuedPrint
from crm.archive.numbers.naming import parse
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import insert, session
from crm.web import pdf

SHORT = 12  # digits of the hash on paper
SHORTEST = 8  # digits that may be typed
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`content` is what it would say now, None when its subject is gone; `may_see` asks about the acting person.

    `fields` names what only this paper says, `words` the codes in it: field -> code -> title, or what
    gives the title of a code. `page`: where what it is about stands, for whoever may see it.
    """

    title: str | LazyString
    content: Callable[[int], dict[str, Any] | None]
    may_see: Callable[[int], bool]
    copies: int = 1
    fields: Mapping[str, str | LazyString] = field(default_factory=dict)
    words: Mapping[str, Mapping[Any, Any] | Callable[[str], Any]] = field(default_factory=dict)
    page: Callable[[int], str] | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToIssue:
    """What is about to be printed of a subject."""

    subject_id: int
    number: str
    content: Mapping[str, Any]


def issue(
    kind: str, subject_id: int, number: str, content: Mapping[str, Any], *, dossier_id: int | None = None
) -> IssuedPrint:
    """Keep what is about to be printed; the same content again is the same print, also when two print it at once."""
    wanted = ToIssue(subject_id=subject_id, number=number, content=content)
    [made] = issue_all(kind, [wanted], dossier_id=dossier_id)
    return made


def issue_all(kind: str, wanted: Sequence[ToIssue], *, dossier_id: int | None = None) -> list[IssuedPrint]:
    """Of many subjects, each once, in four statements."""
    if not wanted:
        return []
    last = _last_versions(kind, [each.subject_id for each in wanted])
    rows = [_row(kind, each, last.get(each.subject_id, 0) + 1) for each in wanted]
    kept = insert(IssuedPrint).values(rows).on_conflict_do_nothing(index_elements=[IssuedPrint.hash])
    new = set(session().scalars(kept.returning(IssuedPrint.hash)))
    found = select(IssuedPrint).where(IssuedPrint.hash.in_([row["hash"] for row in rows]))
    by_hash = {made.hash: made for made in session().scalars(found)}
    issued = [by_hash[row["hash"]] for row in rows]
    for made in (each for each in issued if each.hash in new):
        told: dict[str, Any] = {"kind": kind, "number": made.number, "print_version": made.version}
        record(ListPrinted(dossier_id=dossier_id, issued_print_id=made.id, **told))
    return issued


def _row(kind: str, wanted: ToIssue, version: int) -> dict[str, Any]:
    whole = sealed(kind, wanted.subject_id, wanted.content)
    return {
        "kind": kind,
        "subject_id": wanted.subject_id,
        "number": wanted.number,
        "version": version,
        "content": whole,
        "hash": content_hash(whole),
        "printed_by": g.actor.name,
        "printed_at": utc_now(),
    }


def _last_versions(kind: str, subject_ids: Sequence[int]) -> dict[int, int]:
    """Of those that were printed before. Who prints after us waits: two contents never get one version."""
    its = IssuedPrint.kind == kind, IssuedPrint.subject_id.in_(subject_ids)
    session().execute(select(IssuedPrint.id).where(*its).order_by(IssuedPrint.id).with_for_update()).all()
    newest = select(IssuedPrint.subject_id, func.max(IssuedPrint.version)).where(*its).group_by(IssuedPrint.subject_id)
    return {row[0]: row[1] for row in session().execute(newest)}


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
    path: tuple[str, ...]
    printed: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What stands on the paper beside its code; "" and None where only a code was typed."""

    number: str = ""
    version: int | None = None
    copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`state`: current, superseded, altered (number, version or copy are another's), gone, or supplemented: what was
    printed stands, and documents came later. `may_see` says whether content and differences may be shown."""

    state: str
    title: str | LazyString
    printed: IssuedPrint
    differences: Sequence[Difference]
    may_see: bool
    page: str = ""


def verdicts(code: str, claim: Claim = Claim()) -> list[Verdict]:
    """About the paper with this short hash; or, of all with this number, those whose content may be seen."""
    known: dict[tuple[str, int], Any] = {}  # contents are made anew once, however many prints there were
    by_hash = _with_hash(code)
    found = [_verdict(printed, claim, known) for printed in by_hash or _with_number(code)]
    return [verdict for verdict in found if by_hash or verdict.may_see]


def _newest() -> Select[IssuedPrint]:
    return select(IssuedPrint).order_by(IssuedPrint.id.desc()).limit(MOST)


def _with_hash(code: str) -> Sequence[IssuedPrint]:
    typed = "".join(code.split()).lower()
    if not (SHORTEST <= len(typed) <= 64 and set(typed) <= set("0123456789abcdef")):
        return []
    return session().scalars(_newest().where(IssuedPrint.hash.startswith(typed))).all()


def _with_number(code: str) -> Sequence[IssuedPrint]:
    archive_no = parse(code)
    text = archive_no.text if archive_no else code.strip()
    return session().scalars(_newest().where(IssuedPrint.number == text)).all() if text else []


def _verdict(printed: IssuedPrint, claim: Claim, known: dict[tuple[str, int], Any]) -> Verdict:
    paper, subject = papers.get(printed.kind), (printed.kind, printed.subject_id)
    if subject not in known:
        now = paper.content(printed.subject_id) if paper else None
        known[subject] = sealed(*subject, now) if now is not None else None
    found = list(differences(printed.content, known[subject])) if known[subject] is not None else []
    may_see = bool(paper and paper.may_see(printed.subject_id))
    return Verdict(
        state=_altered(printed, claim, paper) or _state(printed, known[subject], found),
        title=paper.title if paper else printed.kind,
        printed=printed,
        differences=found,
        may_see=may_see,
        page=paper.page(printed.subject_id) if may_see and paper and paper.page else "",
    )


def _altered(printed: IssuedPrint, claim: Claim, paper: Paper | None) -> str:
    """What the paper says beside its code belongs to that code, or it was altered."""
    number = claim.number in ("", printed.number)
    version = claim.version in (None, printed.version)
    return "" if number and version and _is_copy(claim.copy, paper.copies if paper else 1) else "altered"


def _state(printed: IssuedPrint, now: Mapping[str, Any] | None, found: Sequence[Difference]) -> str:
    if now is None:
        return "gone"
    if content_hash(dict(now)) == printed.hash:
        return "current"
    came, others = _told_apart(found)
    return "supplemented" if came and all(map(_is_total, others)) else "superseded"


def _is_copy(claimed: str, copies: int) -> bool:
    """ "2-3" is the second of three."""
    return claimed in ("", *(f"{copy}-{copies}" for copy in range(1, copies + 1)))


def _told_apart(found: Sequence[Difference]) -> tuple[list[Difference], list[Difference]]:
    """The lines of supplements that are there only now, and what else differs."""
    came = [each for each in found if each.printed is None and is_supplement(each.path[-1])]
    return came, [each for each in found if each not in came]


def _is_total(difference: Difference) -> bool:
    """It changes with each supplement."""
    return len(difference.path) == 1 and difference.path[0] in ("count", "pages", "sheets", "version")


def differences(before: Any, now: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Where two contents differ; lines are told apart by their code or title."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys((*before, *now)):
            yield from differences(before.get(name), now.get(name), (*path, str(name)))
    elif isinstance(before, list) and isinstance(now, list):
        yield from differences(_by_name(before), _by_name(now), path)
    elif before != now:
        yield Difference(path=path, printed=before, now=now)


def _by_name(entries: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for place, entry in enumerate(entries, start=1):
        name = entry.get("code") or entry.get("title") or place if isinstance(entry, Mapping) else place
        named[str(name) if str(name) not in named else f"{name} ({place})"] = entry
    return named
