"""Work procedures that are to be reviewed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.engineering.procedures import queries
from crm.engineering.procedures.listings import ahead, holds_for
from crm.engineering.procedures.models import Procedure
from crm.engineering.procedures.queries import Force


def _to_review(most: int) -> Sequence[Todo]:
    day = business_day()
    found = queries.to_review(ahead(day)).order_by(Force.review_by, Procedure.id).limit(most)
    return [
        Todo(
            title=f"{row.number} {row.title}",
            about=holds_for(row),
            url=url_for("procedures.show", procedure_id=row.id),
            **by_day(row.review_by, day),
        )
        for row in session().execute(found)
    ]


def _figures() -> Sequence[Figure]:
    day = business_day()
    count, overdue = queries.review_counts(day, ahead(day))
    address = "procedures.to_review"
    return [
        Figure(title=_("Procedures to be reviewed"), count=count, url=url_for(address)),
        Figure(title=_("Reviews overdue"), count=overdue, url=url_for(address, review="overdue"), late=True),
    ]


PROCEDURES = Card(
    name="procedures",
    title=_l("Work procedures to be reviewed"),
    permission=Permission.engineering_keep,
    url=lambda: url_for("procedures.to_review"),
    todo=_to_review,
    figures=_figures,
)
