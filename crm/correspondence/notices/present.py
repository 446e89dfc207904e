"""The notices a customer got, where others show them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.correspondence.notices import queries
from crm.correspondence.notices.models import REACH_TITLES, Notice, NoticeHousehold
from crm.tenants.models import Customer
from crm.tenants.queries import in_file
from crm.tenants.tabs import Tab
from crm.tenants.unfiled import Unfiled

SHOWN = 100  # the latest


def of_customer(customer: Customer) -> list[tuple[Any, str]]:
    found = queries.of_customer(in_file(NoticeHousehold.customer_id, customer.id), SHOWN)
    return [(row, str(REACH_TITLES[row.reached_by]) if row.reached_by else "") for row in found]


def unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Notices to households"),
        condition=queries.is_unfiled(),
        estate_id=Notice.estate_id,
        since=Notice.ended_at,
        address="/notices/?state=unfiled",
    )


TAB = Tab(
    name="notices",
    title=_l("Notices to households"),
    permission=Permission.letter_read,
    section=of_customer,
    template="notices/_households.html",
)
