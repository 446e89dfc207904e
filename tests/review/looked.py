"""A look at some dossiers, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from crm.archive.dossiers.checking import Where
from crm.archive.dossiers.models import Dossier
from crm.bulk import look_anew
from crm.dates import business_day
from crm.db import open_session
from crm.review.checks import checks
from crm.review.looking import look
from crm.review.models import Finding


def found_in(work: Callable[..., Any], dossier_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Dossier -> kind -> the details of what is wrong now."""
    with work():
        look_anew()  # PostgreSQL counts rows that nobody committed as none, and plans for an empty company
        look(select(Dossier.id).where(Dossier.id.in_(dossier_ids)), business_day())
    found: dict[int, dict[str, list[str]]] = {dossier_id: {} for dossier_id in dossier_ids}
    open_ones = select(Finding).where(Finding.dossier_id.in_(dossier_ids), Finding.cured_at.is_(None))
    with open_session() as db:
        for finding in db.scalars(open_ones.order_by(Finding.id)):
            found[finding.dossier_id].setdefault(finding.kind, []).append(finding.detail)
    return found


def places(app: Flask, work: Callable[..., Any], made: Mapping[str, int]) -> dict[str, str]:
    """Kind -> address of the place that mends it, of the finding of that kind in the dossier made for it."""
    found_in(work, made.values())
    with open_session() as db:
        rows = {
            kind: db.scalars(select(Finding).filter_by(kind=kind, dossier_id=key)).one() for kind, key in made.items()
        }
        subjects = {key: db.get_one(Dossier, key).subject_id for key in made.values()}
    with app.test_request_context():
        return {
            kind: checks[kind].page(
                Where(dossier_id=row.dossier_id, subject_id=subjects[row.dossier_id], about_id=row.about_id)
            )
            for kind, row in rows.items()
        }
