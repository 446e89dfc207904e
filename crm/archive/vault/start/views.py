"""The vault at a glance."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from crm.archive.vault.counts import queries as counts
from crm.archive.vault.counts.jobs import is_late
from crm.archive.vault.incidents.queries import open_count
from crm.archive.vault.keeping import custodians, named, titles_in_vault
from crm.archive.vault.models.count import COUNT_KIND_TITLES, COUNT_TITLES
from crm.archive.vault.models.voucher import PURPOSE_TITLES, VOUCHER_TITLES
from crm.archive.vault.start.waiting import missing_of
from crm.archive.vault.vouchers import queries as vouchers
from crm.archive.vault.vouchers.book import balance
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.db import session

blueprint = Blueprint("vault_start", __name__, url_prefix="/archive/vault")


@blueprint.get("/")
@requires(Permission.credit_oversee)
def index() -> ResponseReturnValue:
    day, waiting = business_day(), vouchers.waiting()
    return render_template(
        "vault/start.html",
        day=day,
        balance=balance(),
        there=titles_in_vault(),
        waiting=waiting,
        missing=missing_of([row.id for row in waiting]),
        outside=session().execute(vouchers.outside()).all(),
        counts=counts.live_in_sight(),
        unsealed=[(each, is_late(each, day)) for each in counts.unsealed_days()],
        incidents=open_count(),
        custodians=list(named(custodians()).values()),
        purposes=PURPOSE_TITLES,
        states=VOUCHER_TITLES,
        count_states=COUNT_TITLES,
        count_kinds=COUNT_KIND_TITLES,
        may_count=g.actor.may(Permission.title_witness),
        may_order=g.actor.may(Permission.title_approve),
    )
