"""Letters in bulk, in the background: one file for the printer, made in pieces by several runners; or mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.audit.log import record
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.billing.arrears.dunning.models import Demand
from crm.billing.arrears.letters import papers, queries, service
from crm.billing.arrears.letters.events import DemandsPrinted
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.jobs.printing import AT_ONCE, as_asked, in_pieces, joined, kept, press
from crm.web import pdf

MOST = 2_000  # letters of one file, which the store takes up to 25 MB
PURPOSE = "demands"


def ask_print(ids: Sequence[int], reason: str = "", root: str = "") -> Job:
    """Print these letters into one file. Raises `DomainError` where one was printed before and nobody says why."""
    if len(ids) > MOST:
        raise DomainError(_("At most %(most)s letters go into one file. Narrow the list by a filter.", most=MOST))
    session().execute(select(Demand.id).where(Demand.id.in_(ids)).order_by(Demand.id).with_for_update())
    if not ids:
        raise DomainError(_("There is no letter to be printed."))
    if queries.being_printed(ids):
        raise DomainError(_("These letters are being printed already: see the background work."))
    if refusal := service.print_hindrance(ids, reason):
        raise DomainError(refusal)
    return _enqueued(PRINT, _("%(count)s demand letters", count=len(ids)), ids, root, reason=reason.strip())


def ask_mail(ids: Sequence[int], root: str = "") -> Job:
    """Send these letters by e-mail, each once however often it is asked for."""
    return _enqueued(MAIL, _("%(count)s demand letters by e-mail", count=len(ids)), ids, root)


def _enqueued(kind: Kind, title: str, ids: Sequence[int], root: str, **more: Any) -> Job:
    payload = {"ids": list(ids), "root": root or request.url_root, "locale": actor().locale, **more}
    return jobs.enqueue(kind.name, title, payload, estate_id=actor().estate_id)


def pieces(payload: Plain) -> list[Plain]:
    return in_pieces(payload["ids"])


def print_piece(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins the piece anew."""
    if "made" in step.place:
        return dict(step.place["made"])
    with as_asked(step), pdf.at_length():
        with step.unit():
            told = papers.marked(queries.to_print(step.payload["ids"]))
            before = queries.printed_before(step.payload["ids"])
            step.expect(len(told))
        content = _pressed(step, told, before)
    with step.unit():
        made: Plain = {"ids": [each.demand_id for each in told], "upload_id": kept(content, "piece.pdf", PURPOSE)}
        step.place = {**step.place, "made": made}
    return made


def _pressed(step: Step, told: Sequence[papers.Marked], before: set[int]) -> bytes:
    again = papers.Again(by=actor().name, on=business_day(), reason=step.job_payload["reason"])

    def page(each: papers.Marked) -> str:
        return papers.letter(each, again if each.demand_id in before else None)

    return press(step, told, page, papers.STYLE)


def put_together(_payload: Plain, results: Sequence[Plain]) -> list[Plain]:
    """One file of all pieces."""
    made = [each for each in results if each["upload_id"]]
    if not made:
        raise DomainError(_("None of these letters stands any more: there is nothing to print."))
    return [{"ids": [demand_id for each in made for demand_id in each["ids"]], "content": joined(made)}]


def printed(payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    ids = made["ids"]
    service.note_prints(ids, payload["reason"])
    first, last = (queries.get_demand(demand_id).number.text for demand_id in (ids[0], ids[-1]))
    record(DemandsPrinted(letters=len(ids), first=first, last=last, reason=payload["reason"]))
    upload_id = kept(made["content"], f"{_('Demand letters')} {len(ids)}.pdf", PURPOSE)
    return Finished(result={"letters": len(ids)}, upload=session().get_one(Upload, upload_id))


def mail_piece(step: Step) -> Plain:
    """Each letter as a file of its own; whoever goes on after a killed runner finds the mails that were written."""
    ids, at = step.payload["ids"], step.place.get("at", 0)
    with as_asked(step), pdf.at_length():
        for start in range(at, len(ids), AT_ONCE):
            _mail(step, ids[start : start + AT_ONCE])
    return {"posted": step.place.get("posted", 0), "asked": len(ids)}


def _mail(step: Step, ids: Sequence[int]) -> None:
    with step.unit():
        known = queries.mailed(ids)
        demands = [
            each for each in queries.with_customers(ids) if not service.mail_hindrance(each) and each.id not in known
        ]
        told = papers.marked(demands)
    pressed = [pdf.press(papers.letter(each), papers.STYLE) for each in told]
    with step.unit(done=len(ids)):
        posted = [_post(each.demand_id, content) for each, content in zip(told, pressed, strict=True)]
        place = step.place
        step.place = {"at": place.get("at", 0) + len(ids), "posted": place.get("posted", 0) + sum(posted)}


def _post(demand_id: int, content: bytes) -> bool:
    [demand] = queries.with_customers([demand_id])
    name = f"{demand.content['subject']} {demand.number.text}.pdf"
    upload = store.keep(content, name, purpose=PURPOSE, estate_id=demand.estate_id)
    return service.post_demand(demand, upload) is not None


def mailed(_payload: Plain, results: Iterator[Plain]) -> Finished:
    made = list(results)
    posted = sum(each["posted"] for each in made)
    return Finished(result={"mails": posted, "not_mailed": sum(each["asked"] for each in made) - posted})


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take every one of these letters out of the house."""
    seen = select(func.count(Demand.id)).where(Demand.id.in_(payload["ids"]), within(Demand.estate_id))
    return actor().may(Permission.arrears_review) and session().scalar(seen) == len(payload["ids"])


SAME: dict[str, Any] = {
    "plan": pieces,
    "size": lambda piece: len(piece["ids"]),
    "permission": Permission.arrears_review,
    "may_fetch": may_fetch,
}
PRINT = Kind(
    name=queries.PRINT_KIND,
    title=_l("Print demand letters"),
    work=print_piece,
    gather=put_together,
    finish=printed,
    facts={"letters": _l("Letters")},
    **SAME,
)
MAIL = Kind(
    name="arrears.mails",
    title=_l("Send demand letters by e-mail"),
    work=mail_piece,
    finish=mailed,
    facts={"mails": _l("Mails written"), "not_mailed": _l("Not sent: no address, void, or sent before")},
    **SAME,
)
