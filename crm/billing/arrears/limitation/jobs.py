"""The daily look at what runs out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.billing.arrears.limitation.events import LimitationNear, LimitationWatched
from crm.billing.arrears.limitation.service import raise_alarms
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.web.templating import money

ADDRESS = "/arrears/limitation/customers"  # made where `url_for` has no request
ONE = "/billing/customers/{}"  # the account of a single customer


def watch() -> bool:
    """Once a business day: who reviews the arrears of an estate is told what has come near its last day. Twice is as
    good as once."""
    with unit_of_work():
        if told_today(LimitationWatched.__name__):
            return False
        near: list[LimitationNear] = []
        for estate in session().scalars(select(Estate).order_by(Estate.id)):
            found = raise_alarms(estate.id, business_day())
            _tell(estate, found)
            near += found
        record(LimitationWatched(customers=len({each.customer_id for each in near}), bills=sum(e.bills for e in near)))
    return True


def _tell(estate: Estate, near: Sequence[LimitationNear]) -> None:
    for days in sorted({each.days for each in near}):
        due = [each for each in near if each.days == days]
        page = ONE.format(due[0].customer_id) if len(due) == 1 else ADDRESS
        total = sum((each.amount for each in due), Decimal(0))
        for user in who_may_in(estate.id, Permission.arrears_review):
            with force_locale(user.locale):
                text = _(
                    "%(estate)s: bills of %(count)s customers, %(sum)s yuan, can be claimed for %(days)s days at most.",
                    estate=estate.name,
                    count=len(due),
                    sum=money(total),
                    days=days,
                )
            notify(user.id, text, page, group=f"limitation {estate.id} {days}", icon="alert-triangle")
