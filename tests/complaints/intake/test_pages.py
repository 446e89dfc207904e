"""Taking a complaint: from wherever it is begun, with what is known of caller and place, entered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.complaints.cases.models import (
    About,
    Channel,
    Complaint,
    ComplaintCaller,
    ComplaintLink,
    ComplaintState,
    ComplaintStep,
    SeverityReason,
)
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.properties.models import Estate, Unit
from crm.repairs.orders.models import OrderState
from tests import factories as make
from tests.complaints.intake.making import NOON, make_case, make_letter
from tests.complaints.making import category_called, make_caller
from tests.repairs.incidents.making import OVER
from tests.repairs.intake.test_pages import asked_about, customer_phone
from tests.repairs.making import make_incident, make_order, user_called

NEW, KNOWN = "/complaints/new", "/complaints/new/known"
PHONE, MASKED = "13907315678", "139****5678"
NOISE = "楼上每天半夜很吵"
MEANINGLESS = "喂，你好"
S = ComplaintState
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def cases(db: Session) -> Callable[[], list[Complaint]]:
    def read() -> list[Complaint]:
        db.expire_all()
        return list(db.scalars(select(Complaint).order_by(Complaint.id)))

    return read


@pytest.fixture
def callers(db: Session) -> Callable[[], list[ComplaintCaller]]:
    def read() -> list[ComplaintCaller]:
        db.expire_all()
        return list(db.scalars(select(ComplaintCaller).order_by(ComplaintCaller.id)))

    return read


def told(estate: Estate, unit: Unit | None = None, **given: Any) -> dict[str, Any]:
    """The form as it is filled in on the bare page."""
    facts = {"estate_id": estate.id, "unit": unit.label if unit else "", "words": NOISE, "channel": "phone"}
    facts |= {"caller": "司马相如", "wants_word": "1", "key": "form-1"}
    return facts | dict.fromkeys(("thing", "category_id", "phone_id", "about", "about_user_id"), "") | given


def test_from_a_customers_card(clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, callers: Any) -> None:
    customer = make.make_customer(estate, unit=flat)
    make.make_phone(customer)
    page = clerk.get(f"{NEW}?customer_id={customer.id}").text
    assert asked_about(page, "unit") == flat.label
    assert asked_about(page, "caller") == customer.name
    assert 'name="estate_id"' not in page
    assert MASKED in page
    assert PHONE not in page
    sent = told(estate, flat, caller=customer.name, phone_id=customer_phone(page), wish="请他们安静")
    answer = clerk.post(f"{NEW}?customer_id={customer.id}", data=sent)
    [case], [caller] = cases(), callers()
    assert answer.location == f"/complaints/{case.id}"
    assert (case.customer_id, case.unit_id, case.building_id) == (customer.id, flat.id, flat.building_id)
    assert (case.words, case.wish, case.received_by) == (NOISE, "请他们安静", "李敏")
    assert (caller.customer_id, caller.unit_id, caller.digits) == (customer.id, flat.id, PHONE)
    assert (caller.name, caller.words, caller.noted_by) == (customer.name, NOISE, "李敏")
    assert case.wants_callback


def test_the_card_and_one_line_are_enough(clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any) -> None:
    """What the page offers is sent as it stands: the key C, the words, Enter."""
    customer = make.make_customer(estate, unit=flat)
    page = clerk.get(f"{NEW}?customer_id={customer.id}").text
    sent = {name: asked_about(page, name) for name in ("unit", "caller", "key")}
    assert clerk.post(f"{NEW}?customer_id={customer.id}", data=told(estate) | sent).status_code == 302
    [case] = cases()
    assert (case.customer_id, case.unit_id) == (customer.id, flat.id)


def test_from_a_unit_its_household_is_meant(clerk: FlaskClient, estate: Estate, flat: Unit, callers: Any) -> None:
    customer = make.make_customer(estate, unit=flat)
    address = f"{NEW}?unit_id={flat.id}"
    assert asked_about(clerk.get(address).text, "unit") == flat.label
    assert clerk.post(address, data=told(estate, flat, caller="")).status_code == 302
    assert clerk.post(address, data=told(estate, flat, key="form-2", attach="own")).status_code == 302
    household, somebody = callers()
    assert household.customer_id == customer.id
    assert (somebody.customer_id, somebody.name) == (None, "司马相如")


def test_whoever_complains_of_a_unit_is_not_its_household(
    clerk: FlaskClient, estate: Estate, flat: Unit, callers: Any, cases: Any
) -> None:
    make.make_customer(estate, "业主甲", unit=flat)
    assert clerk.post(NEW, data=told(estate, flat)).status_code == 302
    [caller], [case] = callers(), cases()
    assert (caller.customer_id, case.customer_id, case.unit_id) == (None, None, flat.id)
    refused = clerk.post(NEW, data=told(estate, flat, caller="", key="form-2"))
    assert refused.status_code == 422
    assert 'href="#caller"' in refused.text


@pytest.mark.parametrize("how", ["name", "number"])
def test_a_caller_who_is_in_the_files(clerk: FlaskClient, estate: Estate, flat: Unit, callers: Any, how: str) -> None:
    customer = make.make_customer(estate, "业主甲", unit=flat)
    make.make_phone(customer)
    said = {"caller": "业主甲"} if how == "name" else {"caller": "", "number": PHONE, "unit": ""}
    assert clerk.post(NEW, data=told(estate, flat) | said).status_code == 302
    assert callers()[0].customer_id == customer.id


def test_from_a_public_area(clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, callers: Any) -> None:
    area = make.make_public_area(estate)
    page = clerk.get(f"{NEW}?public_area_id={area.id}").text
    assert f'selected value="area-{area.id}"' in page
    assert clerk.post(NEW, data=told(estate, flat, thing=f"area-{area.id}", words="大堂很脏")).status_code == 302
    [case], [caller] = cases(), callers()
    assert (case.public_area_id, case.unit_id, case.about) == (area.id, None, About.public_area)
    assert caller.unit_id == flat.id, "the caller's own"


def test_a_neighbour_is_where_the_trouble_is(
    clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, callers: Any
) -> None:
    above = make.make_unit(estate)
    noisy = make.make_customer(estate, "宇文化及", unit=above)
    customer = make.make_customer(estate, unit=flat)
    address = f"{NEW}?customer_id={customer.id}"
    assert clerk.post(address, data=told(estate, flat, neighbour=above.label, number=PHONE)).status_code == 302
    [case], [caller] = cases(), callers()
    assert (case.about, case.unit_id, case.about_customer_id) == (About.neighbour, above.id, noisy.id)
    assert case.about_department_id is None, "whose category it is does not make them complained about"
    assert (caller.customer_id, caller.unit_id) == (customer.id, flat.id)
    for page in (f"/tenants/customers/{noisy.id}", f"/tenants/units/{above.id}"):
        for tab in ("", "?tab=complaints"):
            answer = clerk.get(page + tab)
            assert answer.status_code == 200
            assert not any(each in answer.text for each in (customer.name, MASKED, NOISE)), page


@pytest.mark.parametrize(
    ("words", "about"),
    [("邻居养狗", About.neighbour), ("物业费算错了", About.charge), ("保洁不到位", About.service)],
)
def test_what_the_words_are_about(clerk: FlaskClient, estate: Estate, cases: Any, words: str, about: About) -> None:
    assert clerk.post(NEW, data=told(estate, words=words)).status_code == 302
    assert cases()[0].about is about


def test_one_of_our_people(clerk: FlaskClient, estate: Estate, cases: Any) -> None:
    person = user_called("zhangjg")
    refused = clerk.post(NEW, data=told(estate, about="person"))
    assert refused.status_code == 422
    assert 'href="#about_user_id"' in refused.text
    sent = told(estate, words="师傅态度差", about_user_id=person.id)
    assert clerk.post(NEW, data=sent).status_code == 302
    assert (cases()[0].about, cases()[0].about_user_id) == (About.person, person.id)
    elsewhere = sent | {"about": "unit", "key": "form-2", "attach": "own"}
    assert clerk.post(NEW, data=elsewhere).status_code == 302
    assert (cases()[1].about, cases()[1].about_user_id) == (About.unit, None), "what was chosen counts"


def test_a_patrol_of_ours(clerk: FlaskClient, estate: Estate, flat: Unit, callers: Any, cases: Any) -> None:
    make.make_customer(estate, unit=flat)
    assert clerk.post(NEW, data=told(estate, flat, channel="patrol", caller="")).status_code == 302
    [caller], [case] = callers(), cases()
    assert (caller.name, caller.customer_id, caller.unit_id) == ("李敏", None, None)
    assert (case.channel, case.unit_id, case.wants_callback) == (Channel.patrol, flat.id, False)


def test_through_the_hotline_it_is_urgent(clerk: FlaskClient, estate: Estate, cases: Any) -> None:
    refused = clerk.post(NEW, data=told(estate, channel="hotline"))
    assert refused.status_code == 422
    assert 'href="#hotline_number"' in refused.text
    sent = told(estate, channel="hotline", hotline_number="20261124-0815")
    assert clerk.post(NEW, data=sent).status_code == 302
    [case] = cases()
    assert (case.hotline_number, case.severity, case.severity_reason) == (
        "20261124-0815",
        Severity.urgent,
        SeverityReason.hotline,
    )
    assert case.answer_due_at == NOON + timedelta(hours=2)


def test_from_a_call_its_number_is_kept_and_never_shown(
    clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, callers: Any
) -> None:
    customer = make.make_customer(estate, unit=flat)
    call = make.make_call(estate, customer, digits=PHONE, caller="欧阳老伯", note=NOISE)
    page = clerk.get(f"{NEW}?call_id={call.id}").text
    assert PHONE not in page
    assert MASKED in page
    assert NOISE in page
    assert asked_about(page, "caller") == "欧阳老伯"
    assert clerk.post(f"{NEW}?call_id={call.id}", data=told(estate, flat, caller="欧阳老伯")).status_code == 302
    [caller] = callers()
    assert (caller.call_id, caller.digits, caller.customer_id) == (call.id, PHONE, customer.id)
    assert f'href="{NEW}?call_id={call.id}"' in clerk.get(f"/calls/{call.id}").text


@pytest.mark.parametrize("anonymous", [False, True])
def test_from_a_letter(
    clerk: FlaskClient, db: Session, estate: Estate, cases: Any, callers: Any, anonymous: bool
) -> None:
    letter = make_letter(estate)
    page = clerk.get(f"{NEW}?letter_id={letter.id}").text
    assert letter.summary in page
    assert letter.number in page
    assert 'selected value="letter"' in page
    sent = told(estate, channel="letter", **({"anonymous": "1"} if anonymous else {}))
    assert clerk.post(f"{NEW}?letter_id={letter.id}", data=sent).status_code == 302
    [case] = cases()
    links = [(link.kind, link.thing_id, link.label) for link in db.scalars(select(ComplaintLink))]
    assert links == ([] if anonymous else [("letter", letter.id, f"{letter.number} · {letter.subject}")])
    assert case.channel is Channel.letter


def test_from_what_it_has_to_do_with(
    clerk: FlaskClient, db: Session, estate: Estate, other_estate: Estate, flat: Unit, cases: Any
) -> None:
    """From the page of a job; also where the caller is noted with a case that stands already."""
    job, standing = make_order(estate, OrderState.accepted, flat), make_case(estate, unit=flat)
    address = f"{NEW}?unit_id={flat.id}&amp;link=repair_order-{job.id}"
    assert f'href="{address}"' in clerk.get(f"/repairs/{job.id}").text
    sent = told(estate, flat, attach=f"caller-{standing.id}")
    assert clerk.post(address.replace("&amp;", "&"), data=sent).location == f"/complaints/{standing.id}"
    [link] = db.scalars(select(ComplaintLink))
    assert (link.complaint_id, link.kind, link.thing_id) == (standing.id, "repair_order", job.id)
    theirs = make_order(other_estate)
    for wrong in (f"repair_order-{theirs.id}", "repair_order-x", "weather-1", "-", "9" * 50):
        assert clerk.post(f"{NEW}?link={wrong}", data=told(estate, key=wrong[:30], attach="own")).status_code == 302
    db.expire_all()
    assert len(db.scalars(select(ComplaintLink)).all()) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"words": MEANINGLESS}, "请选择类别"),
        ({"words": ""}, "is-invalid"),
        ({"words": "吵" * 2001}, "is-invalid"),
        ({"unit": "99-9-999"}, "99-9-999"),
        ({"neighbour": "99-9-998"}, "99-9-998"),
        ({"number": "一二三"}, "is-invalid"),
        ({"caller": ""}, "is-invalid"),
        ({"channel": "import"}, "is-invalid"),
        ({"category_id": "abc"}, "is-invalid"),
        ({"category_id": "9" * 30}, "is-invalid"),
        ({"about": "weather"}, "is-invalid"),
        ({"about_user_id": "999999"}, "is-invalid"),
        ({"about_user_id": "x"}, "is-invalid"),
        ({"thing": "area-x"}, "is-invalid"),
        ({"thing": "equipment-1"}, "is-invalid"),
        ({"thing": "area-999999999999"}, "is-invalid"),
        ({"estate_id": "abc"}, "is-invalid"),
        ({"estate_id": "9" * 20}, "is-invalid"),
        ({"channel": "hotline"}, "is-invalid"),
        ({"wish": "好" * 301}, "is-invalid"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_kept(
    clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, given: dict[str, Any], words: str
) -> None:
    sent = told(estate, flat, spot="阳台", wish="请安静") | given
    answer = clerk.post(NEW, data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "阳台" in answer.text
    for name in ("words", "unit", "neighbour", "number", "wish"):
        assert str(given.get(name, "")) in answer.text
    assert cases() == []
    assert clerk.post(KNOWN, data=sent).status_code == 200


@pytest.mark.parametrize("kind", ["customer", "unit", "public_area", "call", "letter"])
@pytest.mark.parametrize("path", [NEW, KNOWN])
def test_the_other_estates_are_not_found(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, cases: Any, kind: str, path: str
) -> None:
    if kind == "call":
        thing: Any = make.make_call(other_estate, make.make_customer(other_estate))
    else:
        thing = make_letter(other_estate) if kind == "letter" else getattr(make, f"make_{kind}")(other_estate)
    assert clerk.get(f"{NEW}?{kind}_id={thing.id}").status_code == 404
    assert clerk.post(f"{path}?{kind}_id={thing.id}", data=told(estate)).status_code == 404
    assert cases() == []


def test_a_unit_an_area_an_estate_of_others_is_not_taken_nor_told_of(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, cases: Any
) -> None:
    theirs = make.make_unit(other_estate, number="88")
    there = make_case(other_estate, unit=theirs)
    for sent in (
        told(other_estate),
        told(estate, thing=f"area-{make.make_public_area(other_estate).id}"),
        told(estate, neighbour=theirs.label),
    ):
        assert clerk.post(NEW, data=sent).status_code == 422
        assert there.number not in clerk.post(KNOWN, data=sent).text
    assert [case.id for case in cases()] == [there.id]


@pytest.mark.parametrize("who", ["zhangjg", "wanglei"])
def test_who_takes_no_complaints(noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, who: str) -> None:
    client, case = sign_in(who), make_case(estate)
    for path in (NEW, KNOWN, f"/complaints/{case.id}/callers/new"):
        assert client.post(path).status_code == 403
    assert client.get(NEW).status_code == 403


def test_the_same_is_refused_once_then_a_case_of_its_own(
    clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any
) -> None:
    standing = make_case(estate, unit=flat)
    refused = clerk.post(NEW, data=told(estate, flat))
    assert refused.status_code == 422
    assert "这件事已有相关情况" in refused.text
    assert standing.number in refused.text
    assert len(cases()) == 1
    assert clerk.post(NEW, data=told(estate, flat, attach="own")).status_code == 302
    assert len(cases()) == 2


def test_what_was_shown_is_not_said_again(clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any) -> None:
    standing = make_case(estate, unit=flat)
    seen = asked_about(clerk.post(KNOWN, data=told(estate, flat)).text, "seen")
    assert seen == f"t{standing.id}"
    assert clerk.post(NEW, data=told(estate, flat, seen=seen)).status_code == 302
    assert clerk.post(NEW, data=told(estate, flat, seen=seen, key="form-2")).status_code == 422, "there is one more"


def test_what_is_urgent_waits_for_nothing(clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any) -> None:
    make_case(estate, unit=flat)
    make_incident(estate)
    assert clerk.post(NEW, data=told(estate, flat, urgent="1")).status_code == 302
    made = cases()[-1]
    assert (made.severity, made.severity_reason) == (Severity.urgent, SeverityReason.said)


@pytest.mark.parametrize("where", ["the place", "the building", "elsewhere", "another thing"])
def test_which_cases_are_told_of(clerk: FlaskClient, estate: Estate, flat: Unit, where: str) -> None:
    unit = {"the place": flat, "elsewhere": make.make_unit(estate)}.get(where)
    unit = unit or make.make_unit(estate, building_id=flat.building_id)
    given = {"category_id": category_called("垃圾清运").id} if where == "another thing" else {}
    case = make_case(estate, S.acting, flat if given else unit, **given)
    part = clerk.post(KNOWN, data=told(estate, flat)).text
    assert (case.number in part) is (where != "elsewhere")
    assert (f"caller-{case.id}" in part) is (where in ("the place", "the building"))
    assert (asked_about(part, "seen") != "") is (where == "the place")


def test_one_more_caller_instead_of_one_more_case(
    clerk: FlaskClient, estate: Estate, flat: Unit, cases: Any, callers: Any
) -> None:
    standing = make_case(estate, unit=flat, wants_callback=False)
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    address = f"{NEW}?customer_id={customer.id}"
    sent = told(estate, flat, attach=f"caller-{standing.id}", number=PHONE, words="我家也听见了")
    for _twice in range(2):
        assert clerk.post(address, data=sent).location == f"/complaints/{standing.id}"
    [caller], [case] = callers(), cases()
    assert (caller.complaint_id, caller.customer_id, caller.words) == (standing.id, customer.id, "我家也听见了")
    assert case.wants_callback
    again = clerk.post(address, data=sent | {"key": "form-2"})
    assert again.status_code == 422, "a customer counts once"
    assert len(callers()) == 1


def test_the_callers_own_case_is_talked_of_again(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit, cases: Any, callers: Any
) -> None:
    customer = make.make_customer(estate, unit=flat)
    standing = make_case(estate, S.acting, make.make_unit(estate))
    make_caller(standing, customer_id=customer.id)
    address = f"{NEW}?customer_id={customer.id}"
    part = clerk.post(f"{KNOWN}?customer_id={customer.id}", data=told(estate, flat)).text
    assert f"again-{standing.id}" in part
    assert asked_about(part, "seen") == f"t{standing.id}"
    sent = told(estate, flat, attach=f"again-{standing.id}", words="还在吵")
    for _twice in range(2):
        assert clerk.post(address, data=sent).location == f"/complaints/{standing.id}"
    [step] = db.scalars(select(ComplaintStep).filter_by(action="contact"))
    assert (step.complaint_id, step.note) == (standing.id, "再次来电：还在吵")
    assert len(cases()) == len(callers()) == 1


@pytest.mark.parametrize("what", ["again", "caller"])
@pytest.mark.parametrize("whose", ["other", "over", "none", "nonsense"])
def test_what_is_over_or_anothers_is_chosen_anew(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, flat: Unit, cases: Any, what: str, whose: str
) -> None:
    makers: dict[str, Any] = {
        "other": lambda: make_case(other_estate),
        "over": lambda: make_case(estate, S.filed, flat),
    }
    key = makers[whose]().id if whose in makers else "99999999999" if whose == "none" else "x"
    before = len(cases())
    answer = clerk.post(NEW, data=told(estate, flat, attach=f"{what}-{key}"))
    assert answer.status_code == 422
    assert "情况已变" in answer.text
    assert len(cases()) == before


@pytest.mark.parametrize(
    ("days", "state", "repeats"),
    [
        (89, S.filed, True),
        (89, S.closed, True),
        (89, S.called_back, True),
        (92, S.filed, False),
        (92, S.called_back, False),
        (5, S.withdrawn, False),
    ],
)
@pytest.mark.parametrize("whose", ["the place", "the caller", "the area"])
def test_a_repeat_begins_one_level_up(
    clerk: FlaskClient,
    estate: Estate,
    flat: Unit,
    cases: Any,
    days: int,
    state: ComplaintState,
    repeats: bool,
    whose: str,
) -> None:
    customer = make.make_customer(estate, unit=flat)
    at = NOON - timedelta(days=days)
    moments = {"received_at": at, "closed_at": at if state in (S.filed, S.closed) else None}
    area = make.make_public_area(estate) if whose == "the area" else None
    ended = make_case(
        estate, state, flat if whose == "the place" else None, public_area_id=area.id if area else None, **moments
    )
    if whose == "the caller":
        make_caller(ended, customer_id=customer.id)
    where = f"?customer_id={customer.id}" if whose == "the caller" else ""
    sent = told(estate, flat) | ({"unit": "", "thing": f"area-{area.id}"} if area else {})
    part = clerk.post(KNOWN + where, data=sent).text
    assert (ended.number in part) is repeats
    assert clerk.post(NEW + where, data=sent).status_code == 302
    made = cases()[-1]
    assert (made.repeat_of_id, made.level) == ((ended.id, 1) if repeats else (None, 0))


def test_the_part_tells_of_repairs_and_incidents(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, flat: Unit
) -> None:
    job = make_order(estate, OrderState.accepted, flat, digits=PHONE)
    mended = make_order(estate, OrderState.filed, flat)
    incident = make_incident(estate, building_id=flat.building_id)
    make_incident(estate, title="早已恢复", **OVER)
    make_incident(other_estate, title="别处停水")
    part = clerk.post(KNOWN, data=told(estate, flat, words="厨房漏水报修了没人来")).text
    assert job.number in part
    assert mended.number not in part
    assert incident.words in part
    assert asked_about(part, "seen") == f"i{incident.id}"
    assert not any(text in part for text in ("早已恢复", "别处停水", PHONE))
    assert "维修不及时" in part


def test_grave_words_offer_the_tick(clerk: FlaskClient, estate: Estate) -> None:
    button = 'data-tick="urgent"'
    assert button in clerk.post(KNOWN, data=told(estate, words="有人被困在电梯里")).text
    assert button not in clerk.post(KNOWN, data=told(estate, words="有人被困", urgent="1")).text
    assert button not in clerk.post(KNOWN, data=told(estate)).text


@pytest.mark.parametrize(("chosen", "expected"), [("", "噪声扰民"), ("停车", "停车")])
def test_the_category(clerk: FlaskClient, db: Session, estate: Estate, cases: Any, chosen: str, expected: str) -> None:
    category_id = category_called(chosen).id if chosen else ""
    assert clerk.post(NEW, data=told(estate, category_id=category_id)).status_code == 302
    assert db.get_one(ComplaintCategory, cases()[0].category_id).name == expected


def test_the_same_form_sent_twice_is_one_case(clerk: FlaskClient, estate: Estate, cases: Any, callers: Any) -> None:
    first, second = (clerk.post(NEW, data=told(estate, answered="1")) for _twice in range(2))
    [case], [_caller] = cases(), callers()
    assert first.location == second.location == f"/complaints/{case.id}"
    assert clerk.post(NEW, data=told(estate, key="form-2", attach="own")).status_code == 302
    assert len(cases()) == 2


def test_every_page_has_a_key_of_its_own(clerk: FlaskClient) -> None:
    keys = {asked_about(clerk.get(NEW).text, "key") for _page in range(2)}
    assert len(keys - {""}) == 2


@pytest.mark.parametrize("answer", ["", "已答应今晚上门"])
def test_the_first_answer_is_given_at_once(
    clerk: FlaskClient, db: Session, estate: Estate, cases: Any, answer: str
) -> None:
    assert clerk.post(NEW, data=told(estate, answered="1", answer=answer)).status_code == 302
    [case] = cases()
    assert (case.state, case.acknowledged_at) == (S.acknowledged, NOON)
    received, acknowledged = db.scalars(select(ComplaintStep).order_by(ComplaintStep.id))
    assert (received.action, acknowledged.action) == ("receive", "acknowledge")
    assert answer in acknowledged.note
    assert acknowledged.note


def test_what_happens_next_is_read_out(clerk: FlaskClient, estate: Estate, cases: Any) -> None:
    def said(**given: Any) -> str:
        clerk.post(NEW, data=told(estate, attach="own", **given))
        return clerk.get("/calls/").text.partition('id="messages"')[2].partition("</div>")[0]

    words = said(number=PHONE)
    assert cases()[0].number in words
    assert "2026-11-24 17:30" in words
    assert "2026-11-27 17:30" in words
    assert "是否解决" in words
    words = said(key="form-2", answered="1", anonymous="1")
    assert "2026-11-24 17:30" not in words
    assert "是否解决" not in words


@pytest.mark.parametrize("where", ["a unit", "a public area", "a customer"])
def test_the_same_queries_for_one_case_and_ten(
    clerk: FlaskClient, estate: Estate, flat: Unit, queries: Any, where: str
) -> None:
    area = make.make_public_area(estate)
    customer = make.make_customer(estate, unit=flat)
    address = f"{KNOWN}?customer_id={customer.id}" if where == "a customer" else KNOWN
    sent = told(estate, flat, thing=f"area-{area.id}" if where == "a public area" else "")
    counts = []
    for more in (1, 9):
        for _ in range(more):
            case = make_case(estate, S.acting, None if where == "a public area" else flat, public_area_id=area.id)
            make_caller(case, customer_id=customer.id)
            make_order(estate, OrderState.accepted, flat)
        clerk.post(address, data=sent)
        with queries() as seen:
            shown = clerk.post(address, data=sent).text
        assert 'name="attach"' in shown
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", ["", "99-9-999"])
def test_a_number_is_known_in_the_estate_of_the_form(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, other_estate: Estate, typed: str
) -> None:
    """While the unit is typed too, and whichever estate is chosen above."""
    customer = make.make_customer(estate)
    make.make_phone(customer, PHONE)
    case = make_case(estate, customer_id=customer.id)
    make_caller(case, customer)
    desk = sign_in("zhouhui")
    for chosen, known in ((estate, True), (other_estate, False)):
        part = desk.post(KNOWN, data=told(chosen, number=PHONE) | {"unit": typed}).text
        assert (case.number in part) is known


def test_who_calls_is_asked_of_while_it_is_typed(clerk: FlaskClient) -> None:
    asks = clerk.get(NEW).text.partition('data-asks="')[2].partition('"')[0].split()
    assert {"number", "caller", "channel"} <= set(asks)


def test_only_people_of_the_estates_of_the_form(
    clerk: FlaskClient, estate: Estate, other_estate: Estate, cases: Any
) -> None:
    here, there = (
        make.make_user(estates=[each], full_name=name) for each, name in ((estate, "甲"), (other_estate, "乙"))
    )
    page = clerk.get(NEW).text
    offered = page.partition('name="about_user_id"')[2].partition("</select>")[0]
    assert f'value="{here.id}"' in offered
    assert f'value="{user_called("sunhao").id}"' in offered
    assert f'value="{there.id}"' not in offered
    assert clerk.post(NEW, data=told(estate, about_user_id=there.id)).status_code == 422
    assert cases() == []
