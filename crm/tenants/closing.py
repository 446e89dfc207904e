"""What is closed goes into the dossiers of the customers it is about: pressed and filed by a background job.

A feature says how its paper is made and what follows (`crm.wiring` fills `closed`). Whoever closed the thing is who
files it. Clauses P-04, P-12, P-13, P-15.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import has_request_context, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.service import DocumentFacts, file_document, is_filed
from crm.audit.log import record
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files import store
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.jobs.printing import as_asked, in_pieces
from crm.tenants.events import PaperFiled
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer

PURPOSE = "dossier"
PIECE = 20  # things of one chunk
TOLD = 5  # refusals that are told of many
CHINESE = "zh_CN"  # as all papers
NO_REQUEST = "http://localhost/"  # the address in a paper's code where nobody asked through a browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`slot` of the customers' checklist, `customer_ids` into whose dossiers; `content`: PDF."""

    slot: str
    title: str
    number: str
    day: date
    estate_id: int
    customer_ids: Collection[int]
    content: bytes


def _nothing_follows(_thing_id: int) -> None:
    """Filing was told when it was asked for."""


@dataclass(frozen=True, slots=True)
class Closed:
    """`paper(id)` is made in Chinese inside a request; `filed(id)` follows in the unit of work that files it."""

    paper: Callable[[int], Paper]
    filed: Callable[[int], object] = _nothing_follows


closed: dict[str, Closed] = {}  # kind of thing -> how it is filed


def file_soon(kind: str, thing_id: int, number: str, estate_id: int) -> Job:
    """Asked again it is done again, and changes nothing: a source is filed once."""
    return jobs.enqueue(FILE.name, number, {"kind": kind, "id": thing_id, "root": _root()}, estate_id=estate_id)


def file_all_soon(kind: str, ids: Sequence[int], title: str, estate_id: int) -> Job:
    """The same of many things at once, in pieces; a piece that is begun anew files nothing twice.

    What cannot be filed keeps nothing else out: the work does the rest, says so, and can be asked for again.
    """
    payload = {"kind": kind, "ids": list(ids), "root": _root()}
    return jobs.enqueue(FILE_ALL.name, title, payload, estate_id=estate_id)


def _root() -> str:
    return request.url_root if has_request_context() else NO_REQUEST


def _press_and_file(step: Step) -> Plain:
    with as_asked(step, CHINESE):
        _close(step, step.job_payload["id"])
    return {}


def _press_and_file_all(step: Step) -> Plain:
    ids, at = step.payload["ids"], step.place.get("at", 0)
    with as_asked(step, CHINESE):
        for place, thing_id in enumerate(ids[at:], start=at + 1):
            told = step.place.get("refused", [])
            try:
                _close(step, thing_id, done=1, place={"at": place, "refused": told})
            except DomainError as refusal:
                with step.unit(done=1):
                    step.place = {"at": place, "refused": [*told, str(refusal)]}
    refused = step.place.get("refused", [])
    return {"filed": len(ids) - len(refused), "refused": refused}


def _close(step: Step, thing_id: int, done: int = 0, place: Plain | None = None) -> None:
    kind = step.job_payload["kind"]
    with unit_of_work(writes=False):
        paper = closed[kind].paper(thing_id)
    with step.unit(done=done):
        _file(kind, thing_id, paper)
        closed[kind].filed(thing_id)
        if place is not None:
            step.place = place


def _file(kind: str, thing_id: int, paper: Paper) -> None:
    """Into each dossier once, and told once, however often it is done."""
    facts = None
    for customer_id in sorted(paper.customer_ids):
        try:
            if is_filed(SUBJECT, customer_id, kind, thing_id):
                continue
            facts = facts or _facts(kind, thing_id, paper)
            item = file_document(SUBJECT, customer_id, paper.slot, facts)
        except DomainError as refusal:
            name = session().get_one(Customer, customer_id).name
            raise DomainError(_("Dossier of %(name)s: %(reason)s", name=name, reason=refusal)) from refusal
        record(PaperFiled(customer_id=customer_id, item_id=item.id, title=paper.title, number=paper.number))


def _facts(kind: str, thing_id: int, paper: Paper) -> DocumentFacts:
    upload = store.keep(paper.content, f"{paper.number}.pdf", purpose=PURPOSE, estate_id=paper.estate_id)
    return DocumentFacts(
        title=paper.title,
        date=paper.day,
        doc_no=paper.number,
        upload_id=upload.id,
        source_kind=kind,
        source_id=thing_id,
    )


FILE = Kind(
    name="tenants.file",
    title=_l("File a paper into the customer's dossier"),
    work=_press_and_file,
    repeatable=True,
)


def _pieces(payload: Plain) -> list[Plain]:
    return in_pieces(payload["ids"], PIECE)


def _counted(_payload: Plain, results: Iterator[Plain]) -> Finished:
    """Raises `DomainError` where something could not be filed; what was filed stays."""
    done = list(results)
    filed, refused = sum(each["filed"] for each in done), [words for each in done for words in each["refused"]]
    if refused:
        told = {"filed": filed, "count": len(refused), "first": " · ".join(refused[:TOLD])}
        raise DomainError(_("%(filed)s papers are filed, %(count)s could not be: %(first)s", **told))
    return Finished(result={"filed": filed})


FILE_ALL = Kind(
    name="tenants.file_all",
    title=_l("File papers into the customers' dossiers"),
    work=_press_and_file_all,
    plan=_pieces,
    size=lambda piece: len(piece["ids"]),
    finish=_counted,
    facts={"filed": _l("Papers filed")},
    repeatable=True,
)
