"""A notice by e-mail: written into the outbox once for each household; what became of it comes back from there.

Where a mail failed, another one may be written, to the address that stands in the file by then.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.correspondence.notices import queries
from crm.correspondence.notices.models import NoticeHousehold, NoticeState, Reach
from crm.correspondence.notices.reading import address_of
from crm.correspondence.notices.service.delivering import Reached, enter, find_entered, hold
from crm.outbox.models import Mail, MailState
from crm.outbox.service import is_address, post, take_back
from crm.web.language import kept

ASKED = _l("Please open this page to say that you have read it:")
SHOWN = _l("The notice stands on this page too:")
KEY = "notice-"  # with the household's id, and that of a mail that failed: asked for twice, it is one mail


def mail_hindrance(household: NoticeHousehold, mail: Mail | None) -> str:
    """Why it cannot be mailed, or ""; notice and customer loaded. `mail`: its latest."""
    if household.notice.state is not NoticeState.issued:
        return _("This notice does not run any more.")
    if mail and mail.state is MailState.waiting:
        return _("It stands in the outbox already.")
    if mail and mail.state is MailState.sent:
        return _("It was sent by e-mail already.")
    if not is_address(household.customer.email):
        return _("There is no e-mail address in the customer's file.")
    return ""


def post_notice(household: NoticeHousehold) -> Mail | None:
    """None where something hinders it. Wants a request, for the address of its link; notice and customer loaded."""
    hold(household)
    former = queries.mails_of([household]).get(household.mail_id)
    if mail_hindrance(household, former):
        return None
    if former:
        take_back([former.id])  # nobody puts it back beside the new one
    mail = post(household.customer.email, household.subject, _text(household), key=_key(household, former))
    household.mail_id = mail.id
    return mail


def _key(household: NoticeHousehold, former: Mail | None) -> str:
    return f"{KEY}{household.id}" + (f"-{former.id}" if former else "")


def _text(household: NoticeHousehold) -> str:
    asked = kept(ASKED if household.notice.wants_reading else SHOWN)
    parts = (household.body.replace("\r\n", "\n"), f"{asked}\n{address_of(household)}", household.notice.number or "")
    return "\n\n".join(parts)


def mail_sent(mail: Mail) -> None:
    if household := _household(mail):
        _enter(household, Reached(reach=Reach.email, key=f"mail-{mail.id}-sent"))


def mail_failed(mail: Mail, reason: str) -> None:
    """Each time it is given up."""
    if household := _household(mail):
        words = _("The mail server says: %(words)s", words=reason)
        key = f"mail-{mail.id}-failed-{mail.attempts}"
        _enter(household, Reached(reach=Reach.email, worked=False, note=words, key=key))


def _enter(household: NoticeHousehold, said: Reached) -> None:
    """Nothing more of a notice that runs no longer."""
    hold(household)
    if household.notice.state is NoticeState.issued and find_entered(household, said.key) is None:
        enter(household, said)


def _household(mail: Mail) -> NoticeHousehold | None:
    """Whose mail it is; None for a mail of others."""
    if not (mail.key or "").startswith(KEY):
        return None
    return queries.find_household((mail.key or "").removeprefix(KEY).partition("-")[0])
