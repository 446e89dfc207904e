"""Workers of a renovation and their passes: registered, made out, withdrawn, lost, handed in; and who may come in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import IssuedPrint, Item
from crm.audit.models import LogEntry
from crm.billing.deposits.hindrances import refund_hindrance
from crm.billing.deposits.models import Deposit
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError, IllegalTransition
from crm.jobs import runner
from crm.properties.models import Estate
from crm.renovations.cases.models import ON_SITE, Renovation, RenovationState
from crm.renovations.passes import queries, service
from crm.renovations.passes.models import (
    ISSUES,
    LISTS_WORKERS,
    STATE_TITLES,
    WORKFLOW,
    PassState,
    RenovationPass,
    RenovationWorker,
)
from crm.renovations.passes.pasting import read
from crm.renovations.passes.service import Person, Terms
from crm.renovations.passes.standing import Standing, in_standing, standing
from crm.renovations.passes.views.gate import as_number
from crm.secrecy import unseal
from crm.steps.taking import Said
from crm.tenants.closing import file_soon
from crm.tenants.models import Customer
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit
from tests.renovations.on_site import IDS, make_pass, make_site, make_worker, picture

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
R, S = RenovationState, PassState


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return business_day()


def site(estate: Estate, state: RenovationState = R.under_way, **given: Any) -> Renovation:
    """With a permit for thirty days from today, whatever the clock says."""
    day = given.pop("day")
    permit = {"valid_from": day - timedelta(days=1), "valid_to": day + timedelta(days=30)}
    return make_site(estate, state, **(permit if "valid_from" not in given else {}), **given)


def passes_of(db: Session, renovation: Renovation) -> list[RenovationPass]:
    db.expire_all()
    found = select(RenovationPass).where(RenovationPass.renovation_id == renovation.id)
    return list(db.scalars(found.order_by(RenovationPass.id)))


def in_db(renovation_id: int) -> Renovation:
    return session().get_one(Renovation, renovation_id)


# The register


def test_a_worker_is_registered_with_a_sealed_number_and_a_photo(
    sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case, client = site(estate, R.applied, day=today), sign_in("limin")
    address = f"/renovations/workers/of/{case.id}/new"
    facts = {"key": "once", "name": "王建国", "trade": "木工", "paper": "resident", "id_number": IDS[0]}
    for _each in range(2):  # sent twice it is one
        data = facts | {"phone": "139 0771 2366", "photo": (picture(), "脸.jpg")}
        assert client.post(address, data=data).location == f"/renovations/{case.id}#passes"
    [worker] = db.scalars(select(RenovationWorker).filter_by(renovation_id=case.id))
    assert (worker.name, worker.trade, worker.phone, worker.id_masked) == (
        "王建国",
        "木工",
        "13907712366",
        "110101********6173",
    )
    with work():
        assert unseal(worker.id_number or b"") == IDS[0]
    assert worker.upload_id is not None
    page = client.get(f"/renovations/{case.id}").text
    assert IDS[0] not in page
    assert "13907712366" not in page
    assert client.get(f"/renovations/workers/{worker.id}/photo").mimetype.startswith("image/")
    assert IDS[0] not in " ".join(str(entry.data) for entry in db.scalars(select(LogEntry)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_number", "110101199003076174"), ("id_number", "111111111111111111"), ("phone", "12"), ("name", "")],
)
def test_what_is_wrong_is_said_and_stays_typed(
    sign_in: SignIn, estate: Estate, today: date, field: str, value: str
) -> None:
    case = site(estate, day=today)
    data = {"key": "k", "name": "王建国", "paper": "resident", "id_number": IDS[0], field: value}
    answer = sign_in("limin").post(f"/renovations/workers/of/{case.id}/new", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{value}"' in answer.text


def test_nobody_stands_in_one_register_twice(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case, client = site(estate, day=today), sign_in("limin")
    address = f"/renovations/workers/of/{case.id}/new"
    facts = {"name": "王建国", "paper": "resident", "id_number": IDS[0]}
    assert client.post(address, data=facts | {"key": "a"}).status_code == 302
    again = client.post(address, data=facts | {"key": "b", "name": "王二"})
    assert again.status_code == 422
    assert "王建国" in again.text
    other = site(estate, day=today)
    assert client.post(f"/renovations/workers/of/{other.id}/new", data=facts | {"key": "c"}).status_code == 302
    assert db.scalar(select(func.count(RenovationWorker.id))) == 2


def test_many_are_pasted_or_read_from_a_workbook(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case, client = site(estate, day=today), sign_in("limin")
    address = f"/renovations/workers/of/{case.id}/paste"
    lines = f"序号\t姓名\t工种\t身份证\t电话\n1\t王建国\t木工\t{IDS[0]}\t13907712366\n2\t李卫东\t油漆工\t{IDS[1]}\t\n"
    bad = client.post(address, data={"key": "a", "lines": lines + f"3\t赵四\t瓦工\t{IDS[2][:-1]}9"})
    assert bad.status_code == 422
    assert "王建国" in bad.text
    assert db.scalar(select(func.count(RenovationWorker.id))) == 0
    assert client.post(address, data={"key": "a", "lines": lines}).status_code == 302
    book, out = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["姓名", "工种", "身份证号码", "手机"], ["赵四", "瓦工", IDS[2], "13800001111"]):
        sheet.append(row)
    book.save(out)
    out.seek(0)
    assert client.post(address, data={"key": "b", "file": (out, "工人.xlsx")}).status_code == 302
    found = db.scalars(select(RenovationWorker).order_by(RenovationWorker.id)).all()
    assert [(each.name, each.trade, each.phone) for each in found] == [
        ("王建国", "木工", "13907712366"),
        ("李卫东", "油漆工", ""),
        ("赵四", "瓦工", "13800001111"),
    ]
    assert client.post(address, data={"key": "c", "file": (picture(), "x.xlsx")}).status_code == 422
    assert client.post(address, data={"key": "d", "lines": ""}).status_code == 422


@pytest.mark.parametrize(
    ("line", "person"),
    [
        (
            f"王建国 木工 {IDS[0]} 13907712366",
            Person(name="王建国", trade="木工", id_number=IDS[0], phone="13907712366"),
        ),
        (f"{IDS[0].lower()}，王建国，13907712366", Person(name="王建国", id_number=IDS[0], phone="13907712366")),
        ("12、王建国、电工", Person(name="王建国", trade="电工")),
        (f"王建国\t{IDS[3]}", Person(name="王建国", id_number=IDS[3])),
    ],
)
def test_a_line_names_a_worker(line: str, person: Person) -> None:
    assert read(line, date(2026, 11, 27)) == ([person], [])


@pytest.mark.before_sql
@pytest.mark.parametrize(
    "line",
    [f"{IDS[0]} 13907712366", f"王建国 木工 组长 {IDS[0]}", f"王建国 {IDS[0][:17]}X", "王建国 木工 99999", "王" * 61],
)
def test_a_line_that_names_nobody_is_told(app: Flask, line: str) -> None:
    with app.test_request_context():
        people, faults = read(f"\n{line}\n", date(2026, 11, 27))
        assert people == []
        assert [fault.number for fault in faults] == [2]
        assert str(faults[0])


def test_numbers_are_shown_for_a_reason_that_is_logged(
    sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case = site(estate, day=today)
    with work():
        [made] = service.register(in_db(case.id), [Person(name="王建国", id_number=IDS[0], phone="13907712366")], "k")
    client, address = sign_in("limin"), f"/renovations/workers/{made.id}/numbers"
    assert IDS[0] not in client.get(address).text
    assert client.post(address, data={"reason": "other"}).status_code == 422
    page = client.post(address, data={"reason": "police"}).text
    assert IDS[0] in page
    assert "13907712366" in page
    entry = db.scalars(select(LogEntry).filter_by(kind="RenovationWorkerRevealed")).one()
    assert entry.data["reason"] == "police"
    assert IDS[0] not in str(entry.data)
    assert sign_in("zhangjg").get(address).status_code == 403


def test_a_worker_is_changed_and_the_number_stays_where_none_is_typed(
    sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case = site(estate, day=today)
    with work():
        [made] = service.register(in_db(case.id), [Person(name="王建国", id_number=IDS[0])], "k")
    client, address = sign_in("limin"), f"/renovations/workers/{made.id}"
    same = {"version": made.version, "name": "王建国", "paper": "resident"}
    assert client.post(address, data=same).status_code == 422, "nothing changes"
    assert client.post(address, data=same | {"trade": "电工", "phone": "13900001111"}).status_code == 302
    after = db.get_one(RenovationWorker, made.id, populate_existing=True)
    assert (after.trade, after.phone, after.id_masked) == ("电工", "13900001111", "110101********6173")
    assert client.post(address, data=same | {"trade": "瓦工"}).status_code == 409, "opened on an older state"
    now = same | {"version": after.version, "trade": "电工", "phone": "13900001111"}
    assert client.post(address, data=now | {"photo": (picture(), "脸.jpg")}).status_code == 302
    assert client.post(address, data=now | {"photo": (BytesIO(b"no picture"), "x.png")}).status_code in (409, 422)
    told = [entry.data for entry in db.scalars(select(LogEntry).filter_by(kind="RenovationWorkerChanged"))]
    assert "13900001111" not in str(told)


@pytest.mark.parametrize("state", list(R))
def test_workers_are_registered_as_long_as_somebody_may_begin(
    estate: Estate, work: Work, today: date, state: RenovationState
) -> None:
    case = site(estate, state, day=today)
    allowed = state in LISTS_WORKERS
    with work(), nullcontext() if allowed else pytest.raises(DomainError):
        assert service.register(in_db(case.id), [Person(name="王建国")], "k")


# Making out


def ready(estate: Estate, day: date, count: int = 2) -> tuple[Renovation, list[RenovationWorker]]:
    case = site(estate, day=day)
    return case, [make_worker(case, f"工人{number}") for number in range(count)]


def test_several_are_made_out_at_once_with_numbers_of_their_own(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    case, workers = ready(estate, today)
    make_worker(case, "没有证件", id_number=None, id_index=None, id_masked="")
    client, address = sign_in("limin"), f"/renovations/passes/of/{case.id}/new"
    page = client.get(address).text
    assert all(worker.name in page for worker in workers)
    assert "没有证件" not in page
    assert (today + timedelta(days=30)).isoformat() in page, "the permit's last day is proposed"
    data = {
        "key": "once",
        "workers": [each.id for each in workers],
        "valid_to": (today + timedelta(days=9)).isoformat(),
    }
    for _each in range(2):
        assert client.post(address, data=data).status_code == 302
    made = passes_of(db, case)
    month = f"CR{today:%y%m}-"
    assert [each.number.startswith(month) for each in made] == [True, True]
    assert {each.state for each in made} == {S.issued}
    assert {each.valid_to for each in made} == {today + timedelta(days=9)}
    again = client.post(address, data=data | {"key": "other"})
    assert again.status_code == 422
    assert len(passes_of(db, case)) == 2


@pytest.mark.parametrize("state", list(R))
def test_passes_are_made_out_only_while_a_permit_is_live(
    estate: Estate, work: Work, today: date, state: RenovationState
) -> None:
    case = site(estate, state, day=today)
    worker = make_worker(case)
    with work(), nullcontext() if state in ISSUES else pytest.raises(DomainError):
        assert service.issue(in_db(case.id), [worker.id], Terms(valid_to=today))


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (30, True), (31, False)])
def test_no_pass_is_valid_for_longer_than_the_permit(
    estate: Estate, work: Work, today: date, days: int, fine: bool
) -> None:
    case, [worker] = ready(estate, today, 1)
    with work(), nullcontext() if fine else pytest.raises(DomainError):
        [made] = service.issue(in_db(case.id), [worker.id], Terms(valid_to=today + timedelta(days=days)))
        assert made.valid_from == today


def test_no_pass_once_the_permit_has_expired(estate: Estate, work: Work, today: date) -> None:
    ended = today - timedelta(days=1)
    case = site(estate, day=today, valid_from=ended, valid_to=ended)
    worker = make_worker(case)
    with work(), pytest.raises(DomainError):
        service.issue(in_db(case.id), [worker.id], Terms(valid_to=today))


def test_no_pass_without_an_id_number_or_for_somebody_elses_worker(estate: Estate, work: Work, today: date) -> None:
    case, _workers = ready(estate, today, 0)
    unknown = make_worker(case, id_number=None, id_index=None, id_masked="")
    stranger = make_worker(site(estate, day=today))
    for chosen in ([unknown.id], [stranger.id], []):
        with work(), pytest.raises(DomainError):
            service.issue(in_db(case.id), chosen, Terms(valid_to=today))


def test_whoever_had_a_pass_withdrawn_elsewhere_is_marked_and_not_ticked(
    sign_in: SignIn, estate: Estate, work: Work, today: date
) -> None:
    before, case = site(estate, day=today), site(estate, day=today)
    old = make_worker(before, id_index="same")
    new = make_worker(case, id_index="same")
    taken = make_pass(before, old, valid_to=today)
    with work():
        service.withdraw(queries.get_pass(taken.id), Said(reason="楼内吸烟"))
    page = sign_in("limin").get(f"/renovations/passes/of/{case.id}/new").text
    assert taken.number in page
    assert f'value="{new.id}"' in page
    assert f'value="{new.id}" checked' not in page.replace(f'checked value="{new.id}"', f'value="{new.id}" checked')


# What becomes of a pass

ALLOWED = {
    (S.issued, "extend"): S.issued,
    (S.issued, "withdraw"): S.withdrawn,
    (S.issued, "lose"): S.lost,
    (S.issued, "hand_in"): S.returned,
    (S.withdrawn, "lose"): S.lost,
    (S.withdrawn, "hand_in"): S.returned,
    (S.lost, "hand_in"): S.returned,
}


def take(found: RenovationPass, action: str, today: date) -> None:
    said = Said(reason="违章", key=f"key-{action}")
    verbs: dict[str, Callable[[], Any]] = {
        "extend": lambda: service.extend(found, today + timedelta(days=20), said),
        "withdraw": lambda: service.withdraw(found, said),
        "lose": lambda: service.lose(found, said, again=False),
        "hand_in": lambda: service.hand_in(found, said),
    }
    verbs[action]()


@pytest.mark.parametrize("action", list(WORKFLOW))
@pytest.mark.parametrize("state", list(S))
def test_every_cell(estate: Estate, work: Work, today: date, state: PassState, action: str) -> None:
    case = site(estate, day=today)
    made = make_pass(case, state=state, valid_to=today + timedelta(days=2), valid_from=today)
    target = ALLOWED.get((state, action))
    with work(), nullcontext() if target else pytest.raises(IllegalTransition):
        take(queries.get_pass(made.id), action, today)
        assert queries.get_pass(made.id).state is target
        [*_first, last] = queries.steps_of(made.id)
        assert (last.action, last.to_state) == (action, target)


def test_a_lost_one_is_made_out_anew_and_the_old_number_opens_nothing(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    case = site(estate, day=today)
    made = make_pass(case, valid_from=today, valid_to=today + timedelta(days=5))
    client, address = sign_in("limin"), f"/renovations/passes/{made.id}/lose"
    assert "checked" in client.get(address).text, "a new one is proposed"
    assert client.post(address, data={"version": made.version, "key": "k", "again": "y"}).status_code == 422
    data = {"version": made.version, "key": "k", "reason": "工地上丢了", "again": "y"}
    for _each in range(2):
        assert client.post(address, data=data).status_code == 302
    old, new = passes_of(db, case)
    assert (old.state, new.state) == (S.lost, S.issued)
    assert (new.replaces_id, new.worker_id, new.valid_to) == (old.id, old.worker_id, old.valid_to)
    assert new.number != old.number
    gate = client.get(f"/renovations/passes/gate?number={old.number}").text
    assert "words-red" in gate
    assert "words-green" in client.get(f"/renovations/passes/gate?number={new.number}").text


def test_what_was_withdrawn_is_not_made_out_anew(estate: Estate, work: Work, today: date) -> None:
    made = make_pass(site(estate, day=today), state=S.withdrawn)
    with work(), pytest.raises(DomainError):
        service.lose(queries.get_pass(made.id), Said(reason="丢了"), again=True)


def test_passes_follow_the_permit_when_it_is_extended(estate: Estate, work: Work, today: date) -> None:
    case = site(estate, day=today)
    last = case.valid_to
    assert last
    long, short = make_pass(case, valid_to=last), make_pass(case, valid_to=last - timedelta(days=9))
    gone = make_pass(case, state=S.withdrawn, valid_to=last)
    with work() as db:
        renovation = db.get_one(Renovation, case.id)
        renovation.valid_to = last + timedelta(days=30)
        db.flush()
        service.follow_permit(renovation, last)
        after = [queries.get_pass(each.id).valid_to for each in (long, short, gone)]
        assert after == [last + timedelta(days=30), last - timedelta(days=9), last]


def test_all_that_are_out_are_named(estate: Estate, work: Work, today: date) -> None:
    case = site(estate, day=today)
    states = (S.issued, S.withdrawn, S.lost, S.returned)
    made = [make_pass(case, make_worker(case, f"工人{state}"), state) for state in states]
    with work():
        found = queries.out_of(case.id)
        assert [each.id for each in found] == [made[0].id, made[1].id]
        assert [each.worker.name for each in found] == ["工人issued", "工人withdrawn"]


def test_several_cards_are_handed_in_from_the_list(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    case = site(estate, day=today)
    made = [make_pass(case), make_pass(case, state=S.returned)]
    client = sign_in("limin")
    page = client.get(f"/renovations/passes/?state=out&q={case.number}").text
    assert made[0].number in page
    assert made[1].number not in page
    chosen = {"action": "hand_in", "id": [made[0].id], "step": "apply", "confirmed": "1"}
    assert client.post("/renovations/passes/", data=chosen).status_code in (200, 302)


# The gate


@pytest.mark.before_sql
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("CR2611-0001", "CR2611-0001"),
        ("cr2611-1", "CR2611-0001"),
        ("2611 12", "CR2611-0012"),
        ("https://x.example/verify?h=1&n=CR2611-0007&v=1", "CR2611-0007"),
        ("nonsense", "NONSENSE"),
    ],
)
def test_a_number_is_typed_or_scanned(typed: str, number: str) -> None:
    assert as_number(typed) == number


def test_the_gate_shows_who_it_is_without_personal_numbers(
    sign_in: SignIn, estate: Estate, other_estate: Estate, today: date
) -> None:
    case = site(estate, day=today)
    made = make_pass(case, make_worker(case, "王建国"), valid_from=today, valid_to=today)
    client = sign_in("zhangjg")
    page = client.get(f"/renovations/passes/gate?number={made.number.lower()}").text
    assert "王建国" in page
    assert "words-green" in page
    for hidden in ("110101", "13907712366", "6173"):
        assert hidden not in page
    assert "words-" not in client.get("/renovations/passes/gate?number=CR0000-0001").text
    theirs = make_pass(site(other_estate, day=today))
    assert "words-" not in sign_in("limin").get(f"/renovations/passes/gate?number={theirs.number}").text


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("renovation", [R.under_way, R.stopped, R.completion])
@pytest.mark.parametrize("shift", [-1, 0, 1, 2])
def test_the_lists_and_the_gate_agree(
    estate: Estate, work: Work, today: date, state: PassState, renovation: RenovationState, shift: int
) -> None:
    case = site(estate, renovation, day=today)
    first, last = today, today + timedelta(days=1)
    make_pass(case, state=state, valid_from=first, valid_to=last)
    day = today + timedelta(days=shift)
    expected = standing(state, renovation, first, last, day)
    with work():
        found = {
            each
            for each in Standing
            if session().execute(queries.passes().where(in_standing(each, day), Renovation.id == case.id)).first()
        }
    assert found == {expected}


# Papers


def words_of(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def test_cards_say_until_when_and_verify_knows_them(
    sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case, client = site(estate, day=today), sign_in("limin")
    made = [make_pass(case, make_worker(case, name), valid_from=today) for name in ("王建国", "李卫东")]
    make_pass(case, state=S.returned)
    text = words_of(client.post(f"/renovations/passes/of/{case.id}/cards.pdf").data)
    for each in made:
        assert each.number in text
    assert "王建国" in text
    one = words_of(client.post(f"/renovations/passes/{made[0].id}/card.pdf").data)
    assert made[1].number not in one
    printed = db.scalars(select(IssuedPrint).filter_by(number=made[0].number)).one()
    address = f"/verify?h={printed.hash[:12]}&n={made[0].number}&v=1&c=1-1"
    page = client.get(address).text
    assert "tone-green" in page
    assert f"/renovations/passes/gate?number={made[0].number}" in page
    with work():
        service.withdraw(queries.get_pass(made[0].id), Said(reason="违章"))
    assert "tone-orange" in client.get(address).text, "it says no more what holds"


def test_the_register_and_the_list_of_passes_are_printed_and_filed_once(
    sign_in: SignIn, estate: Estate, db: Session, app: Flask, today: date, work: Work
) -> None:
    case, client = site(estate, day=today), sign_in("limin")
    made = make_pass(case, make_worker(case, "王建国"))
    make.make_dossier(estate, subject_id=case.customer_id)
    register = words_of(client.get(f"/renovations/workers/of/{case.id}/list.pdf").data)
    assert "YH-D02" in register
    assert "王建国" in register
    assert IDS[0] not in register
    assert made.number in words_of(client.get(f"/renovations/passes/of/{case.id}/list.pdf").data)
    for _each in range(2):
        with work(as_("limin")):
            file_soon(queries.WORKERS, case.id, case.number, estate.id)
            file_soon(queries.PASSES, case.id, case.number, estate.id)
        runner.run_all(app)
    filed = db.scalars(select(Item.doc_no).where(Item.source_id == case.id)).all()
    assert sorted(filed) == [f"{case.number}-D02", f"{case.number}-E03"]


# A deposit that stands for cards


def test_a_deposit_stays_while_a_card_that_it_stands_for_is_out(
    sign_in: SignIn, estate: Estate, db: Session, today: date, work: Work
) -> None:
    case, [worker] = ready(estate, today, 1)
    owner = db.get_one(Customer, case.customer_id)
    deposit = make_deposit(owner, "200.00", unit_id=case.unit_id, kind="access_card")
    data = {"key": "k", "workers": [worker.id], "valid_to": today.isoformat(), "deposit_id": deposit.id}
    assert sign_in("limin").post(f"/renovations/passes/of/{case.id}/new", data=data).status_code == 302
    [made] = passes_of(db, case)
    assert made.deposit_id == deposit.id
    with work():
        held = session().get_one(Deposit, deposit.id)
        assert refund_hindrance(held)
        service.hand_in(queries.get_pass(made.id), Said())
        assert refund_hindrance(held) == ""


def test_a_deposit_of_somebody_else_stands_for_nothing(estate: Estate, db: Session, work: Work, today: date) -> None:
    case, [worker] = ready(estate, today, 1)
    owner = db.get_one(Customer, case.customer_id)
    stranger = make_deposit(make.make_customer(estate, unit=make.make_unit(estate)), "200.00", kind="access_card")
    of_work = make_deposit(owner, "3000.00", unit_id=case.unit_id, kind="renovation")
    for each in (stranger, of_work):
        with work(), pytest.raises(DomainError):
            service.issue(in_db(case.id), [worker.id], Terms(valid_to=today, deposit_id=each.id))


def test_the_deposit_is_named_later_and_taken_away_again(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    case = site(estate, day=today)
    made = make_pass(case)
    owner = db.get_one(Customer, case.customer_id)
    deposit = make_deposit(owner, "200.00", unit_id=case.unit_id, kind="other")
    client, address = sign_in("limin"), f"/renovations/passes/of/{case.id}/deposit"
    assert deposit.code in client.get(address).text
    assert client.post(address, data={"passes": [made.id], "deposit_id": deposit.id}).status_code == 302
    assert passes_of(db, case)[0].deposit_id == deposit.id
    assert client.post(address, data={"passes": [made.id], "deposit_id": deposit.id}).status_code == 422
    assert client.post(address, data={"passes": [made.id], "deposit_id": ""}).status_code == 302
    assert passes_of(db, case)[0].deposit_id is None


# Lists and pages


def test_the_list_asks_as_often_for_ten_as_for_one(sign_in: SignIn, estate: Estate, queries: Any, today: date) -> None:
    client, case = sign_in("limin"), site(estate, day=today)
    make_pass(case)
    client.get("/renovations/passes/")
    with queries() as one:
        client.get("/renovations/passes/")
    for _each in range(9):
        make_pass(case)
    with queries() as ten:
        client.get("/renovations/passes/")
    assert len(ten) == len(one)
    client.get(f"/renovations/{case.id}")
    with queries() as page_of_ten:
        client.get(f"/renovations/{case.id}")
    few = site(estate, day=today)
    make_pass(few)
    with queries() as page_of_one:
        client.get(f"/renovations/{few.id}")
    assert len(page_of_ten) == len(page_of_one)


@pytest.mark.parametrize("state", ["out", "to_collect", "ending", *(each.value for each in Standing)])
def test_every_filter_opens(sign_in: SignIn, estate: Estate, today: date, state: str) -> None:
    made = make_pass(site(estate, day=today))
    client = sign_in("limin")
    assert client.get(f"/renovations/passes/?state={state}&q={made.number}").status_code == 200


def test_the_list_is_the_same_in_excel_and_in_print(sign_in: SignIn, estate: Estate, today: date) -> None:
    case = site(estate, day=today)
    made = make_pass(case, make_worker(case, "王建国"))
    client = sign_in("limin")
    book = load_workbook(BytesIO(client.get("/renovations/passes/?as=xlsx").data))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert made.number in cells
    assert "王建国" in cells
    assert made.number in words_of(client.get("/renovations/passes/?as=pdf").data)
    for who in ("wudan", "hefang"):  # neither register nor list
        assert sign_in(who).get("/renovations/passes/?as=xlsx").status_code == 403


def test_states_and_titles_are_complete() -> None:
    assert set(STATE_TITLES) == set(S)
    assert set(ISSUES) < set(ON_SITE)
