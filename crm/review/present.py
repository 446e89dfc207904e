"""The three scores on a dossier's own page and at the head of the customer's file. Clause P-03."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.archive.dossiers.checking import MEASURE_TITLES
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import filed_for
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.parts import Part
from crm.review.due import is_living
from crm.review.queries import last_look, per_cent, scores_of
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer

TEMPLATE = "review/_scores.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """As things stand; `looked_at` None: nobody has looked yet, and the figures say nothing."""

    dossier_id: int
    bars: list[tuple[Any, float | None]]
    findings: int
    looked_at: datetime | None


def of_dossier(dossier: Dossier) -> Scores | None:
    """None of a dossier that is not reviewed, and for whoever does not read reviews."""
    if not (is_living(dossier) and actor().may(Permission.review_read)):
        return None
    scores = scores_of([dossier])[dossier.id]
    bars = [(title, per_cent(*scores[measure.value])) for measure, title in MEASURE_TITLES.items()]
    return Scores(dossier_id=dossier.id, bars=bars, findings=scores["findings"], looked_at=last_look(dossier))


def _of_customer(customer: Customer) -> Scores | None:
    """Of the own dossier: what lies in those of merged files counts there."""
    for dossier in filed_for(SUBJECT, [customer.id]):
        return of_dossier(dossier)
    return None


CUSTOMER = Part(permission=Permission.review_read, section=_of_customer, template=TEMPLATE)


def of_dossiers_page(dossier: Dossier) -> tuple[str, Any] | None:
    scores = of_dossier(dossier)
    return (TEMPLATE, scores) if scores else None
