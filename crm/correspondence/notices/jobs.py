"""A notice to many households in the background: one file for the printer, made in pieces; or mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from crm.audit.log import record
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.correspondence.notices import papers, queries
from crm.correspondence.notices.events import NoticePrinted
from crm.correspondence.notices.models import Notice, NoticeHousehold, NoticeState
from crm.correspondence.notices.service.mailing import mail_hindrance, post_notice
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.jobs.printing import AT_ONCE, as_asked, in_pieces, joined, kept, press
from crm.web import pdf

MOST = 3_000  # households of one file, which the store takes up to 25 MB
PURPOSE = "notices"


def ask_print(ids: Sequence[int], root: str = "") -> Job:
    """Print the notices of these households into one file, in the order of the units."""
    if len(ids) > MOST:
        raise DomainError(_("At most %(most)s households go into one file. Narrow the list by a filter.", most=MOST))
    if not ids:
        raise DomainError(_("There is no household to print for."))
    if queries.being_printed(ids):
        raise DomainError(_("These notices are being printed already: see the background work."))
    return _enqueued(PRINT, _("Notice to %(count)s households", count=len(ids)), ids, root)


def ask_mail(ids: Sequence[int], root: str = "") -> Job:
    """Send it to those who have an address, each once however often it is asked for."""
    return _enqueued(MAIL, _("Notice to %(count)s households by e-mail", count=len(ids)), ids, root)


def _enqueued(kind: Kind, title: str, ids: Sequence[int], root: str) -> Job:
    payload = {"ids": list(ids), "root": root or request.url_root, "locale": actor().locale}
    return jobs.enqueue(kind.name, title, payload, estate_id=actor().estate_id)


def pieces(payload: Plain) -> list[Plain]:
    """In the order of notices and units, whatever the list was sorted by."""
    order = NoticeHousehold.notice_id, NoticeHousehold.position
    ids = list(
        session().scalars(queries.running(payload["ids"]).with_only_columns(NoticeHousehold.id).order_by(*order))
    )
    return in_pieces(ids)


def print_piece(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins the piece anew."""
    if "made" in step.place:
        return dict(step.place["made"])
    with as_asked(step), pdf.at_length():
        with unit_of_work(writes=False):
            households = [each for each in queries.households_of(step.payload["ids"]) if _runs(each)]
            pages = [papers.household_paper(each) for each in households]
        with step.unit():
            step.expect(len(pages))
        content = press(step, pages, str, papers.STYLE)
    with step.unit():
        made: Plain = {"ids": [each.id for each in households], "upload_id": kept(content, "piece.pdf", PURPOSE)}
        step.place = {**step.place, "made": made}
    return made


def _runs(household: NoticeHousehold) -> bool:
    return household.notice.state is NoticeState.issued


def put_together(_payload: Plain, results: Sequence[Plain]) -> list[Plain]:
    """One file of all pieces."""
    made = [each for each in results if each["upload_id"]]
    if not made:
        raise DomainError(_("None of these notices runs any more: there is nothing to print."))
    return [{"ids": [key for each in made for key in each["ids"]], "content": joined(made)}]


def printed(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    ids = made["ids"]
    marked = update(NoticeHousehold).where(NoticeHousehold.id.in_(ids)).values(printed_at=utc_now())
    session().execute(marked.execution_options(synchronize_session=False))
    _tell(ids)
    upload_id = kept(made["content"], f"{_('Notices to households')} {len(ids)}.pdf", PURPOSE)
    return Finished(result={"households": len(ids)}, upload=session().get_one(Upload, upload_id))


def _tell(ids: Sequence[int]) -> None:
    counted = select(Notice.id, Notice.number, func.count().label("households")).join(
        NoticeHousehold, NoticeHousehold.notice_id == Notice.id
    )
    grouped = counted.where(NoticeHousehold.id.in_(ids)).group_by(Notice.id, Notice.number).order_by(Notice.id)
    for row in session().execute(grouped):
        record(NoticePrinted(household_notice_id=row.id, number=row.number or "", households=row.households))


def mail_piece(step: Step) -> Plain:
    """Whoever goes on after a killed runner finds the mails that were written."""
    ids, at = step.payload["ids"], step.place.get("at", 0)
    with as_asked(step):
        for start in range(at, len(ids), AT_ONCE):
            _mail(step, ids[start : start + AT_ONCE])
    return {"posted": step.place.get("posted", 0), "asked": len(ids)}


def _mail(step: Step, ids: Sequence[int]) -> None:
    with step.unit(done=len(ids)):
        asked = queries.households_of(ids)
        mails = queries.mails_of(asked)
        found = [each for each in asked if not mail_hindrance(each, mails.get(each.mail_id))]
        found.sort(key=lambda each: each.id)  # as everybody holds several of them
        posted = sum(post_notice(each) is not None for each in found)
        place = step.place
        step.place = {"at": place.get("at", 0) + len(ids), "posted": place.get("posted", 0) + posted}


def mailed(payload: Plain, results: Iterator[Plain]) -> Finished:
    posted = sum(each["posted"] for each in results)
    return Finished(result={"mails": posted, "not_mailed": len(payload["ids"]) - posted})


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take every one of these papers out of the house."""
    seen = select(func.count(NoticeHousehold.id)).join(Notice, Notice.id == NoticeHousehold.notice_id)
    mine = session().scalar(seen.where(NoticeHousehold.id.in_(payload["ids"]), within(Notice.estate_id)))
    return actor().may(Permission.notice_deliver) and mine == len(payload["ids"])


SAME: dict[str, Any] = {
    "plan": pieces,
    "size": lambda piece: len(piece["ids"]),
    "permission": Permission.notice_deliver,
    "may_fetch": may_fetch,
}
PRINT = Kind(
    name=queries.PRINT_KIND,
    title=_l("Print notices"),
    work=print_piece,
    gather=put_together,
    finish=printed,
    facts={"households": _l("Households")},
    **SAME,
)
MAIL = Kind(
    name="notices.mails",
    title=_l("Send notices by e-mail"),
    work=mail_piece,
    finish=mailed,
    facts={"mails": _l("Mails written"), "not_mailed": _l("Not sent: no address, not running, or sent before")},
    **SAME,
)
