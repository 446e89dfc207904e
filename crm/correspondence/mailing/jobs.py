"""Letters to many in the background: registered in one unit of work, then pressed into one file, in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.correspondence.audience.chosen import restored
from crm.correspondence.letters.models import LetterBatch
from crm.correspondence.mailing import papers, queries, service
from crm.correspondence.mailing.content import Text
from crm.correspondence.mailing.events import LettersToManyPrinted
from crm.correspondence.mailing.service import ToMany
from crm.db import session, unit_of_work
from crm.files import store
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job, JobState
from crm.jobs.printing import as_asked, in_pieces, joined, kept, press
from crm.jobs.queries import find_asked
from crm.web import pdf

PURPOSE = "letters_to_many"
KEY = "to-many-"  # with that of the form
UNDONE = (JobState.failed, JobState.cancelled)
ADDRESS = "/letters/to-many/{}"  # of a batch's page: runners have no request


def ask_make(told: ToMany, root: str = "") -> Job:
    """Register and print; asked twice with one form, it is one job."""
    text = told.text
    payload = {
        "audience": told.audience.plain(),
        "text": {"kind": text.kind, "subject": text.subject, "body": text.body},
        "key": told.key,
        "shown": told.shown,
        "wording_id": told.wording_id,
    }
    title, estate_id = _("Letters to many: %(subject)s", subject=text.subject), told.audience.estate_id
    return jobs.enqueue(MAKE.name, title, payload | _asked(root), key=KEY + told.key, estate_id=estate_id)


def begun(key: str) -> tuple[str, str]:
    """Where to see what a form with this key has brought about, or ""; and the key with which the form goes on.

    Where the job ended without any letter that is another one, and the same however often the form is sent.
    """
    while job := find_asked(KEY + key):
        if job.state not in UNDONE:
            return jobs.address(job), key
        if batch := queries.find_made(key):
            return ADDRESS.format(batch.id), key
        key = f"{key.partition('-')[0]}-{job.id}"
    return "", key


def ask_print(batch: LetterBatch, root: str = "") -> Job:
    title = _("Letters to many: %(subject)s", subject=batch.title)
    return jobs.enqueue(PRINT.name, title, {"batch_id": batch.id} | _asked(root), estate_id=batch.estate_id)


def _asked(root: str) -> Plain:
    return {"root": root or request.url_root, "locale": actor().locale}


def registered(payload: Plain) -> list[Plain]:
    """The letters stand in the register when the first piece is begun; the same unit of work moves the job on."""
    told = ToMany(
        audience=restored(payload["audience"]),
        text=Text(**payload["text"]),
        key=payload["key"],
        shown=payload["shown"],
        wording_id=payload["wording_id"],
    )
    return _pieces(service.make(told).id)


def _pieces(batch_id: int) -> list[Plain]:
    ids = queries.ids_of(batch_id)
    return [part | {"batch_id": batch_id} for part in in_pieces(ids)]


def piece(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins the piece anew."""
    if "made" in step.place:
        return dict(step.place["made"])
    with as_asked(step), pdf.at_length():
        with unit_of_work(writes=False):
            found = queries.contents_of(step.payload["ids"])
        content = press(step, found, lambda row: papers.letter(row.content), papers.STYLE)
    with step.unit():
        upload_id = kept(content, "piece.pdf", PURPOSE)
        made: Plain = {"batch_id": step.payload["batch_id"], "letters": len(found), "upload_id": upload_id}
        step.place = {**step.place, "made": made}
    return made


def put_together(_payload: Plain, results: Sequence[Plain]) -> list[Plain]:
    """One file of all pieces."""
    letters = sum(each["letters"] for each in results)
    return [{"batch_id": results[0]["batch_id"], "letters": letters, "content": joined(results)}]


def printed(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    batch = session().get_one(LetterBatch, made["batch_id"])
    name = f"{batch.title} {made['letters']}.pdf"
    upload = store.keep(made["content"], name, purpose=PURPOSE, estate_id=batch.estate_id)
    record(LettersToManyPrinted(letter_batch_id=batch.id, title=batch.title, letters=made["letters"]))
    return Finished(result={"letters": made["letters"]}, url=ADDRESS.format(batch.id), upload=upload)


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take these letters out of the house."""
    batch = session().get(LetterBatch, payload["batch_id"]) if "batch_id" in payload else None
    estate_id = batch.estate_id if batch else payload.get("audience", {}).get("estate_id")
    return actor().may(Permission.notice_write) and actor().sees(estate_id)


SAME: dict[str, Any] = {
    "work": piece,
    "size": lambda part: len(part["ids"]),
    "gather": put_together,
    "finish": printed,
    "permission": Permission.notice_write,
    "may_fetch": may_fetch,
    "facts": {"letters": _l("Letters")},
}
MAKE = Kind(name="letters.to_many", title=_l("Letters to many"), plan=registered, **SAME)
PRINT = Kind(
    name="letters.print_many",
    title=_l("Print letters to many"),
    plan=lambda payload: _pieces(payload["batch_id"]),
    **SAME,
)
