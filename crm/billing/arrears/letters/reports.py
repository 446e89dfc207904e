"""Workbooks about a run: what would be made, and what was made, left out and rolled back, for whoever audits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.billing.arrears.dunning.models import RUN_TITLES, Demand, DemandRun
from crm.billing.arrears.letters import queries
from crm.billing.arrears.letters.listings import STANDS, stands
from crm.billing.arrears.letters.preview import Preview, told
from crm.db import session
from crm.web import excel
from crm.web.templating import moment

PREVIEW_KINDS = ("text", "text", "text", "money", "money", "long")
AUDIT_KINDS = ("text", "text", "text", "text", "text", "money", "text", "long", "long")


def preview_workbook(found: Preview) -> bytes:
    """Whom a letter would go to, and whom not and why."""
    headings = [_("Unit"), _("Customer"), _("Step"), _("At the review (yuan)"), _("Now (yuan)"), _("Remark")]
    rows = [
        (each.unit, each.name, each.step, each.was, each.now, each.why or each.change)
        for each in (*found.letters, *found.left_out)
    ]
    return excel.workbook(_("Letters to be made"), headings, PREVIEW_KINDS, rows)


def audit_rows(run: DemandRun) -> list[tuple[Any, ...]]:
    """Every letter with what stands of it, then whoever was left out and why; the last column says what became of the
    run."""
    listed = queries.demands().where(Demand.run_id == run.id).order_by(Demand.id)
    made = session().execute(listed).all()
    return [*(_letter(row, run) for row in made), *_left_out(run)]


def _letter(row: Any, run: DemandRun) -> tuple[Any, ...]:
    facts = (row.number, row.unit or "", row.customer, row.step, row.amount, str(STANDS[stands(row)]))
    return (_("Letter"), *facts, "", fate(run))


def _left_out(run: DemandRun) -> Iterator[tuple[Any, ...]]:
    for each in run.left_out:
        facts = (each["unit"], each["name"], each["step"], Decimal(each["now"]))
        yield (_("Left out"), "", *facts, "", told(each), fate(run))


def fate(run: DemandRun) -> str:
    """Who made the run and when, and who rolled it back and why."""
    made = _("%(state)s: %(name)s, %(at)s", state=RUN_TITLES[run.state], name=run.made_by, at=moment(run.made_at))
    if run.rolled_back_at is None:
        return made
    back = _("rolled back by %(name)s, %(at)s", name=run.rolled_back_by, at=moment(run.rolled_back_at))
    return f"{made} · {back} · {run.reason}"


def audit_workbook(rows: Sequence[tuple[Any, ...]]) -> bytes:
    headings = [
        _("Made or left out"),
        _("Number"),
        _("Unit"),
        _("Customer"),
        _("Step"),
        _("Sum (yuan)"),
        _("State"),
        _("Why left out"),
        _("Run"),
    ]
    return excel.workbook(_("Run of letters"), headings, AUDIT_KINDS, rows)
