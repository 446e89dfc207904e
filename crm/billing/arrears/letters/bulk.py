"""What is done to many letters at once: printed into one file, sent by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import Permission
from crm.billing.arrears.dunning.models import Demand
from crm.billing.arrears.letters import jobs, queries, service
from crm.billing.arrears.letters.forms import PrintForm
from crm.jobs.service import address
from crm.lists.exports import UNCONFIRMED
from crm.lists.listing import BulkAction, Effect


def _label(demand: Demand) -> str:
    return f"{demand.number.text} {demand.customer.name}"


def _to_print(ids: Sequence[int], form: Any) -> list[Effect]:
    again = queries.printed_before(ids) if not (form.reason.data or "").strip() else set()
    told = service.printed_before()
    return [
        Effect(
            id=each.id,
            label=_label(each),
            hindrance=service.serving_hindrance(each) or (told if each.id in again else ""),
        )
        for each in queries.with_customers(ids)
    ]


def _print(ids: Sequence[int], form: Any) -> str:
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return address(jobs.ask_print(ids, form.reason.data or ""))


def _to_mail(ids: Sequence[int], _form: Any) -> list[Effect]:
    known = queries.mailed(ids)
    sent = _("It stands in the outbox already.")
    return [
        Effect(
            id=each.id, label=_label(each), hindrance=service.mail_hindrance(each) or (sent if each.id in known else "")
        )
        for each in queries.with_customers(ids)
    ]


def _mail(ids: Sequence[int], _form: Any) -> str:
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return address(jobs.ask_mail(ids))


PRINT_LETTERS = BulkAction(
    name="print_letters",
    title=_l("Print letters"),
    permission=Permission.arrears_review,
    preview=_to_print,
    apply=_print,
    form=PrintForm,
    icon="printer",
)
MAIL_LETTERS = BulkAction(
    name="mail_letters",
    title=_l("Send by e-mail"),
    permission=Permission.arrears_review,
    preview=_to_mail,
    apply=_mail,
    icon="mail",
)
