"""Patrols of renovations: planned, walked, entered by phone once, and what is wrong becomes a violation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.jobs import runner
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.renovations.cases.models import ON_SITE, Renovation, RenovationState
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import tell
from crm.renovations.patrols import queries, service
from crm.renovations.patrols.figures import PATROL_DAYS, RISKY_PATROL_DAYS
from crm.renovations.patrols.jobs import look_after, remind
from crm.renovations.patrols.models import Outcome, RenovationPatrol, RenovationPatrolPlan
from crm.renovations.patrols.points import POINTS
from crm.renovations.patrols.queries import PATROLLED
from crm.renovations.patrols.service import PointSeen, Seen
from crm.renovations.patrols.service.planning import days_between
from crm.steps.taking import Said
from crm.tenants.closing import file_soon
from crm.violations.cases.models import Violation, ViolationPhoto
from tests import factories as make
from tests.acting import as_
from tests.renovations.making import do, make_renovation
from tests.renovations.on_site import make_patrol, make_patrol_photo, make_patrol_plan, make_site, picture
from tests.repairs.making import user_called
from tests.violations.making import type_called

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
R = RenovationState
DAYS = timedelta(days=1)
ROUTE = "/renovations/patrols/my/"


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return business_day()


def site(estate: Estate, day: date, state: RenovationState = R.under_way, **given: Any) -> Renovation:
    """With a permit for thirty days from today, whatever the clock says."""
    facts: dict[str, Any] = {"permitted_at": utc_now() - 3 * DAYS} if state in PATROLLED else {}
    permit = {"valid_from": day - DAYS, "valid_to": day + 30 * DAYS}
    return make_site(estate, state, **permit | facts | given)


def in_db(renovation_id: int) -> Renovation:
    return session().get_one(Renovation, renovation_id)


def plan_of(db: Session, case: Renovation) -> RenovationPatrolPlan:
    db.expire_all()
    return db.scalars(select(RenovationPatrolPlan).filter_by(renovation_id=case.id)).one()


def patrols_of(db: Session, case: Renovation) -> list[RenovationPatrol]:
    db.expire_all()
    return list(db.scalars(select(RenovationPatrol).filter_by(renovation_id=case.id).order_by(RenovationPatrol.id)))


def sent(key: str = "once", **more: Any) -> dict[str, Any]:
    """A form as a phone sends it: every point of the company's list, in order but where `more` says otherwise."""
    data: dict[str, Any] = {"key": key}
    for place, (code, _title) in enumerate(POINTS.defaults.items()):
        data |= {f"points-{place}-code": code, f"points-{place}-outcome": Outcome.ok.value}
    return data | more


def at(code: str, name: str) -> str:
    return f"points-{list(POINTS.defaults).index(code)}-{name}"


# Walking


def test_a_patrol_is_kept_once_and_the_next_is_due_by_the_plan(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    case, client = site(estate, today), sign_in("zhangjg")
    make_patrol_plan(case, today - DAYS)
    address = f"{ROUTE}{case.id}"
    assert f'action="{address}"' in client.get(address).text
    for _each in range(2):
        data = sent(words="都好", photos=[(picture(), "一.jpg"), (picture("blue"), "二.jpg")])
        assert client.post(address, data=data).location.startswith(ROUTE)
    [made] = patrols_of(db, case)
    assert (made.due_on, made.nobody, made.found, made.words) == (today - DAYS, False, 0, "都好")
    assert made.patrolled_by == "张建国"
    assert plan_of(db, case).next_on == today + 3 * DAYS
    with sign_in("limin") as desk:
        page = desk.get(f"/renovations/{case.id}").text
        assert f"/renovations/patrols/{made.id}" in page
        shown = desk.get(f"/renovations/patrols/{made.id}").text
    assert shown.count("/renovations/patrols/photos/") == 4, "two pictures, each with its link"
    photo = shown.split("/renovations/patrols/photos/")[1].split('"')[0]
    assert client.get(f"/renovations/patrols/photos/{photo}").mimetype == "image/jpeg"


@pytest.mark.parametrize(
    "wrong",
    [
        {at("noise", "outcome"): "found"},
        {at("noise", "outcome"): "nonsense"},
        {"again_on": "2020-01-01"},
        {"again_on": "whenever"},
        {"photos": (BytesIO(b"no picture"), "x.jpg")},
        {"words": "x" * 501},
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(
    sign_in: SignIn, estate: Estate, db: Session, today: date, wrong: dict[str, Any]
) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    answer = sign_in("zhangjg").post(f"{ROUTE}{case.id}", data=sent(words="看过了") | wrong)
    assert answer.status_code == 422
    assert "notice-danger" in answer.text
    if wrong.get("words") is None:
        assert "看过了" in answer.text
    assert patrols_of(db, case) == []
    assert plan_of(db, case).next_on == today


def test_an_entry_that_says_nothing_is_refused(sign_in: SignIn, estate: Estate, today: date) -> None:
    client, case = sign_in("zhangjg"), site(estate, today)
    nothing = {f"points-{place}-outcome": Outcome.unseen.value for place in range(len(POINTS.defaults))}
    assert client.post(f"{ROUTE}{case.id}", data=sent() | nothing).status_code == 422
    assert client.post(f"{ROUTE}{case.id}", data=sent() | nothing | {"nobody": "y"}).status_code == 302


def test_a_finding_is_a_violation_at_once_with_the_photos(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    case, client, kind = site(estate, today), sign_in("zhangjg"), type_called("建筑垃圾乱堆")
    found = {
        at("waste", "outcome"): "found",
        at("waste", "words"): "楼道里堆着沙子",
        at("waste", "type_id"): kind.id,
        at("noise", "outcome"): "found",
        at("noise", "words"): "中午还在打孔",
        at("fire", "type_id"): kind.id,  # nothing is wrong there
    }
    for _each in range(2):
        data = sent(photos=[(picture(), "一.jpg"), (picture("blue"), "二.jpg")]) | found
        assert client.post(f"{ROUTE}{case.id}", data=data).status_code == 302
    [patrol] = patrols_of(db, case)
    [violation] = db.scalars(select(Violation))
    assert (violation.about_kind, violation.about_id) == ("patrol", patrol.id)
    assert (violation.type_id, violation.found) == (kind.id, "楼道里堆着沙子")
    assert (violation.unit_id, violation.customer_id) == (case.unit_id, case.customer_id)
    assert patrol.found == 2
    assert db.scalar(select(func.count(ViolationPhoto.id)).filter_by(violation_id=violation.id)) == 2
    entry = db.scalars(select(LogEntry).filter_by(kind="RenovationPatrolled")).one()
    assert entry.data["violations"] == [violation.number]
    assert entry.data["found"] == ["noise", "waste"]
    assert entry.data["stops_work"] is False
    desk = sign_in("limin")
    assert f"/renovations/patrols/{patrol.id}" in desk.get(f"/violations/{violation.id}").text
    assert f"/violations/{violation.id}" in desk.get(f"/renovations/patrols/{patrol.id}").text
    page = desk.get(f"/violations/new?about=patrol-{patrol.id}").text
    assert case.number in page


def test_what_stops_the_work_rings_whoever_decides(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case, kind = site(estate, today), type_called("擅自拆改承重结构")
    found = {
        at("structure", "outcome"): "found",
        at("structure", "words"): "砸了一面承重墙",
        at("structure", "type_id"): kind.id,
    }
    assert sign_in("zhangjg").post(f"{ROUTE}{case.id}", data=sent() | found).status_code == 302
    rung = set(db.scalars(select(Notification.user_id).where(Notification.url == f"/renovations/{case.id}")))
    assert user_called("zhouhui").id in rung
    assert user_called("limin").id not in rung
    entry = db.scalars(select(LogEntry).filter_by(kind="RenovationPatrolled")).one()
    assert entry.data["stops_work"] is True


@pytest.mark.parametrize("state", list(R))
def test_a_patrol_is_kept_as_long_as_there_is_something_to_see(
    estate: Estate, work: Work, today: date, state: RenovationState
) -> None:
    case = site(estate, today, state)
    with work(as_("zhangjg")), nullcontext() if state in PATROLLED else pytest.raises(DomainError):
        assert service.patrol(in_db(case.id), Seen(nobody=True))


@pytest.mark.parametrize(
    ("ago", "counts"), [(timedelta(hours=3), True), (timedelta(hours=30), False), (-timedelta(hours=1), False)]
)
def test_a_phone_without_a_network_tells_when_it_was(
    sign_in: SignIn, estate: Estate, db: Session, today: date, ago: timedelta, *, counts: bool
) -> None:
    case, told = site(estate, today), utc_now() - ago
    data = sent(words="看过了", at=told.isoformat())
    assert sign_in("zhangjg").post(f"{ROUTE}{case.id}", data=data).status_code == 302
    [made] = patrols_of(db, case)
    assert (abs(made.patrolled_at - told) < timedelta(seconds=1)) is counts
    assert (made.words == "看过了") is not counts, "what came late says when it came"


def test_a_patrol_sent_late_moves_nothing(estate: Estate, work: Work, db: Session, today: date) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    with work(as_("zhangjg")):
        service.patrol(in_db(case.id), Seen(nobody=True, key="a"))
    with work(as_("maqiang")):
        service.patrol(in_db(case.id), Seen(nobody=True, key="b", at=utc_now() - timedelta(hours=20)))
    assert next(each.due_on for each in patrols_of(db, case)) == today
    assert plan_of(db, case).next_on == today + 3 * DAYS


@pytest.mark.parametrize(("shift", "fine"), [(0, False), (1, True), (3, True), (4, False)])
def test_sooner_than_the_plan_never_later(
    estate: Estate, work: Work, db: Session, today: date, shift: int, *, fine: bool
) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    again_on = today + shift * DAYS
    with work(as_("zhangjg")), nullcontext() if fine else pytest.raises(DomainError):
        service.patrol(in_db(case.id), Seen(nobody=True, again_on=again_on))
    if fine:
        assert plan_of(db, case).next_on == again_on


def test_a_key_of_another_renovation_is_refused(estate: Estate, work: Work, today: date) -> None:
    first, second = site(estate, today), site(estate, today)
    with work(as_("zhangjg")):
        service.patrol(in_db(first.id), Seen(nobody=True, key="k"))
    with work(as_("zhangjg")), pytest.raises(DomainError):
        service.patrol(in_db(second.id), Seen(nobody=True, key="k"))


def test_a_point_taken_out_of_use_meanwhile_stays_readable(estate: Estate, work: Work, today: date) -> None:
    case = site(estate, today)
    with work(as_("zhangjg")):
        points = [PointSeen(code="gone", outcome=Outcome.ok)]
        made = service.patrol(in_db(case.id), Seen(points=points))
        [shown] = queries.patrols_of(case.id)
        assert [(each.code, POINTS.title_of(each.code)) for each in shown.points] == [("gone", "gone")]
        assert made.found == 0


# The plan


@pytest.mark.parametrize("state", list(R))
def test_the_plan_follows_the_renovation(estate: Estate, work: Work, today: date, state: RenovationState) -> None:
    case = site(estate, today, state)
    with work():
        service.follow(in_db(case.id))
        plan = queries.find_plan(case.id)
        assert (plan is not None) == (state in ON_SITE)
    planned = site(estate, today, state)
    make_patrol_plan(planned, today)
    with work():
        service.follow(in_db(planned.id))
        kept = queries.find_plan(planned.id)
        assert kept is not None
        assert kept.next_on == (today if state in ON_SITE else None)


def test_the_work_that_ends_is_not_patrolled_any_more(estate: Estate, work: Work, db: Session, today: date) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    with work(as_("limin")):
        renovation = in_db(case.id)
        CASE.take(renovation, "finish", Said(), done_on=today)
        tell(renovation, "finish")
    assert plan_of(db, case).next_on is None


def test_dangerous_works_are_seen_more_often(estate: Estate, work: Work, today: date) -> None:
    plain, wet = site(estate, today), site(estate, today)
    do(wet, "厨卫防水")
    with work():
        assert days_between(in_db(plain.id), today) == PATROL_DAYS.on(today) == 3
        assert days_between(in_db(wet.id), today) == RISKY_PATROL_DAYS.on(today) == 2


def test_the_clock_mends_plans_and_rings_once_for_each_day(
    app: Flask, estate: Estate, db: Session, today: date, work: Work
) -> None:
    bare, over = site(estate, today), site(estate, today, R.completion)
    make_patrol_plan(over, today - DAYS)
    late = site(estate, today)
    make_patrol_plan(late, today - DAYS, patroller_id=user_called("maqiang").id)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("crm.renovations.patrols.jobs.unit_of_work", work)
        assert look_after() == 3
        assert look_after() == 0
    assert plan_of(db, bare).next_on == today + 3 * DAYS
    assert plan_of(db, over).next_on is None
    rung = set(db.scalars(select(Notification.user_id).where(Notification.url == ROUTE)))
    assert {user_called(name).id for name in ("maqiang", "sunhao", "zhouhui")} <= rung
    assert user_called("zhangjg").id not in rung, "it is somebody else's"
    with work():
        assert remind() == 0
        plan = session().scalars(select(RenovationPatrolPlan).filter_by(renovation_id=late.id)).one()
        plan.next_on = today - 2 * DAYS
        session().flush()
        assert remind() == 1


def test_the_plan_is_changed_by_whoever_checks(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case = site(estate, today)
    made = make_patrol_plan(case, today)
    client, address = sign_in("sunhao"), f"/renovations/patrols/of/{case.id}/plan"
    assert "张建国" in client.get(address).text
    worker = user_called("zhangjg").id
    data = {"version": made.version, "every": 2, "next_on": (today + DAYS).isoformat(), "patroller_id": worker}
    assert client.post(address, data=data).status_code == 302
    after = plan_of(db, case)
    assert (after.every, after.next_on, after.patroller_id) == (2, today + DAYS, worker)
    assert client.post(address, data=data).status_code == 422, "opened on an older state"
    for bad in (
        {"every": 0},
        {"every": 61},
        {"next_on": ""},
        {"next_on": (today - DAYS).isoformat()},
        {"patroller_id": user_called("limin").id},
    ):
        assert client.post(address, data=data | {"version": after.version} | bad).status_code == 422, bad
    assert sign_in("limin").get(address).status_code == 403
    entry = db.scalars(select(LogEntry).filter_by(kind="RenovationPatrolPlanned")).one()
    assert entry.data["changes"]["patroller"] == ["", "张建国"]


def test_somebody_takes_the_walk_and_leaves_it_again(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    mine, theirs = sign_in("zhangjg"), sign_in("maqiang")
    assert f"{ROUTE}{case.id}" in theirs.get(ROUTE).text
    assert mine.post(f"/renovations/patrols/of/{case.id}/take").status_code == 302
    assert plan_of(db, case).patroller_id == user_called("zhangjg").id
    assert f"{ROUTE}{case.id}" not in theirs.get(ROUTE).text
    assert f"{ROUTE}{case.id}" in mine.get(ROUTE).text
    assert theirs.post(f"/renovations/patrols/of/{case.id}/take").status_code == 409
    assert theirs.post(f"/renovations/patrols/of/{case.id}/leave").status_code == 409
    assert mine.post(f"/renovations/patrols/of/{case.id}/leave?from=phone").location.startswith(ROUTE)
    assert plan_of(db, case).patroller_id is None


# Lists


def test_the_walk_goes_by_building_and_unit(sign_in: SignIn, estate: Estate, today: date) -> None:
    made = []
    for label in ("12-1-101", "3-2-1502", "3-2-302"):
        unit = make.make_unit(estate, label=label)
        case = make_site_in(estate, unit, today)
        make_patrol_plan(case, today)
        made.append((label, case))
    later = site(estate, today)
    make_patrol_plan(later, today + 2 * DAYS)
    page = sign_in("zhangjg").get(ROUTE).text
    places = [page.index(f'href="{ROUTE}{case.id}"') for _label, case in made]
    assert places[2] < places[1] < places[0]
    assert f'href="{ROUTE}{later.id}"' not in page
    assert f'href="{ROUTE}{later.id}"' in sign_in("zhangjg").get(f"{ROUTE}?until=week").text
    one = made[0][1].building_id
    narrowed = sign_in("zhangjg").get(f"{ROUTE}?until=all&building={one}").text
    assert f'href="{ROUTE}{made[0][1].id}"' in narrowed
    assert f'href="{ROUTE}{made[1][1].id}"' not in narrowed


def make_site_in(estate: Estate, unit: Any, today: date) -> Renovation:
    permit = {"valid_from": today, "valid_to": today + 30 * DAYS, "permitted_at": utc_now()}
    return make_renovation(unit, make.make_customer(estate, unit=unit), R.under_way, **permit)


@pytest.mark.parametrize("address", [ROUTE, "/renovations/patrols/", "/renovations/patrols/due"])
def test_lists_ask_as_often_for_ten_as_for_one(
    sign_in: SignIn, estate: Estate, queries: Any, today: date, address: str
) -> None:
    client = sign_in("sunhao")

    def one_more() -> None:
        case = site(estate, today)
        make_patrol_plan(case, today)
        make_patrol(case, [("noise", Outcome.found, "午休时间施工")])

    one_more()
    client.get(address)
    with queries() as one:
        client.get(address)
    for _each in range(9):
        one_more()
    with queries() as ten:
        client.get(address)
    assert len(ten) == len(one)


def test_a_renovations_page_asks_as_often_for_ten_patrols(
    sign_in: SignIn, estate: Estate, queries: Any, today: date
) -> None:
    client, few, many = sign_in("sunhao"), site(estate, today), site(estate, today)
    for case, count in ((few, 1), (many, 5)):
        make_patrol_plan(case, today)
        for _each in range(count):
            patrol = make_patrol(case, [("noise", Outcome.found, "午休时间施工")])
            make_patrol_photo(patrol, estate)
    client.get(f"/renovations/{few.id}")
    with queries() as one:
        client.get(f"/renovations/{few.id}")
    with queries() as five:
        client.get(f"/renovations/{many.id}")
    assert len(five) == len(one)


FILTERS = [
    *(f"/renovations/patrols/due?due={value}" for value in ("now", "today", "overdue", "week")),
    *(f"/renovations/patrols/due?who={value}" for value in ("mine", "open")),
    *(f"/renovations/patrols/?outcome={value}" for value in ("found", "nobody", "ok")),
    "/renovations/patrols/?by=张&q=3-1",
]


@pytest.mark.parametrize("address", FILTERS)
def test_every_filter_opens(sign_in: SignIn, estate: Estate, today: date, address: str) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    make_patrol(case)
    assert sign_in("sunhao").get(address).status_code == 200


def test_lists_are_the_same_in_excel_and_in_print(sign_in: SignIn, estate: Estate, today: date) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today)
    make_patrol(case)
    client = sign_in("sunhao")
    for address in ("/renovations/patrols/", "/renovations/patrols/due"):
        book = load_workbook(BytesIO(client.get(f"{address}?as=xlsx").data))
        cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
        assert case.number in cells
        assert client.get(f"{address}?as=pdf").mimetype == "application/pdf"


def test_the_home_names_what_is_due(sign_in: SignIn, estate: Estate, today: date) -> None:
    case = site(estate, today)
    make_patrol_plan(case, today - DAYS)
    for who in ("zhangjg", "sunhao"):
        assert f"{ROUTE}{case.id}" in sign_in(who).get("/").text


def test_the_phones_script_looks_after_its_own_pages_alone(sign_in: SignIn) -> None:
    answer = sign_in("zhangjg").get(f"{ROUTE}offline.js")
    assert answer.headers["Service-Worker-Allowed"] == ROUTE
    assert answer.mimetype == "text/javascript"


# The paper


def words_of(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def test_the_log_is_printed_with_photos_and_filed_once(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case, client = site(estate, today), sign_in("zhangjg")
    make.make_dossier(estate, subject_id=case.customer_id)
    blank = words_of(client.get(f"/renovations/patrols/of/{case.id}/log.pdf").data)
    assert "YH-D07" in blank
    kind = type_called("建筑垃圾乱堆")
    found = {
        at("waste", "outcome"): "found",
        at("waste", "words"): "楼道里堆着沙子",
        at("waste", "type_id"): kind.id,
    }
    data = sent(photos=[(picture(), "一.jpg")]) | found
    assert client.post(f"{ROUTE}{case.id}", data=data).status_code == 302
    content = client.get(f"/renovations/patrols/of/{case.id}/log.pdf").data
    text, violation = words_of(content), db.scalars(select(Violation)).one()
    for words in (case.number, "张建国", "楼道里堆着沙子", violation.number):
        assert words in text, words
    assert len(PdfReader(BytesIO(content)).pages[0].images) == 1
    for _each in range(2):
        with work(as_("limin")):
            file_soon(queries.LOG, case.id, case.number, estate.id)
        runner.run_all(app)
    assert db.scalars(select(Item.doc_no).where(Item.source_kind == queries.LOG)).all() == [f"{case.number}-D07"]
