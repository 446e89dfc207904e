"""The outbox's page: what waits, what went, what was not delivered and why; the texts are not shown."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission, requires
from crm.lists import listing
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.outbox import queries, service
from crm.outbox.models import STATE_TITLES, Mail, MailState

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")
OVERSEE = Permission.job_oversee
TONES = {MailState.waiting: "grey", MailState.sent: "green", MailState.failed: "red", MailState.taken_back: "grey"}


def _effects(ids: Sequence[int], _form: Any) -> list[Effect]:
    return [_effect(mail) for mail in queries.mails_of(ids)]


def _effect(mail: Mail) -> Effect:
    state = {"old": str(STATE_TITLES[mail.state]), "new": str(STATE_TITLES[MailState.waiting])}
    return Effect(
        id=mail.id, label=f"{mail.recipient} {mail.subject}", hindrance=service.put_back_hindrance(mail), **state
    )


def _put_back(ids: Sequence[int], _form: Any) -> None:
    for mail in queries.mails_of(ids):
        service.put_back(mail)


SEND_AGAIN = BulkAction(
    name="send-again", title=_l("Send again"), permission=OVERSEE, preview=_effects, apply=_put_back, icon="refresh"
)


@blueprint.route("/", methods=["GET", "POST"])
@requires(OVERSEE)
def index() -> ResponseReturnValue:
    return listing.answer(_mails(), "outbox/index.html", hindrance=service.hindrance())


def _mails() -> Listing:
    return Listing(
        title=_("Outgoing mail"),
        query=queries.mails(),
        columns=(
            Column(name="subject", title=_l("Subject"), kind="long"),
            Column(name="to", title=_l("Recipient"), value=attrgetter("recipient"), order=Mail.recipient),
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(STATE_TITLES[row.state]),
                kind="badge",
                tone=lambda row: TONES[row.state],
            ),
            Column(name="attempts", title=_l("Attempts"), kind="number"),
            Column(name="posted_at", title=_l("Written"), kind="date", order=Mail.id),
            Column(name="sent_at", title=_l("Sent at"), kind="date", order=Mail.sent_at),
            Column(name="next", title=_l("Next attempt"), value=_next_try, kind="date"),
            Column(name="error", title=_l("What the mail server said"), kind="long"),
        ),
        filters=(
            Filter(name="q", title=_l("Recipient"), condition=lambda text: holding(text, Mail.recipient)),
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda state: Mail.state == MailState(state),
                choices=[(state.value, title) for state, title in STATE_TITLES.items()],
            ),
        ),
        order=(Mail.id.desc(),),
        actions=(SEND_AGAIN,),
        empty=_l("No mail was written yet."),
    )


def _next_try(row: Any) -> Any:
    return row.next_try_at if row.state is MailState.waiting else None
