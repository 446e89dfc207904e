"""A notice to many households in the background: one file for the printer, made in pieces; or mails.

A piece is some households in one document: small enough for a runner's memory and for every runner to get its share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
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
from crm.files import store
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.web import pdf

PIECE = 50  # households of one document: its fonts are cut once
AT_ONCE = 8  # papers between two looks whether somebody asked for the end
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
    return [{"ids": ids[start : start + PIECE]} for start in range(0, len(ids), PIECE)]


def _as_asked(step: Step) -> Any:
    """In the language and under the address of whoever asked."""
    g.actor = replace(g.actor, locale=step.job_payload["locale"])
    refresh()
    return current_app.test_request_context(base_url=step.job_payload["root"])


def print_piece(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins the piece anew."""
    if "made" in step.place:
        return dict(step.place["made"])
    with _as_asked(step), pdf.at_length():
        with unit_of_work(writes=False):
            households = [each for each in queries.households_of(step.payload["ids"]) if _runs(each)]
            found = [(each.id, papers.household_paper(each)) for each in households]
        with step.unit():
            step.expect(len(found))
        laid = list(_laid_out(step, found))
        content = pdf.bound(laid) if laid else b""
    with step.unit():
        made: Plain = {"ids": [key for key, _page in found], "upload_id": _kept(content, f"{_('Piece')}.pdf")}
        step.place = {**step.place, "made": made}
    return made


def _runs(household: NoticeHousehold) -> bool:
    return household.notice.state is NoticeState.issued


def _laid_out(step: Step, found: Sequence[tuple[int, str]]) -> Iterator[Any]:
    counted = step.place.get("asked", 0)
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        yield from [pdf.laid_out(page, papers.STYLE) for _key, page in part]
        done = start + len(part)
        with step.unit(done=max(0, done - max(start, counted))):
            step.place = {"asked": max(done, counted)}


def _kept(content: bytes, name: str) -> int | None:
    return store.keep(content, name, purpose=PURPOSE, estate_id=actor().estate_id).id if content else None


def put_together(_payload: Plain, results: Sequence[Plain]) -> list[Plain]:
    """One file of all pieces."""
    made = [each for each in results if each["upload_id"]]
    if not made:
        raise DomainError(_("None of these notices runs any more: there is nothing to print."))
    with unit_of_work(writes=False):
        contents = [store.read(session().get_one(Upload, each["upload_id"])) for each in made]
    content = contents[0] if len(contents) == 1 else pdf.joined(contents)
    return [{"ids": [key for each in made for key in each["ids"]], "content": content}]


def printed(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    ids = made["ids"]
    marked = update(NoticeHousehold).where(NoticeHousehold.id.in_(ids)).values(printed_at=utc_now())
    session().execute(marked.execution_options(synchronize_session=False))
    _tell(ids)
    upload_id = _kept(made["content"], f"{_('Notices to households')} {len(ids)}.pdf")
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
    with _as_asked(step):
        for start in range(at, len(ids), AT_ONCE):
            _mail(step, ids[start : start + AT_ONCE])
    return {"posted": step.place.get("posted", 0), "asked": len(ids)}


def _mail(step: Step, ids: Sequence[int]) -> None:
    with step.unit(done=len(ids)):
        found = [each for each in queries.households_of(ids) if not mail_hindrance(each)]
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
