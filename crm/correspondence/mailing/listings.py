"""The batches of letters that were made."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.correspondence.letters.models import LetterBatch
from crm.correspondence.mailing import queries
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate


def batches() -> Listing:
    return Listing(
        title=_l("Letters to many"),
        query=queries.batches(),
        columns=(
            Column(
                name="title",
                title=_l("Subject"),
                value=lambda row: row.title,
                kind="long",
                order=LetterBatch.title,
                link=lambda row: url_for("mailing.show", letter_batch_id=row.id),
            ),
            Column(name="estate", title=_l("Estate"), value=lambda row: row.estate, order=Estate.name),
            Column(
                name="letters",
                title=_l("Letters"),
                value=lambda row: row.letters,
                kind="number",
                order=LetterBatch.letters,
                total="letters",
            ),
            Column(name="made_by", title=_l("Made by whom"), value=lambda row: row.made_by),
            Column(
                name="made_at",
                title=_l("Made at"),
                value=lambda row: row.made_at,
                kind="date",
                order=LetterBatch.made_at,
            ),
        ),
        filters=(Filter(name="q", title=_l("Subject"), condition=lambda text: holding(text, LetterBatch.title)),),
        order=(LetterBatch.id.desc(),),
        export_permission=Permission.notice_write,
        empty=_l("No letter went to many yet."),
    )
