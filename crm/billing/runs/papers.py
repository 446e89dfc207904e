"""The bill notice of one customer, or of many in one file, made in the background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from sqlalchemy import func, select

from crm.audit.log import record
from crm.auth.actor import within
from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import Permission
from crm.billing.runs.events import NoticesPrinted
from crm.billing.runs.figures import HOW_TO_PAY
from crm.billing.runs.notices import Notice, notices, sum_of
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.lists.exports import UNCONFIRMED
from crm.lists.listing import BulkAction, Effect
from crm.tenants.models import Customer
from crm.web import pdf

MOST = 5_000  # notices of one file
AT_ONCE = 20  # notices between two looks whether somebody asked for the end


def bill_notice(notice: Notice) -> str:
    """The notice as HTML; wants a request, for the address in its code."""
    day = business_day()
    return render_template(
        "document/bill_notice.html",
        notice=notice,
        estate=notice.estate,
        sum_of=sum_of,
        how_to_pay=HOW_TO_PAY.on(day),
        code=pdf.qr(url_for("tenants.customer", customer_id=notice.customer.id, _external=True)),
        printed_on=day,
        clerk=g.actor.name,
    )


def print_one(customer: Customer) -> bytes:
    """Raises `DomainError` where there is nothing to pay."""
    found = notices([customer.id], business_day())
    if not found:
        raise DomainError(_("Nothing is to be paid here: there is no notice to print."))
    record(NoticesPrinted(customer_id=customer.id, notices=1))
    return pdf.press(bill_notice(found[0]))


def _to_print(ids: Sequence[int], _form: Any) -> list[Effect]:
    known = select(Customer.id, Customer.name).where(Customer.id.in_(ids), within(Customer.estate_id))
    return [Effect(id=row.id, label=row.name) for row in session().execute(known.order_by(Customer.id))]


def _ask(ids: Sequence[int], _form: Any) -> str:
    """The address of the work that prints them."""
    if len(ids) > MOST:
        raise DomainError(_("At most %(most)s notices go into one file. Narrow the list by a filter.", most=MOST))
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    payload = {"ids": list(ids), "root": request.url_root, "locale": g.actor.locale}
    title = _("%(count)s bill notices", count=len(ids))
    return jobs.address(jobs.enqueue(NOTICES.name, title, payload, estate_id=g.actor.estate_id))


def print_notices(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins anew: bills are read as they are by then."""
    if "made" in step.place:
        return dict(step.place["made"])
    payload = step.job_payload
    g.actor = replace(g.actor, locale=payload["locale"])
    refresh()
    pieces, ids, counted = [], payload["ids"], step.place.get("asked", 0)
    with current_app.test_request_context(base_url=payload["root"]):
        for start in range(0, len(ids), AT_ONCE):
            pieces += _filled(ids[start : start + AT_ONCE])
            done = min(start + AT_ONCE, len(ids))
            with step.unit(done=max(0, done - max(start, counted))):
                step.place = {"asked": max(done, counted)}
    if not pieces:
        raise DomainError(_("Nothing is to be paid any more: there is no notice to print."))
    return _keep(step, pdf.joined(pieces), len(pieces))


def _filled(ids: Sequence[int]) -> list[bytes]:
    with unit_of_work(writes=False):
        written = [bill_notice(notice) for notice in notices(ids, business_day())]
    return [pdf.press(html) for html in written]


def _keep(step: Step, content: bytes, count: int) -> Plain:
    with step.unit():
        upload = store.keep(
            content, f"{_('Bill notices')} {count}.pdf", purpose="export", estate_id=g.actor.estate_id
        )  # fmt: skip
        record(NoticesPrinted(customer_id=None, notices=count))
        made = {"upload_id": upload.id, "notices": count}
        step.place = {**step.place, "made": made}
    return made


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    return Finished(result={"notices": made["notices"]}, upload=session().get_one(Upload, made["upload_id"]))


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take every one of these customers out of the house."""
    seen = select(func.count(Customer.id)).where(Customer.id.in_(payload["ids"]), within(Customer.estate_id))
    return g.actor.may(Permission.customer_export) and session().scalar(seen) == len(payload["ids"])


NOTICES = Kind(
    name="billing.notices",
    title=_l("Print bill notices"),
    work=print_notices,
    plan=lambda payload: [{"notices": len(payload["ids"])}],
    finish=finish,
    size=lambda chunk: int(chunk["notices"]),
    permission=Permission.customer_export,
    may_fetch=may_fetch,
    facts={"notices": _l("Notices")},
)
PRINT_NOTICES = BulkAction(
    name="print_notices",
    title=_l("Print bill notices"),
    permission=Permission.customer_export,
    preview=_to_print,
    apply=_ask,
    icon="printer",
)
