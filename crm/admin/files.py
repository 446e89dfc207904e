"""The store's page: how much it holds, what was read when, what is wrong. No contents, and nobody's data but names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission, requires
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.files import fixity, queries
from crm.files.figures import READ_DAYS
from crm.files.models import FAULT_TITLES, Fault, FileCheck, StoredFile, Upload
from crm.web.application import own_units

blueprint = Blueprint("stored", __name__, url_prefix="/admin/files")
SHOWN = 100  # faults
PURPOSES: dict[str, LazyString] = {  # what an upload was brought for
    "dossier": _l("Dossiers"),
    "supplement": _l("Customers"),
    "credit": _l("Loans and guarantees"),
    "signature": _l("Signatures"),
    "title_voucher": _l("Title vault"),
    "title_incident": _l("Title vault"),
    "repair": _l("Repairs"),
    "complaint": _l("Complaints"),
    "violation": _l("Violations"),
    "drawing": _l("Engineering files"),
    "service_point": _l("Engineering files"),
    "procedure": _l("Engineering files"),
    "move_in": _l("Moving in and out"),
    "leaving": _l("Moving in and out"),
    "keys": _l("Moving in and out"),
    "renovation": _l("Renovations"),
    "letter": _l("Letters"),
    "letters_to_many": _l("Letters"),
    "notices": _l("Notices"),
    "notice_delivery": _l("Notices"),
    "billing": _l("Charges and bills"),
    "shared_cost": _l("Charges and bills"),
    "bank_answer": _l("Charges and bills"),
    "deposit": _l("Deposits"),
    "reading_sheet": _l("Meters"),
    "meter_reading": _l("Meters"),
    "arrears": _l("Arrears"),
    "demands": _l("Arrears"),
    "demand_delivery": _l("Arrears"),
    "evidence": _l("Arrears"),
    "import": _l("Import"),
    "register_import": _l("Import"),
    "repair_import": _l("Import"),
    "complaint_import": _l("Import"),
    "fee_import": _l("Import"),
    "statistics_pack": _l("Statistics"),
    "export": _l("Background work"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    sha256: str
    names: str
    purposes: str
    brought_at: datetime | None
    fault: LazyString
    checked_at: datetime


@blueprint.get("")
@requires(Permission.file_check)
def index() -> ResponseReturnValue:
    stand = queries.stand(utc_now())
    context = {
        "stand": stand,
        "size": size_in_words(stand.size),
        "days": READ_DAYS.on(business_day()),
        "faulty": _faulty(queries.faulty(SHOWN)),
        "may_read": g.actor.may(Permission.job_keep),
    }
    return render_template("admin/files.html", **context)


@blueprint.post("")
@requires(Permission.job_keep)
@own_units
def read_now() -> ResponseReturnValue:
    """One file, named by its digest in the form."""
    with unit_of_work(writes=False):
        stored = session().get(StoredFile, request.form.get("sha256") or abort(400)) or abort(404)
    fixity.read([stored])
    with unit_of_work(writes=False):
        fault = session().get_one(FileCheck, stored.sha256, populate_existing=True).fault
    told = _("It was read: %(what)s.", what=FAULT_TITLES[Fault(fault)]) if fault else _("It was read and is whole.")
    flash(told, "warning" if fault else "success")
    return redirect(url_for(".index"))


def _faulty(checks: Sequence[FileCheck]) -> list[Faulty]:
    brought: dict[str, list[Upload]] = defaultdict(list)
    for upload in queries.uploads_of([check.sha256 for check in checks]):
        brought[upload.sha256].append(upload)
    return [_line(check, brought[check.sha256]) for check in checks]


def _line(check: FileCheck, uploads: list[Upload]) -> Faulty:
    return Faulty(
        sha256=check.sha256,
        names=" · ".join(dict.fromkeys(upload.name for upload in uploads)),
        purposes=" · ".join(dict.fromkeys(str(PURPOSES.get(each.purpose, each.purpose)) for each in uploads)),
        brought_at=uploads[0].uploaded_at if uploads else None,
        fault=FAULT_TITLES[Fault(check.fault)],
        checked_at=check.checked_at,
    )


def size_in_words(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"
