"""Filing reviews and findings, as they stand in the database; and carried out for real."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.auth.actor import system_actor
from crm.auth.permissions import RoleName
from crm.dates import today, utc_now
from crm.db import unit_of_work
from crm.properties.models import Estate
from crm.review.models import FilingReview, Finding, ReviewedDossier, ReviewState, Why
from crm.review.service import carry_out, here, open_review
from tests import factories as make
from tests.repairs.making import kept

TODAY = today(ZoneInfo("Asia/Shanghai"))
serials = count(1)
EVERY = ("identity", "registration_form", "phone_card", "emergency_contacts")


def make_review(estate: Estate | None, state: ReviewState = ReviewState.open, **given: Any) -> FilingReview:
    """Of today, of one dossier that passed nine questions of ten."""
    now, over = utc_now(), state is not ReviewState.running
    facts: dict[str, Any] = {
        "estate_id": estate.id if estate else None,
        "month": TODAY.replace(day=1),
        "day": TODAY,
        "scheduled": False,
        "whole": True,
        "state": state,
        "dossiers": 1,
        "opened_by": "冯雪",
        "opened_at": now,
        "ended_at": now if over else None,
        "complete_asked": 10 if over else None,
        "complete_failed": 1 if over else None,
    }
    if state is ReviewState.signed:
        facts |= {"signed_by": "冯雪", "signed_at": now}
    review: FilingReview = kept(FilingReview(**(facts | given)))
    return review


def make_looked_at(review: FilingReview, dossier: Dossier, **given: Any) -> None:
    figures = {f"{measure}_{what}": 0 for measure in Measure for what in ("asked", "failed")}
    kept(
        ReviewedDossier(
            review_id=review.id, dossier_id=dossier.id, why=Why.asked, **(figures | {"findings": 0} | given)
        )
    )


def make_finding(dossier: Dossier, **given: Any) -> Finding:
    """A document is missing, nobody's so far, due in ten days."""
    facts = {
        "dossier_id": dossier.id,
        "estate_id": dossier.estate_id,
        "kind": "document_missing",
        "measure": Measure.complete,
        "key": f"key-{next(serials)}",
        "detail": "身份证明或营业执照",
        "role": RoleName.service_desk,
        "due_on": TODAY + timedelta(days=10),
        "found_at": utc_now(),
    }
    finding: Finding = kept(Finding(**(facts | given)))
    return finding


def make_found(estate: Estate) -> Finding:
    """With a dossier of its own, of a customer in a unit."""
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    return make_finding(make.make_dossier(estate, subject_id=customer.id))


def make_lacking(estate: Estate, without: int = 1, **given: Any) -> Dossier:
    """A customer's dossier that lacks so many of the documents that have to be there."""
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    dossier = make.make_dossier(estate, subject_id=customer.id, **given)
    for slot_code in EVERY[without:]:
        make.make_item(dossier, slot_code)
    return dossier


def reviewed(app: Flask, estate: Estate | None, day: date | None = None) -> int:
    """Every living dossier of the archive, to the end; the review's id."""
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work():
            review = open_review(estate.id if estate else None, day or TODAY)
        assert review is not None
        return carry_out(review.id, here).id


def ids_of_filing_reviews(estate: Estate, dossier: Dossier) -> dict[str, object]:
    """A review of the estate, and a finding of the dossier."""
    return {"filing_review_id": make_review(estate).id, "finding_id": make_finding(dossier).id}
