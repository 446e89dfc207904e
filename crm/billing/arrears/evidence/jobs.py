"""Making a pack in the background, in the name and with the rights of whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh

from crm.auth.permissions import Permission
from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.cases.queries import get_case
from crm.billing.arrears.evidence import binding, papers, service
from crm.billing.arrears.evidence.binding import Piece
from crm.billing.arrears.evidence.papers import Cover
from crm.billing.arrears.evidence.reports.claim import claim_of
from crm.billing.arrears.evidence.reports.pack import collect
from crm.billing.arrears.evidence.service import Bound
from crm.dates import business_day
from crm.db import unit_of_work
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.tenants.models import Customer
from crm.web import pdf

ADDRESS = "/arrears/evidence/customers/{}"  # of a customer's packs; a job has no request to make it from


def ask(customer: Customer, case: LegalCase | None, reason: str, key: str) -> Job:
    """Asking twice with one key is asking once. Raises `DomainError` when nothing is claimed."""
    claim_of(customer, business_day(), case)
    payload = {
        "customer_id": customer.id,
        "case_id": case.id if case else None,
        "day": business_day().isoformat(),
        "reason": reason,
        "root": request.url_root,
        "locale": g.actor.locale,
    }
    title = _("Evidence pack of %(name)s", name=customer.name)
    return jobs.enqueue(PACK.name, title, payload, key=f"evidence {key}", estate_id=customer.estate_id)


def make(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins anew: nothing was stored before the end."""
    if "made" in step.place:
        return dict(step.place["made"])
    payload = step.job_payload
    g.actor = replace(g.actor, locale=payload["locale"])
    refresh()
    with TemporaryDirectory(prefix="evidence-") as name:
        with current_app.test_request_context(base_url=payload["root"]):
            bound = _bound(step, Path(name))
        with step.unit(done=1):
            made = service.keep(payload["customer_id"], payload["case_id"], bound)
            place = {"evidence_pack_id": made.id, "pages": made.pages, "customer_id": made.customer_id}
            step.place = {"made": place}
    return place


def _bound(step: Step, folder: Path) -> Bound:
    """The file of this moment, part after part: what is pressed lies on disk until all of it is bound."""
    payload = step.job_payload
    with unit_of_work(writes=False):
        case = get_case(payload["case_id"]) if payload["case_id"] else None
        pack = collect(payload["customer_id"], date.fromisoformat(payload["day"]), case)
        cover = papers.cover_of(pack)
        written = {number: papers.part_html(pack, number) for number in papers.PARTS}
    with step.unit():
        step.expect(len(written) + 2)
        letters = papers.letters_as_sent(cover.letters)
    pieces = [*_parts(step, written, folder), *papers.letters_as_pieces(letters, folder)]
    with unit_of_work(writes=False):
        pieces += papers.scans_as_pieces(cover.scans, folder)
    pieces.sort(key=lambda piece: piece.part)  # scans behind their part
    with step.unit(done=1):
        pass
    content, pages = _file(cover, pieces, folder / "pack.pdf")
    return Bound(
        content=content,
        pages=pages,
        missing=len(cover.missing),
        day=cover.day,
        claimed=cover.total,
        reason=payload["reason"],
    )


def _parts(step: Step, written: dict[int, str], folder: Path) -> list[Piece]:
    pieces = []
    for number, html in written.items():
        path = folder / f"part-{number}.pdf"
        path.write_bytes(pdf.press(html))
        title = papers.part_title(number)
        pieces.append(Piece(part=number, title=title, path=path, pages=binding.page_count(path)))
        with step.unit(done=1):
            pass
    return pieces


def _file(cover: Cover, pieces: list[Piece], path: Path) -> tuple[bytes, int]:
    front, lines = binding.indexed(pieces, lambda entries: papers.index_pdf(cover, entries))
    front_pages = lines[0].page - 1
    stamps = papers.stamps_pdf(cover, front_pages, lines)
    with path.open("wb") as out:
        pages = binding.bind(front, pieces, stamps, out)
    return path.read_bytes(), pages


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    """The file is fetched from the customer's packs alone, where that is noted."""
    [made] = results
    return Finished(result={"pages": made["pages"]}, url=ADDRESS.format(made["customer_id"]))


PACK = Kind(
    name="arrears.evidence",
    title=_l("Make an evidence pack"),
    work=make,
    finish=finish,
    permission=Permission.arrears_review,
    facts={"pages": _l("Page count")},
)
