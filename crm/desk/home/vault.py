"""The vault: what waits for the person, what is out, unsealed and uncounted."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.counts import queries as counts
from crm.archive.vault.counts.jobs import late_days
from crm.archive.vault.keeping import titles_in_vault
from crm.archive.vault.models.count import COUNT_KIND_TITLES
from crm.archive.vault.models.voucher import PURPOSE_TITLES
from crm.archive.vault.start.waiting import my_turn
from crm.archive.vault.vouchers import queries as vouchers
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day


def _todo(most: int) -> Sequence[Todo]:
    """Vouchers that are one's turn, documents due back, counts."""
    day = business_day()
    ready = [
        Todo(
            title=f"{each.voucher.number.text} {PURPOSE_TITLES[each.voucher.purpose]}",
            about=each.project.title,
            url=url_for("vouchers.show", voucher_id=each.voucher.id),
            **by_day(day, day),
        )
        for each in my_turn()
    ]
    out = [
        Todo(
            title=_("Back into the vault: %(document)s", document=row.certificate_no),
            about=row.project,
            url=url_for("vouchers.show", voucher_id=row.voucher_id),
            **by_day(row.back_on, day),
        )
        for row in session().execute(vouchers.outside().limit(most))
    ]
    counted = [
        Todo(
            title=_("Count of %(safe)s", safe=each.safe.path),
            about=str(COUNT_KIND_TITLES[each.kind]),
            url=url_for("vault_counts.show", vault_count_id=each.id),
            **by_day(each.due_on, day),
        )
        for each in counts.live_in_sight()
    ]
    return sorted([*ready, *out, *counted], key=lambda todo: todo.due)[:most]


def _figures() -> Sequence[Figure]:
    day = business_day()
    return [
        Figure(title=_("In the vault"), count=titles_in_vault(), url=url_for("vault.documents", state="in_vault")),
        Figure(
            title=_("Outside past their day"),
            count=vouchers.late_outside(day),
            url=url_for("vault.documents", back="late"),
            late=True,
        ),
        Figure(
            title=_("Days not sealed in time"), count=len(late_days(day)), url=url_for("vault_counts.days"), late=True
        ),
    ]


VAULT = Card(
    name="vault",
    title=_l("Title vault"),
    permission=Permission.title_witness,
    url=lambda: url_for("vault_start.index"),
    todo=_todo,
    figures=_figures,
)
