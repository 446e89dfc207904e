"""送达: how a letter was brought and what came of it, by people's entries and by what the outbox reports.

That a mail left is no proof that it was read: only an answer to it serves the letter.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandRun
from crm.billing.arrears.letters import queries
from crm.billing.arrears.letters.events import DemandMailed, DemandServed, DemandServiceTakenBack
from crm.correspondence.serving.entries import told
from crm.correspondence.serving.mails import still_counts
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.outbox.models import Mail
from crm.outbox.service import is_address, masked, post


def serving_hindrance(demand: Demand) -> str:
    """Why nothing can be noted about bringing this letter, or ""."""
    return _("This letter is void: its run was rolled back.") if demand.voided else ""


def note_delivery(demand: Demand, served: Served) -> DemandDelivery:
    """Raises `DomainError` for what proves nothing, or what is noted already."""
    _hold_run(demand)
    if refusal := serving_hindrance(demand):
        raise DomainError(refusal)
    queries.ENTRIES.expect(demand.id, demand.day, served)
    return _add(demand, served)


def _hold_run(demand: Demand) -> None:
    """Nobody rolls it back meanwhile, nor notes the same."""
    session().execute(select(DemandRun.id).where(DemandRun.id == demand.run_id).with_for_update())
    session().refresh(demand, ["voided"])


def _add(demand: Demand, served: Served) -> DemandDelivery:
    made = queries.ENTRIES.add(demand.id, served)
    record(
        DemandServed(
            demand_id=demand.id,
            demand_delivery_id=made.id,
            customer_id=demand.customer_id,
            number=demand.number.text,
            channel=made.channel,
            arrival=made.arrival,
            delivered_on=made.delivered_on,
            told=told(made),
        )
    )
    return made


def take_back_hindrance(delivery: DemandDelivery) -> str:
    return queries.ENTRIES.take_back_hindrance(delivery)


def take_back(delivery: DemandDelivery, reason: str) -> DemandDelivery:
    """A row that points to the wrong one; both stay. Raises `DomainError`."""
    _hold_run(delivery.demand)
    made = queries.ENTRIES.take_back(delivery, reason)
    record(
        DemandServiceTakenBack(
            demand_id=delivery.demand_id,
            demand_delivery_id=delivery.id,
            customer_id=delivery.demand.customer_id,
            number=delivery.demand.number.text,
            channel=delivery.channel,
            arrival=delivery.arrival,
            reason=made.note,
        )
    )
    return made


# By e-mail


def mail_hindrance(demand: Demand) -> str:
    """Why it cannot go by e-mail, or ""; its customer loaded."""
    if refusal := serving_hindrance(demand):
        return refusal
    if not demand.customer.email:
        return _("No e-mail address is known.")
    if not is_address(demand.customer.email):
        return _("The e-mail address is not one that mail can be sent to.")
    return ""


def post_demand(demand: Demand, paper: Upload) -> Mail | None:
    """Into the outbox, once however often it is asked for, anew where the mail came back; None where it can go no
    more."""
    _hold_run(demand)
    if mail_hindrance(demand):
        return None
    key = queries.mail_key(demand.id)
    if known := still_counts(key):
        return known
    content = demand.content
    subject = f"{content['subject']}（{content['number']}）"
    text = f"{content['body']}\n\n{content['how_to_pay']}\n\n{content['sender']}\n{content['day_in_words']}"
    mail = post(demand.customer.email, subject, text, key=key, uploads=[paper])
    record(
        DemandMailed(
            demand_id=demand.id,
            customer_id=demand.customer_id,
            mail_id=mail.id,
            number=demand.number.text,
            masked=masked(mail.recipient),
        )
    )
    return mail


def mail_sent(mail: Mail, arrival: Arrival, note: str = "") -> None:
    """What the outbox says of a letter's mail becomes an entry of its own, once; of other mails nothing."""
    demand = queries.demand_of_mail(mail)
    if demand is None or queries.ENTRIES.same(demand.id, Channel.email, arrival, business_day()):
        return
    served = Served(channel=Channel.email, arrival=arrival, delivered_on=business_day(), note=note)
    _add(demand, served)
