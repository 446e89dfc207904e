"""月末资料 in the background: every sheet one may read, as one PDF and one workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.jobs.printing import as_asked, kept
from crm.properties.queries import estate_names
from crm.statistics import papers, reports, workbooks
from crm.statistics.asked import Asked
from crm.statistics.events import MonthEndPackMade

PURPOSE = "statistics_pack"
ADDRESS = "/statistics/packs/{}"  # of a pack's page, by its PDF: runners have no request


def ask(asked: Asked, root: str = "") -> Job:
    """Of what the acting person may read now; who may read less by the time gets nothing of it."""
    payload = {
        "month": asked.month.isoformat(),
        "estate_ids": list(asked.estates),
        "sheets": [sheet.slug for sheet in reports.readable()],
        "root": root or request.url_root,
        "locale": actor().locale,
    }
    title = _("Month-end pack %(month)s", month=asked.title)
    return jobs.enqueue(PACK.name, title, payload, estate_id=asked.estate_id)


def make(step: Step) -> Plain:
    """Whoever goes on after a killed runner begins anew."""
    if "made" in step.place:
        return dict(step.place["made"])
    with as_asked(step):
        with unit_of_work(writes=False):
            asked = _asked(step.job_payload)
            each = [built for built in reports.all_built(asked) if built.sheet.slug in step.job_payload["sheets"]]
            paper, book = papers.of_pack(asked, each), workbooks.of_pack(asked, each)
            name = str(_("Month-end pack %(month)s", month=asked.title))
        with step.unit():
            made = {
                "upload_id": kept(paper, f"{name}.pdf", PURPOSE, asked.estate_id),
                "workbook_id": kept(book, f"{name}.xlsx", PURPOSE, asked.estate_id),
                "sheets": [built.sheet.slug for built in each],
                "as_of": asked.as_of,
            }
            step.place = {**step.place, "made": made}
    return made


def _asked(payload: Plain) -> Asked:
    estates = {key: name for key, name in estate_names().items() if key in payload["estate_ids"]}
    if len(estates) < len(payload["estate_ids"]):
        raise DomainError(_("You no longer see all estates of this pack, so it was not made. Ask for it anew."))
    return Asked(month=date.fromisoformat(payload["month"]), estates=estates, now=utc_now())


def finish(payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    upload = session().get_one(Upload, made["upload_id"])
    month, estates = payload["month"][:7], len(payload["estate_ids"])
    told = {"estate_id": upload.estate_id, "month": month, "estates": estates, "contents": made["sheets"]}
    record(MonthEndPackMade(statistics_pack_id=upload.id, **told))
    return Finished(result=made, url=ADDRESS.format(upload.id), upload=upload)


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still see every estate and every sheet that is in the pack."""
    wanted = [sheet.permission for sheet in reports.SHEETS if sheet.slug in payload.get("sheets", ())]
    seen = all(actor().sees(estate_id) for estate_id in payload.get("estate_ids", ()))
    return seen and all(actor().may(each) for each in (Permission.statistics_read, *wanted))


PACK = Kind(
    name="statistics.pack",
    title=_l("Month-end pack"),
    work=make,
    finish=finish,
    permission=Permission.statistics_read,
    may_fetch=may_fetch,
    repeatable=True,
    facts={"as_of": _l("As of")},
)
