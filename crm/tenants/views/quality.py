"""The page 档案质量 and the lists its numbers lead to. Clause P-03."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.tenants.quality import figures, listings, reports
from crm.tenants.views.pages import blueprint

DOSSIERS = Permission.dossier_read


@blueprint.get("/quality")
@requires(DOSSIERS)
def quality() -> ResponseReturnValue:
    day = business_day()
    return render_template(
        "tenants/quality.html",
        quality=reports.quality(day, g.actor.estate_id),
        months=figures.VERIFIED_MONTHS.on(day),
        days=figures.ENDING_DAYS.on(day),
    )


@blueprint.get("/quality/missing")
@requires(DOSSIERS)
def missing_documents() -> ResponseReturnValue:
    return listing.answer(listings.missing_documents(business_day()))


@blueprint.get("/quality/unverified")
@requires(DOSSIERS)
def unverified_customers() -> ResponseReturnValue:
    return listing.answer(listings.unverified_customers(business_day()))


@blueprint.get("/quality/validity")
@requires(DOSSIERS)
def limited_documents() -> ResponseReturnValue:
    return listing.answer(listings.limited_documents(business_day()))
