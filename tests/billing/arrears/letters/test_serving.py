"""How letters go and what comes of it: every way and outcome, what proves nothing, what is taken back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.billing.arrears.dunning.models import Demand, DemandDelivery
from crm.billing.arrears.letters import queries, service
from crm.correspondence.serving.models import SERVED, Arrival, Channel
from crm.correspondence.serving.served import ARRIVALS, Served
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.arrears.letters.making import make_delivery, make_letter, make_unreached
from tests.billing.ledger.books import TODAY, refused
from tests.billing.making import MOMENT

C, A = Channel, Arrival
WHOLE = {
    C.by_hand: {"person": "欧阳志远（父）", "witness": "保安刘强"},
    C.ems: {"tracking": "EA123456789CN", "witness": "投递员"},
    C.posted_at_door: {"upload_id": 1},
    C.email: {"note": "已收到，月底缴", "upload_id": 1},
}


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def served(channel: Channel, arrival: Arrival, estate: Estate, **given: object) -> Served:
    facts: dict[str, object] = {**WHOLE[channel], **given}
    if facts.get("upload_id"):
        facts["upload_id"] = make.make_upload(estate, "demand_delivery").id
    return Served(channel=channel, arrival=arrival, **({"delivered_on": TODAY} | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", list(C))
@pytest.mark.parametrize("arrival", list(A))
def test_every_way_and_what_comes_of_it(books: Session, estate: Estate, channel: Channel, arrival: Arrival) -> None:
    demand = queries.get_demand(make_letter(estate).id)
    wanted = served(channel, arrival, estate)
    if arrival not in ARRIVALS[channel]:
        assert "cannot come" in refused(service.note_delivery, demand, wanted)
        return
    made = service.note_delivery(demand, wanted)
    assert (made.channel, made.arrival, made.delivered_on) == (channel, arrival, TODAY)
    found = books.scalars(select(queries.is_served()).select_from(Demand).where(Demand.id == demand.id)).one()
    assert found == (arrival in SERVED)
    assert "already" in refused(service.note_delivery, demand, wanted)


@pytest.mark.parametrize(
    ("channel", "arrival", "given", "words"),
    [
        (C.by_hand, A.delivered, {"person": " "}, "who took it"),
        (C.by_hand, A.refused, {"witness": ""}, "witness"),
        (C.ems, A.refused, {"witness": ""}, "witness"),
        (C.ems, A.delivered, {"tracking": " "}, "EMS number"),
        (C.posted_at_door, A.delivered, {"upload_id": None}, "photograph"),
        (C.email, A.delivered, {"upload_id": None}, "answered"),
        (C.by_hand, A.delivered, {"delivered_on": TODAY + timedelta(days=1)}, "lies between"),
        (C.by_hand, A.delivered, {"delivered_on": TODAY - timedelta(days=1)}, "lies between"),
    ],
)
def test_what_proves_nothing_is_refused(books: Session, estate: Estate, channel, arrival, given, words) -> None:
    demand = queries.get_demand(make_letter(estate).id)
    assert words in refused(service.note_delivery, demand, served(channel, arrival, estate, **given))


def test_the_database_refuses_it_too(db: Session, estate: Estate) -> None:
    demand = make_letter(estate)
    facts = {"demand_id": demand.id, "delivered_on": TODAY, "recorded_by": "李敏", "recorded_at": MOMENT}
    for wrong in (
        {"channel": C.by_hand, "arrival": A.refused},
        {"channel": C.ems, "arrival": A.delivered},
        {"channel": C.posted_at_door, "arrival": A.delivered},
        {"channel": C.by_hand, "arrival": A.on_its_way},
    ):
        entry = insert(DemandDelivery).values(**facts, **wrong, person="", witness="", tracking="", note="")
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(entry)


def test_a_void_letter_is_not_served(books: Session, estate: Estate) -> None:
    demand = queries.get_demand(make_letter(estate, voided=True).id)
    assert "void" in refused(service.note_delivery, demand, served(C.by_hand, A.delivered, estate))


def test_an_entry_is_taken_back_once_by_a_row_that_points_to_it(books: Session, estate: Estate) -> None:
    demand = queries.get_demand(make_letter(estate).id)
    made = service.note_delivery(demand, served(C.by_hand, A.delivered, estate))
    entry = queries.get_delivery(made.id)
    assert "Write why" in refused(service.take_back, entry, "  ")
    back = service.take_back(entry, "送错了门")
    assert (back.reverses_id, back.note) == (made.id, "送错了门")
    assert "already" in refused(service.take_back, entry, "再来")
    assert "takes another" in refused(service.take_back, queries.get_delivery(back.id), "再来")
    assert not books.scalars(select(queries.is_served()).select_from(Demand)).one()
    service.note_delivery(demand, served(C.by_hand, A.delivered, estate))
    assert books.scalars(select(queries.is_served()).select_from(Demand)).one()


def test_made_is_arrived_and_unreached_together(books: Session, estate: Estate) -> None:
    make_delivery(make_letter(estate))
    wrong = make_delivery(taken := make_letter(estate))
    make_delivery(taken, reverses_id=wrong.id)
    make_unreached(estate)
    make_letter(estate)
    make_letter(estate, voided=True)
    tally = queries.tally()
    assert (tally.made, tally.served, tally.unreached, tally.void) == (4, 1, 3, 1)
    listed = books.execute(queries.unreached()).all()
    assert len(listed) == tally.unreached
    assert taken.id in {row.id for row in listed}


# On the pages


def test_the_door_is_photographed_on_a_phone(db: Session, sign_in, estate: Estate) -> None:
    demand, client = make_letter(estate), sign_in("service_desk")
    page = f"/arrears/letters/{demand.id}/serve/posted_at_door"
    assert 'capture="environment"' in client.get(page).text
    without = client.post(page, data={"delivered_on": demand.day.isoformat(), "note": "敲门无人"})
    assert without.status_code == 422
    assert "敲门无人" in without.text
    noted = client.post(page, data={"delivered_on": demand.day.isoformat(), "photo": (BytesIO(photo()), "门口.jpg")})
    assert noted.status_code == 303
    shown = client.get(noted.location).text
    entry = db.scalars(select(DemandDelivery)).one()
    proof = f"/arrears/letters/deliveries/{entry.id}/proof"
    assert proof in shown
    assert client.get(proof).mimetype == "image/jpeg"
    assert db.scalar(select(func.count(LogEntry.id)).where(LogEntry.kind == "DemandServed")) == 1
    back = f"/arrears/letters/deliveries/{entry.id}/take-back"
    assert client.post(back, data={"reason": "照片拍错"}).status_code == 303
    assert "照片拍错" in client.get(noted.location).text
    assert client.get(f"/arrears/letters/{demand.id}/serve/pigeon").status_code == 404


def test_the_timeline_tells_of_letters_only_who_may_read_them(sign_in, estate: Estate, work) -> None:
    customer = make.make_customer(estate)
    with work():
        demand = queries.get_demand(make_letter(estate, customer).id)
        taken = Served(channel=C.by_hand, arrival=A.delivered, delivered_on=demand.day, person="欧阳志远")
        service.note_delivery(demand, taken)
    assert "欧阳志远" in sign_in("arrears_reviewer").get(f"/tenants/customers/{customer.id}").text
    assert "欧阳志远" not in sign_in("dispatcher").get(f"/tenants/customers/{customer.id}").text
