"""A large month in the background: each item is published at once, then credit is used customer by customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.runs import service
from crm.billing.runs.figures import Counted
from crm.billing.runs.queries import get_item
from crm.billing.runs.settling import in_credit, settle
from crm.db import session
from crm.jobs import service as jobs
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job, JobState

AT_ONCE = 2_000  # bills; more are published in the background
PIECE = 50  # customers between two looks whether somebody asked for the end


def enqueue(estate_id: int, period: date, wanted: Mapping[ChargeItem, Counted], key: str) -> Job:
    """`key` is the form's own: pressed twice it is asked for once."""
    for item in wanted:
        service.draft(item, period)
    bills = sum(expected.bills for expected in wanted.values())
    month = period.strftime("%Y-%m")
    title = _("Publish %(bills)s bills of %(month)s", bills=f"{bills:,}", month=month)
    told = [{"item_id": item.id, "bills": each.bills, "total": str(each.total)} for item, each in wanted.items()]
    payload = {"estate_id": estate_id, "month": month, "items": told}
    return jobs.enqueue(PUBLISH.name, title, payload, key=f"billing-{key}", estate_id=estate_id)


def working_on(estate_id: int) -> Sequence[Job]:
    """What is being published in the estate now."""
    under_way = Job.state.in_([JobState.waiting, JobState.running])
    found = select(Job).where(Job.kind == PUBLISH.name, Job.estate_id == estate_id, under_way)
    return session().scalars(found.order_by(Job.id)).all()


def publish(step: Step) -> Plain:
    """A runner that was killed has published all of the item or nothing: whoever goes on does the rest."""
    if "bills" not in step.place:
        with step.unit(done=1):
            step.place = _published(step)
            step.expect(1 + len(step.place["customers"]))
    customers: Sequence[int] = step.place["customers"]
    while (settled := step.place["settled"]) < len(customers):
        piece = customers[settled : settled + PIECE]
        with step.unit(done=len(piece)):
            used = settle(piece)
            place = step.place
            step.place = place | {"settled": settled + len(piece), "used": str(Decimal(place["used"]) + used)}
    return {name: step.place[name] for name in ("bills", "total", "used")}


def _published(step: Step) -> Plain:
    told, period = step.payload, date.fromisoformat(f"{step.job_payload['month']}-01")
    item = get_item(told["item_id"])
    expected = Counted(told["bills"], Decimal(told["total"]))
    run = service.publish(service.draft(item, period), item, expected)
    customers = list(in_credit([run.id]))
    return {"bills": run.bills, "total": str(run.total), "customers": customers, "settled": 0, "used": "0"}


def finish(payload: Plain, results: Iterator[Plain]) -> Finished:
    made = list(results)
    sums = {name: sum((Decimal(each[name]) for each in made), Decimal(0)) for name in ("total", "used")}
    facts = {"bills": sum(each["bills"] for each in made), **{name: f"{each:,.2f}" for name, each in sums.items()}}
    address = {"month": payload["month"], "estate_id": payload["estate_id"]}
    return Finished(result=facts, url=current_app.url_map.bind("").build("runs.index", address))


PUBLISH = Kind(
    name="billing.publish",
    title=_l("Publish bills"),
    work=publish,
    plan=lambda payload: payload["items"],
    finish=finish,
    size=lambda _chunk: 1,
    permission=Permission.billing_run,
    facts={"bills": _l("Bills"), "total": _l("Sum (yuan)"), "used": _l("Settled from credit (yuan)")},
)
