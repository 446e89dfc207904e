"""Taking a report: from wherever it is begun, with what is known of the place, entered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.dates import telling
from crm.properties.models import Estate, Unit
from crm.repairs.categories.models import Place, Priority, RepairCategory
from crm.repairs.incidents.models import IncidentCaller
from crm.repairs.orders.models import Channel, OrderState, Payer, RepairOrder, RepairStep
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.billing.making import make_bill
from tests.repairs.incidents.making import OVER, make_caller
from tests.repairs.making import category_called, make_incident, make_order

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday, noon
NEW, KNOWN = "/repairs/new", "/repairs/new/known"
PHONE, MASKED = "13907315678", "139****5678"
LEAK = "厨房水管漏水"
MEANINGLESS = "喂，你好"
S = OrderState


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with telling(NOW):
        yield


@pytest.fixture
def clerk(noon: None, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Sees 阳光花园 alone."""
    return sign_in("limin")


@pytest.fixture
def flat(estate: Estate) -> Unit:
    return make.make_unit(estate)


@pytest.fixture
def orders(db: Session) -> Callable[[], list[RepairOrder]]:
    def read() -> list[RepairOrder]:
        db.expire_all()
        return list(db.scalars(select(RepairOrder).order_by(RepairOrder.id)))

    return read


@pytest.fixture
def known_job(estate: Estate, flat: Unit) -> RepairOrder:
    return make_order(estate, S.accepted, flat, digits=PHONE, tail="5678")


def told(estate: Estate, unit: Unit | None = None, **given: Any) -> dict[str, Any]:
    """The form as it is filled in on the bare page."""
    facts = {"estate_id": estate.id, "unit": unit.label if unit else "", "problem": LEAK, "channel": "phone"}
    return facts | {"minutes": 120, "key": "form-1", "thing": "", "category_id": "", "phone_id": ""} | given


def asked_about(page: str, name: str) -> str:
    """The value of a field as the page shows it."""
    _before, _name, rest = page.partition(f'name="{name}"')
    return rest.partition('value="')[2].partition('"')[0]


def test_from_a_customers_card(clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any) -> None:
    customer = make.make_customer(estate, unit=flat)
    make.make_phone(customer)
    page = clerk.get(f"{NEW}?customer_id={customer.id}").text
    assert asked_about(page, "unit") == flat.label
    assert asked_about(page, "caller") == customer.name
    assert 'name="estate_id"' not in page
    assert MASKED in page
    assert PHONE not in page
    phone = customer_phone(page)
    sent = told(estate, flat, caller="欧阳娜娜", phone_id=phone, channel="message")
    answer = clerk.post(f"{NEW}?customer_id={customer.id}", data=sent | {"minutes": 60, "wanted_from": "明天 9:30"})
    [order] = orders()
    assert answer.location == f"/repairs/{order.id}"
    assert (order.customer_id, order.unit_id, order.building_id) == (customer.id, flat.id, flat.building_id)
    assert (order.digits, order.tail, order.channel) == (PHONE, "5678", Channel.message)
    assert (order.wanted_from, order.wanted_until) == (
        datetime(2026, 11, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 11, 25, 2, 30, tzinfo=UTC),
    )
    assert order.registered_by == "李敏"


def customer_phone(page: str) -> str:
    """The number of the file that stands chosen."""
    return page.partition('name="phone_id"')[2].partition("selected")[2].partition('value="')[2].partition('"')[0]


def test_from_a_unit_its_tenant_is_meant_before_its_owner(
    clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any
) -> None:
    make.make_customer(estate, "业主甲", unit=flat)
    tenant = make.make_customer(estate, "租户乙")
    make.make_occupancy(tenant, flat, role=OccupancyRole.tenant)
    assert asked_about(clerk.get(f"{NEW}?unit_id={flat.id}").text, "unit") == flat.label
    assert clerk.post(f"{NEW}?unit_id={flat.id}", data=told(estate, flat)).status_code == 302
    [order] = orders()
    assert (order.customer_id, order.unit_id) == (tenant.id, flat.id)


@pytest.mark.parametrize("kind", ["equipment", "public_area"])
def test_from_a_thing(clerk: FlaskClient, estate: Estate, orders: Any, kind: str) -> None:
    thing = make.make_equipment(estate) if kind == "equipment" else make.make_public_area(estate)
    chosen = f"{'equipment' if kind == 'equipment' else 'area'}-{thing.id}"
    page = clerk.get(f"{NEW}?{kind}_id={thing.id}").text
    assert f'selected value="{chosen}"' in page
    sent = told(estate, thing=chosen, problem="电梯异响")
    assert clerk.post(f"{NEW}?{kind}_id={thing.id}", data=sent).status_code == 302
    [order] = orders()
    found = order.equipment_id if kind == "equipment" else order.public_area_id
    assert (found, order.unit_id, order.payer) == (thing.id, None, Payer.company)


def test_a_thing_says_which_estate(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, other_estate: Estate, orders: Any
) -> None:
    """Whoever sees several may leave the first one chosen."""
    machine = make.make_equipment(other_estate)
    sent = told(estate, thing=f"equipment-{machine.id}", problem="电梯异响")
    assert sign_in("zhouhui").post(NEW, data=sent).status_code == 302
    assert orders()[0].estate_id == other_estate.id


def test_whoever_owes_is_never_refused(clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any) -> None:
    customer = make.make_customer(estate, unit=flat)
    make_bill(customer, "98765.00")
    address = f"{NEW}?customer_id={customer.id}"
    assert clerk.get(address).status_code == 200
    answer = clerk.post(address, data=told(estate, flat))
    assert answer.status_code == 302
    assert orders()[0].customer_id == customer.id


@pytest.mark.parametrize(
    ("chosen", "expected"), [("", "水管漏水"), ("灯具", "灯具")], ids=["as the words say", "as chosen"]
)
def test_the_category(
    clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any, db: Session, chosen: str, expected: str
) -> None:
    category_id = category_called(chosen).id if chosen else ""
    assert clerk.post(NEW, data=told(estate, flat, category_id=category_id)).status_code == 302
    assert db.get_one(RepairCategory, orders()[0].category_id).name == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"problem": MEANINGLESS}, "请选择类别"),
        ({"unit": "99-9-999"}, "99-9-999"),
        ({"unit": ""}, "is-invalid"),
        ({"problem": ""}, "is-invalid"),
        ({"number": "一二三"}, "is-invalid"),
        ({"wanted_from": "改天"}, "is-invalid"),
        ({"wanted_from": "2020-01-01 9:00"}, "is-invalid"),
        ({"minutes": "7"}, "is-invalid"),
        ({"channel": "import"}, "is-invalid"),
        ({"channel": "planned"}, "is-invalid"),
        ({"category_id": "abc"}, "is-invalid"),
        ({"category_id": "9" * 30}, "is-invalid"),
        ({"thing": "area-x"}, "is-invalid"),
        ({"thing": "equipment-999999999999"}, "is-invalid"),
        ({"thing": "roof-1"}, "is-invalid"),
        ({"estate_id": "abc"}, "is-invalid"),
        ({"estate_id": "9" * 20}, "is-invalid"),
        ({"problem": "漏" * 501}, "is-invalid"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_kept(
    clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any, given: dict[str, Any], words: str
) -> None:
    sent = told(estate, flat, caller="司马相如", spot="阳台") | given
    if given == {"unit": ""}:
        sent["spot"] = ""
    answer = clerk.post(NEW, data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "司马相如" in answer.text
    for name in ("problem", "unit", "wanted_from", "number"):
        assert str(given.get(name, "")) in answer.text
    assert orders() == []
    assert clerk.post(KNOWN, data=sent).status_code == 200


@pytest.mark.parametrize("kind", ["customer", "unit", "equipment", "public_area"])
def test_the_other_estates_are_not_found(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, orders: Any, kind: str
) -> None:
    thing = getattr(make, f"make_{kind}")(other_estate)
    address = f"?{kind}_id={thing.id}"
    assert clerk.get(NEW + address).status_code == 404
    if kind in ("customer", "unit"):
        assert clerk.post(NEW + address, data=told(estate, spot="门口")).status_code == 404
        assert clerk.post(KNOWN + address, data=told(estate)).status_code == 404
    assert orders() == []


@pytest.mark.parametrize("kind", ["equipment", "area"])
def test_a_thing_of_another_estate_is_not_taken(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, orders: Any, kind: str
) -> None:
    maker = make.make_equipment if kind == "equipment" else make.make_public_area
    sent = told(estate, thing=f"{kind}-{maker(other_estate).id}")
    assert clerk.post(NEW, data=sent).status_code == 422
    assert clerk.post(KNOWN, data=sent).text == clerk.post(KNOWN, data=told(estate)).text, "as if none were named"
    assert orders() == []


def test_an_estate_of_others_is_not_taken_nor_told_of(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, orders: Any
) -> None:
    make_incident(other_estate, title="别处停水")
    sent = told(other_estate, spot="门口")
    assert clerk.post(NEW, data=sent).status_code == 422
    assert "别处停水" not in clerk.post(KNOWN, data=sent).text
    assert orders() == []


def test_words_that_mean_nothing_are_the_categorys_error(clerk: FlaskClient, estate: Estate, flat: Unit) -> None:
    page = clerk.post(NEW, data=told(estate, flat, problem=MEANINGLESS)).text
    assert 'href="#category_id"' in page, "the summary leads to it"
    incident = make_incident(estate)
    noted = told(estate, flat, problem=MEANINGLESS, attach=f"caller-{incident.id}")
    assert clerk.post(NEW, data=noted).status_code == 302, "what is only noted wants none"


def test_a_category_that_is_none(clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any) -> None:
    assert clerk.post(NEW, data=told(estate, flat, category_id="99999999")).status_code in (404, 422)
    assert orders() == []


@pytest.mark.parametrize("path", [NEW, KNOWN])
@pytest.mark.parametrize("who", ["zhangjg", "wanglei"])
def test_who_takes_no_reports(noon: None, sign_in: Callable[[str], FlaskClient], who: str, path: str) -> None:
    answer = sign_in(who).post(path)
    assert answer.status_code == 403
    assert sign_in(who).get(NEW).status_code == 403


def test_the_same_fault_is_refused_once_then_a_job_of_its_own(
    clerk: FlaskClient, estate: Estate, flat: Unit, known_job: RepairOrder, orders: Any
) -> None:
    refused = clerk.post(NEW, data=told(estate, flat))
    assert refused.status_code == 422
    assert "这件事已有相关情况" in refused.text
    assert known_job.number in refused.text
    assert f'value="again-{known_job.id}"' in refused.text
    assert len(orders()) == 1
    assert clerk.post(NEW, data=told(estate, flat, attach="own")).status_code == 302
    assert len(orders()) == 2


def test_what_was_shown_is_not_said_again(
    clerk: FlaskClient, estate: Estate, flat: Unit, known_job: RepairOrder, orders: Any
) -> None:
    shown = clerk.post(KNOWN, data=told(estate, flat)).text
    seen = asked_about(shown, "seen")
    assert seen == f"o{known_job.id}"
    assert clerk.post(NEW, data=told(estate, flat, seen=seen)).status_code == 302
    third = clerk.post(NEW, data=told(estate, flat, seen=seen, key="form-2"))
    assert third.status_code == 422, "meanwhile there is one more"
    assert len(orders()) == 2


def test_another_fault_is_shown_and_hinders_nothing(
    clerk: FlaskClient, estate: Estate, flat: Unit, known_job: RepairOrder, orders: Any
) -> None:
    sent = told(estate, flat, problem="卧室灯不亮")
    shown = clerk.post(KNOWN, data=sent).text
    assert known_job.number in shown
    assert "again-" not in shown
    assert clerk.post(NEW, data=sent).status_code == 302
    assert len(orders()) == 2


def test_an_emergency_waits_for_nothing(
    clerk: FlaskClient, estate: Estate, flat: Unit, known_job: RepairOrder, orders: Any
) -> None:
    make_incident(estate)
    assert clerk.post(NEW, data=told(estate, flat, emergency="1")).status_code == 302
    made = orders()[-1]
    assert (len(orders()), made.emergency, made.priority) == (2, True, Priority.emergency)


def test_called_again(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit, known_job: RepairOrder, orders: Any
) -> None:
    sent = told(estate, flat, attach=f"again-{known_job.id}", problem="还在漏水，快点")
    for _twice in range(2):
        assert clerk.post(NEW, data=sent).location == f"/repairs/{known_job.id}"
    assert len(orders()) == 1
    [step] = db.scalars(select(RepairStep).filter_by(action="contact"))
    assert (step.repair_order_id, step.note) == (known_job.id, "再次来电：还在漏水，快点")


def test_a_caller_is_noted_with_the_incident(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit, orders: Any
) -> None:
    incident = make_incident(estate)
    sent = told(estate, flat, attach=f"caller-{incident.id}", caller="司马相如", number=PHONE, problem="没水")
    answer = clerk.post(NEW, data=sent)
    assert answer.location == f"/repairs/incidents/{incident.id}"
    [caller] = db.scalars(select(IncidentCaller))
    assert (caller.incident_id, caller.unit_id, caller.name, caller.digits) == (
        incident.id,
        flat.id,
        "司马相如",
        PHONE,
    )
    assert caller.wants_word
    assert orders() == []
    again = clerk.post(NEW, data=sent)
    assert again.status_code == 422, "a unit counts once"
    assert PHONE not in again.text.replace(f'value="{PHONE}"', "")


def test_a_job_that_belongs_to_the_incident(clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any) -> None:
    incident = make_incident(estate)
    assert clerk.post(NEW, data=told(estate, flat)).status_code == 422
    assert clerk.post(NEW, data=told(estate, flat, attach=f"joined-{incident.id}", seen=f"i{incident.id}")).location
    [order] = orders()
    assert order.incident_id == incident.id


@pytest.mark.parametrize("what", ["again", "caller", "joined"])
@pytest.mark.parametrize("whose", ["other", "over", "none", "nonsense"])
def test_what_is_over_or_anothers_is_chosen_anew(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, flat: Unit, orders: Any, what: str, whose: str
) -> None:
    if whose in ("none", "nonsense"):
        key: Any = "99999999999" if whose == "none" else "x"
    elif what == "again":
        key = make_order(other_estate).id if whose == "other" else make_order(estate, S.filed, flat).id
    else:
        key = make_incident(other_estate).id if whose == "other" else make_incident(estate, **OVER).id
    before = len(orders())
    answer = clerk.post(NEW, data=told(estate, flat, attach=f"{what}-{key}"))
    assert answer.status_code == 422
    assert "情况已变" in answer.text
    assert len(orders()) == before


def test_the_same_form_sent_twice_is_one_job(clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any) -> None:
    first, second = (clerk.post(NEW, data=told(estate, flat)) for _twice in range(2))
    [order] = orders()
    assert first.location == second.location == f"/repairs/{order.id}"
    assert clerk.post(NEW, data=told(estate, flat, key="form-2", attach="own")).status_code == 302
    assert len(orders()) == 2


def test_every_page_has_a_key_of_its_own(clerk: FlaskClient) -> None:
    keys = {asked_about(clerk.get(NEW).text, "key") for _page in range(2)}
    assert len(keys - {""}) == 2


def test_the_part_tells_what_is_known(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, flat: Unit, known_job: RepairOrder
) -> None:
    incident = make_incident(estate, building_id=flat.building_id)
    make_caller(incident, flat)
    elsewhere = make_incident(estate, building_id=make.make_building(estate).id, title="隔壁停水")
    make_incident(other_estate, title="别处停水")
    make_incident(estate, title="早已恢复", **OVER)
    part = clerk.post(KNOWN, data=told(estate, flat)).text
    assert incident.words in part
    assert not any(title in part for title in (elsewhere.title, "别处停水", "早已恢复"))
    assert asked_about(part, "seen") == f"i{incident.id},o{known_job.id}"
    assert known_job.number in part
    assert "张建国" in part
    assert PHONE not in part
    assert "判断为：" in part
    assert "水管漏水" in part


@pytest.mark.parametrize(
    ("days", "state", "free"),
    [(29, S.confirmed, True), (31, S.confirmed, False), (5, S.filed, True), (5, S.cancelled, False)],
)
def test_a_repeat_is_free_of_charge(
    clerk: FlaskClient, estate: Estate, flat: Unit, orders: Any, days: int, state: OrderState, free: bool
) -> None:
    at = NOW - timedelta(days=days, hours=5)
    mended = make_order(estate, state, flat, registered_at=at)
    make.make_customer(estate, unit=flat)
    part = clerk.post(KNOWN, data=told(estate, flat)).text
    assert ("这次免费返修" in part and mended.number in part) is free
    assert clerk.post(NEW, data=told(estate, flat)).status_code == 302
    made = orders()[-1]
    assert (made.repeat_of_id, made.payer) == ((mended.id, Payer.company) if free else (None, Payer.customer))


@pytest.mark.parametrize(
    ("handover", "payer", "words"),
    [
        (date(2024, 11, 24), Payer.builder, "2026-11-24"),
        (date(2024, 11, 23), Payer.customer, "2026-11-23"),
        (None, Payer.customer, "交房"),
    ],
)
def test_who_pays_by_the_builders_warranty(
    clerk: FlaskClient, estate: Estate, orders: Any, handover: date | None, payer: Payer, words: str
) -> None:
    """Pipes: two years from the hand-over, the last day counts."""
    unit = make.make_unit(estate, handover_on=handover)
    make.make_customer(estate, unit=unit)
    part = clerk.post(KNOWN, data=told(estate, unit)).text
    assert words in part
    assert clerk.post(NEW, data=told(estate, unit)).status_code == 302
    order = orders()[0]
    assert order.payer is payer
    assert order.payer_reason in part


def test_grave_words_are_answered(clerk: FlaskClient, estate: Estate, flat: Unit) -> None:
    words = "听起来是急修"
    assert words in clerk.post(KNOWN, data=told(estate, flat, problem="插座冒烟")).text
    assert words not in clerk.post(KNOWN, data=told(estate, flat, problem="插座冒烟", emergency="1")).text
    assert words not in clerk.post(KNOWN, data=told(estate, flat)).text


@pytest.mark.parametrize("where", ["a unit", "a thing"])
def test_the_same_queries_for_one_job_and_ten(
    clerk: FlaskClient, estate: Estate, flat: Unit, queries: Any, where: str
) -> None:
    unit = flat if where == "a unit" else None
    thing = "" if unit else f"equipment-{make.make_equipment(estate).id}"
    category = category_called("困人", Place.equipment) if thing else category_called("水管漏水")
    sent = told(estate, unit, thing=thing, category_id=category.id)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_order(estate, S.accepted, unit, category_id=category.id)
        clerk.post(KNOWN, data=sent)
        with queries() as seen:
            shown = clerk.post(KNOWN, data=sent).text
        assert "again-" in shown
        counts.append(len(seen))
    assert counts[0] == counts[1]
