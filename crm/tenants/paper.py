"""The registration form 客户登记表 of one customer, or of many in one file, made in the background."""

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
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.lists.exports import UNCONFIRMED
from crm.lists.listing import BulkAction, Effect
from crm.tenants import queries, reports
from crm.tenants.events import FormsPrinted
from crm.tenants.models import Customer
from crm.web import pdf

MOST = 1_000  # forms of one file: some two minutes
AT_ONCE = 10  # forms between two looks whether somebody asked for the end


def registration_form(file: reports.CustomerFile, signature: str = "") -> str:
    """The form as HTML; wants a request, for the address in its code. `signature`: a picture as an address."""
    customer = file.customer
    return render_template(
        "document/registration_form.html",
        file=file,
        estate=customer.estate,
        code=pdf.qr(url_for("tenants.customer", customer_id=customer.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
        signature=signature,
    )


def _forms_to_print(ids: Sequence[int], _form: Any) -> list[Effect]:
    known = select(Customer.id, Customer.name).where(Customer.id.in_(ids), within(Customer.estate_id))
    return [Effect(id=row.id, label=row.name) for row in session().execute(known.order_by(Customer.id))]


def _ask(ids: Sequence[int], _form: Any) -> str:
    """The address of the work that prints them."""
    if len(ids) > MOST:
        raise DomainError(_("At most %(most)s forms go into one file. Narrow the list by a filter.", most=f"{MOST:,}"))
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    payload = {"ids": list(ids), "root": request.url_root, "locale": g.actor.locale}
    title = _("%(count)s registration forms", count=len(ids))
    return jobs.address(jobs.enqueue(FORMS.name, title, payload, estate_id=g.actor.estate_id))


def print_forms(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins anew: forms are read as they are by then."""
    if "made" in step.place:
        return dict(step.place["made"])
    payload = step.job_payload
    g.actor = replace(g.actor, locale=payload["locale"])
    refresh()
    pieces, ids, counted = [], payload["ids"], step.place.get("forms", 0)
    with current_app.test_request_context(base_url=payload["root"]):
        for start in range(0, len(ids), AT_ONCE):
            wanted = ids[start : start + AT_ONCE]
            pieces += [pdf.press(form) for form in _filled(wanted)]
            done = min(start + AT_ONCE, len(ids))
            with step.unit(done=max(0, done - max(start, counted))):
                step.place = {"forms": max(done, counted)}
    return _keep(step, pdf.joined(pieces), len(ids))


def _filled(ids: Sequence[int]) -> list[str]:
    day = business_day()
    with unit_of_work(writes=False):
        return [registration_form(reports.customer_file(queries.get_whole_customer(key), day)) for key in ids]


def _keep(step: Step, content: bytes, forms: int) -> Plain:
    with step.unit():
        name = f"{_('Customer registration form')} {forms}.pdf"
        upload = store.keep(content, name, purpose="export", estate_id=g.actor.estate_id)
        record(FormsPrinted(form="registration_form", forms=forms))
        made = {"upload_id": upload.id, "forms": forms}
        step.place = {**step.place, "made": made}
    return made


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    return Finished(result={"forms": made["forms"]}, upload=session().get_one(Upload, made["upload_id"]))


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take every one of these customers out of the house."""
    seen = select(func.count(Customer.id)).where(Customer.id.in_(payload["ids"]), within(Customer.estate_id))
    return g.actor.may(Permission.customer_export) and session().scalar(seen) == len(payload["ids"])


FORMS = Kind(
    name="tenants.forms",
    title=_l("Print registration forms"),
    work=print_forms,
    plan=lambda payload: [{"forms": len(payload["ids"])}],
    finish=finish,
    size=lambda chunk: int(chunk["forms"]),
    permission=Permission.customer_export,
    may_fetch=may_fetch,
    facts={"forms": _l("Forms")},
)
PRINT_FORMS = BulkAction(
    name="print_forms",
    title=_l("Print registration forms"),
    permission=Permission.customer_export,
    preview=_forms_to_print,
    apply=_ask,
    icon="printer",
)
