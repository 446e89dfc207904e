"""Jobs under an incident: attached by their number, shown on its page, detached again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.properties.models import Estate
from crm.repairs.orders.models import OrderState, PriorityReason, RepairOrder
from tests.repairs.incidents.making import OVER
from tests.repairs.making import category_called, make_incident, make_order

SignIn = Callable[[str], FlaskClient]


def under(db: Session, order: RepairOrder) -> int | None:
    db.expire_all()
    return db.scalar(select(RepairOrder.incident_id).filter_by(id=order.id))


def test_a_job_is_put_under_an_incident_and_taken_away(sign_in: SignIn, estate: Estate, db: Session) -> None:
    client, incident, order = sign_in("sunhao"), make_incident(estate), make_order(estate)
    page = f"/repairs/incidents/{incident.id}"
    assert client.post(f"{page}/attach", data={"number": order.number.lower()}).status_code == 302
    assert under(db, order) == incident.id
    assert f'href="/repairs/{order.id}"' in client.get(page).text
    assert client.post(f"{page}/jobs/{order.id}/detach").status_code == 302
    assert under(db, order) is None
    assert f'href="/repairs/{order.id}"' not in client.get(page).text
    told = [entry.data["number"] for entry in db.scalars(select(LogEntry).where(LogEntry.kind.like("IncidentJob%")))]
    assert told == [order.number, order.number]
    assert client.post(f"{page}/jobs/{order.id}/detach").status_code == 409, "it lies under none"


@pytest.mark.parametrize("state", OrderState)
def test_only_what_is_open_is_attached(sign_in: SignIn, estate: Estate, db: Session, state: OrderState) -> None:
    twin = {"duplicate_of_id": make_order(estate).id} if state is OrderState.duplicate else {}
    client, incident, order = sign_in("sunhao"), make_incident(estate), make_order(estate, state, **twin)
    answer = client.post(f"/repairs/incidents/{incident.id}/attach", data={"number": order.number})
    ended = state in ("filed", "cancelled", "duplicate")
    assert answer.status_code == (422 if ended else 302)
    assert under(db, order) == (None if ended else incident.id)


def test_neither_of_another_estate_nor_twice_nor_to_what_is_over(
    sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session
) -> None:
    client, incident, other = sign_in("sunhao"), make_incident(estate), make_incident(estate)
    order, foreign = make_order(estate), make_order(other_estate)
    attach = f"/repairs/incidents/{incident.id}/attach"
    for number in (foreign.number, "W0000-0000", ""):
        answer = client.post(attach, data={"number": number})
        assert answer.status_code == 422
        assert "notice-danger" in answer.text
    assert client.post(attach, data={"number": order.number}).status_code == 302
    assert client.post(attach, data={"number": order.number}).status_code == 422
    assert client.post(f"/repairs/incidents/{other.id}/attach", data={"number": order.number}).status_code == 422
    assert under(db, order) == incident.id
    over, loose = make_incident(estate, **OVER), make_order(estate)
    assert client.post(f"/repairs/incidents/{over.id}/attach", data={"number": loose.number}).status_code == 422
    assert under(db, loose) is None


def priority_of(db: Session, order: RepairOrder) -> tuple[str, str]:
    db.expire_all()
    found = db.get_one(RepairOrder, order.id)
    return found.priority.value, found.priority_reason.value


def test_with_many_callers_its_jobs_are_urgent_whenever_they_came(sign_in: SignIn, estate: Estate, db: Session) -> None:
    """Five callers: those under it, and those that are put under it afterwards; not what somebody chose himself, what
    is an emergency anyway, or what is done."""
    client, incident = sign_in("sunhao"), make_incident(estate)
    page = f"/repairs/incidents/{incident.id}"
    chosen = make_order(estate, incident_id=incident.id, priority_reason=PriorityReason.chosen)
    done = make_order(estate, OrderState.done, incident_id=incident.id)
    calm = category_called("灯具").id
    mine = make_order(estate, incident_id=incident.id, category_id=calm)
    for number in range(4):
        assert client.post(f"{page}/callers", data={"name": f"路人{number}"}).status_code == 302
    assert client.post(f"{page}/callers", data={"name": "路人3"}).status_code == 422, "the same one, once"
    assert priority_of(db, mine) == ("normal", "category")
    assert client.post(f"{page}/callers", data={"name": "路人4"}).status_code == 302
    assert priority_of(db, mine) == ("urgent", "many")
    assert priority_of(db, chosen) == ("normal", "chosen")
    assert priority_of(db, done) == ("normal", "category")
    later = make_order(estate, category_id=calm)
    assert client.post(f"{page}/attach", data={"number": later.number}).status_code == 302
    assert priority_of(db, later) == ("urgent", "many")
    told = [entry.data["number"] for entry in db.scalars(select(LogEntry).filter_by(kind="RepairClassified"))]
    assert told == [mine.number, later.number]
