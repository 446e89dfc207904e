"""What is done to many households at once: put into the letter boxes, printed into one file, sent by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import Permission
from crm.correspondence.notices import jobs, queries, service
from crm.correspondence.notices.forms import ManyForm
from crm.correspondence.notices.models import REACH_TITLES, NoticeHousehold, Reach
from crm.correspondence.notices.service.mailing import mail_hindrance
from crm.jobs.service import address
from crm.lists.exports import UNCONFIRMED
from crm.lists.listing import BulkAction, Effect
from crm.outbox.models import STATE_TITLES as MAIL_TITLES
from crm.outbox.models import Mail, MailState

P = Permission.notice_deliver


def _label(household: NoticeHousehold) -> str:
    return f"{household.notice.number} {household.label} {household.name}"


def _not_running(household: NoticeHousehold) -> str:
    return service.STEPS.hindrance(household.notice, "deliver")


def _to_bring(ids: Sequence[int], _form: Any) -> list[Effect]:
    unreached, then = _("Unreached"), str(REACH_TITLES[Reach.mailbox])
    return [
        Effect(
            id=each.id,
            label=_label(each),
            old=unreached,
            new=then,
            hindrance=_not_running(each) or (_("It is reached already.") if each.reached_at else ""),
        )
        for each in queries.households_of(ids)
    ]


def _bring(ids: Sequence[int], form: Any) -> None:
    service.bring_many(ids, Reach.mailbox, form.note.data or "")


def _to_print(ids: Sequence[int], _form: Any) -> list[Effect]:
    found = queries.households_of(ids)
    return [Effect(id=each.id, label=_label(each), hindrance=_not_running(each)) for each in found]


def _print(ids: Sequence[int], _form: Any) -> str:
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return address(jobs.ask_print(ids))


def _to_mail(ids: Sequence[int], _form: Any) -> list[Effect]:
    found = queries.households_of(ids)
    mails = queries.mails_of(found)
    return [_mail_effect(each, mails.get(each.mail_id)) for each in found]


def _mail_effect(household: NoticeHousehold, mail: Mail | None) -> Effect:
    """With what became of the mail before, where there is one."""
    states = {"old": str(MAIL_TITLES[mail.state]), "new": str(MAIL_TITLES[MailState.waiting])} if mail else {}
    return Effect(id=household.id, label=_label(household), hindrance=mail_hindrance(household, mail), **states)


def _mail(ids: Sequence[int], _form: Any) -> str:
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return address(jobs.ask_mail(ids))


MAILBOXES = BulkAction(
    name="mailboxes",
    title=_l("Put into the letter boxes"),
    permission=P,
    preview=_to_bring,
    apply=_bring,
    form=ManyForm,
    icon="inbox",
)
PRINT = BulkAction(
    name="print_notices", title=_l("Print notices"), permission=P, preview=_to_print, apply=_print, icon="printer"
)
MAIL = BulkAction(
    name="mail_notices", title=_l("Send by e-mail"), permission=P, preview=_to_mail, apply=_mail, icon="mail"
)
ACTIONS = (MAILBOXES, PRINT, MAIL)
