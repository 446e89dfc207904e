"""The work list and one finding: seen, noted, handed out, and ended by nothing but the next look."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models.dossier import Dossier, DossierState
from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.properties.models import Estate
from crm.review.models import Finding
from tests import factories as make
from tests.repairs.making import user_called
from tests.review.reviewing import TODAY, make_finding, make_found, make_lacking, make_looked_at, make_review

pytestmark = pytest.mark.usefixtures("only_documents")
SignIn = Callable[[str], FlaskClient]
LATER = (TODAY + timedelta(days=30)).isoformat()
PAST = (TODAY - timedelta(days=1)).isoformat()


def told(db: Session, kind: str) -> list[dict[str, Any]]:
    return [entry.data for entry in db.scalars(select(LogEntry).where(LogEntry.kind == kind).order_by(LogEntry.id))]


def shown(page: str) -> list[str]:
    """The ids of the findings in the list."""
    return re.findall(r'href="/review/findings/(\d+)"', page)


# The list


def test_the_work_list_narrows_as_asked_and_the_next_due_comes_first(sign_in: SignIn, estate: Estate) -> None:
    limin, dossier = user_called("limin"), make_lacking(estate)
    plain = make_finding(dossier)
    late = make_finding(dossier, due_on=TODAY - timedelta(days=2), owner_id=limin.id)
    doubtful = make_finding(make_lacking(estate), kind="other", measure=Measure.accurate, role=RoleName.archivist)
    now = utc_now()
    cured = make_finding(dossier, found_at=now, cured_at=now)
    old = make_finding(dossier, found_at=now - timedelta(days=100), cured_at=now - timedelta(days=95))
    before = make_review(estate)
    review = make_review(estate, previous_id=before.id)
    make_looked_at(review, dossier)
    new = make_finding(dossier, found_at=review.ended_at, due_on=TODAY + timedelta(days=20))
    clerk = sign_in("limin")

    def listed(query: str = "") -> list[int]:
        return [int(each) for each in shown(clerk.get(f"/review/findings?{query}").text)]

    assert listed() == [late.id, plain.id, doubtful.id, new.id]
    assert listed("mine=1") == listed("late=1") == listed(f"owner={limin.id}") == [late.id]
    assert listed("measure=accurate") == [doubtful.id]
    assert listed("kind=document_missing") == [late.id, plain.id, new.id]
    assert listed("state=cured") == [cured.id]
    assert old.id not in listed("state=cured")
    assert listed(f"review={review.id}") == [late.id, plain.id, new.id]
    assert listed(f"review={review.id}&state=new") == [new.id]
    assert listed(f"dossier={doubtful.dossier_id}") == [doubtful.id]
    assert listed(f"q={dossier.code}") == [late.id, plain.id, new.id]
    assert listed(f"estate={estate.id}") == listed()


def test_a_row_leads_to_the_place_that_mends_it_unless_its_check_is_no_more(sign_in: SignIn, estate: Estate) -> None:
    known = make_found(estate)
    gone = make_finding(make_lacking(estate), kind="asked_no_more")
    page = sign_in("limin").get("/review/findings").text
    assert f'href="/archive/dossiers/{known.dossier_id}"' in page
    assert f'href="/archive/dossiers/{gone.dossier_id}"' not in page
    assert "asked_no_more" in page
    assert sign_in("limin").get(f"/review/findings/{gone.id}").status_code == 200


def test_words_typed_where_there_is_nothing_to_choose_narrow_nothing(sign_in: SignIn) -> None:
    """No review, no finding, no estate: 王磊 has own projects only."""
    manager = sign_in("wanglei")
    for address in ("findings?owner=x&review=x&estate=x", "?estate=x", "due?estate=x"):
        assert manager.get(f"/review/{address}").status_code == 200


# One finding


def test_a_look_at_the_dossier_ends_what_is_mended_and_nothing_else(
    sign_in: SignIn, estate: Estate, db: Session
) -> None:
    dossier, clerk = make_lacking(estate, without=2), sign_in("limin")
    assert clerk.post(f"/review/dossiers/{dossier.id}/check").location == f"/review/findings?dossier={dossier.id}"
    first, second = db.scalars(select(Finding).order_by(Finding.key))
    assert (first.key, second.key, first.cured_at) == ("identity", "registration_form", None)
    note, check = (f"/review/findings/{first.id}/{what}" for what in ("note", "check"))
    page = clerk.post(check, follow_redirects=True).text
    assert (note in page, check in page) == (True, True)
    make.make_item(dossier, "identity")
    page = clerk.post(check, follow_redirects=True).text
    assert (note in page, check in page, f"/review/dossiers/{dossier.id}/check" in page) == (False, False, False)
    db.expire_all()
    assert (first.cured_at is not None, second.cured_at) == (True, None)
    assert [(each["found"], each["cured"]) for each in told(db, "LookedAgain")] == [(2, 0), (0, 0), (0, 1)]


def test_a_dossier_that_is_closed_is_not_looked_at(sign_in: SignIn, estate: Estate, db: Session) -> None:
    closed = make_lacking(estate, state=DossierState.closed, closed_on=TODAY)
    assert sign_in("limin").post(f"/review/dossiers/{closed.id}/check").status_code == 303
    assert (db.scalar(select(Finding.id)), told(db, "LookedAgain")) == (None, [])


def test_closing_a_file_mends_what_was_found_of_it(sign_in: SignIn, estate: Estate, db: Session) -> None:
    found = make_found(estate)
    dossier = db.get_one(Dossier, found.dossier_id)
    dossier.state, dossier.closed_on = DossierState.closed, TODAY
    db.commit()
    assert sign_in("limin").post(f"/review/findings/{found.id}/check").status_code == 303
    assert db.scalar(select(Finding.cured_at).where(Finding.id == found.id)) is not None
    assert [each["cured"] for each in told(db, "LookedAgain")] == [1]


def test_a_note_stands_at_the_finding_until_another_one(sign_in: SignIn, estate: Estate, db: Session) -> None:
    found, clerk = make_found(estate), sign_in("limin")
    address = f"/review/findings/{found.id}/note"
    assert clerk.post(address, data={"version": found.version, "note": " "}).status_code == 422
    saved = clerk.post(address, data={"version": found.version, "note": "客户周五送来"})
    assert saved.location == f"/review/findings/{found.id}"
    page = clerk.get(saved.location).text
    assert page.count("客户周五送来") == 2  # at the finding and in its history
    stale = clerk.post(address, data={"version": found.version, "note": "已催"})
    assert (stale.status_code, "已催" in stale.text, "客户周五送来" in stale.text) == (409, True, True)
    assert [each["note"] for each in told(db, "FindingNoted")] == ["客户周五送来"]


def test_what_is_cured_takes_no_change(sign_in: SignIn, estate: Estate, db: Session) -> None:
    now, keeper = utc_now(), sign_in("archivist")
    cured = make_finding(make_lacking(estate), found_at=now, cured_at=now)
    changes = {"note": {"note": "晚了"}, "hand-out": {"owner_id": "", "due_on": LATER}}
    for step, data in changes.items():
        assert keeper.get(f"/review/findings/{cured.id}/{step}").status_code == 409
        sent = keeper.post(f"/review/findings/{cured.id}/{step}", data={"version": cured.version, **data})
        assert sent.status_code == 422
    assert told(db, "FindingNoted") == told(db, "FindingHandedOut") == []


def test_a_finding_is_handed_to_whoever_sees_its_dossier(
    sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session
) -> None:
    found, there, keeper = make_found(estate), make_found(other_estate), sign_in("fengxue")
    limin, fengxue = user_called("limin"), user_called("fengxue")
    address = f"/review/findings/{found.id}/hand-out"
    data = {"version": found.version, "owner_id": limin.id, "due_on": LATER}
    assert keeper.post(address, data=data | {"due_on": PAST}).status_code == 422
    assert keeper.post(address, data=data | {"due_on": ""}).status_code == 422
    assert keeper.post(address, data=data | {"owner_id": user_called("wanglei").id}).status_code == 422
    assert keeper.post(address, data=data).status_code == 303
    assert keeper.post(address, data=data | {"owner_id": fengxue.id}).status_code == 409
    [event] = told(db, "FindingHandedOut")
    assert event["changes"] == {"mender": ["", "李敏"], "due_on": [found.due_on.isoformat(), LATER]}
    offered = re.findall(r"<option[^>]*>([^<]+)<", keeper.get(f"/review/findings/{there.id}/hand-out").text)
    assert ("冯雪" in offered, "李敏" in offered, "王磊" in offered) == (True, False, False)


def test_a_day_that_has_passed_is_let_stand(sign_in: SignIn, estate: Estate) -> None:
    late = make_finding(make_lacking(estate), due_on=TODAY - timedelta(days=3))
    data = {"version": late.version, "owner_id": user_called("limin").id, "due_on": late.due_on.isoformat()}
    assert sign_in("archivist").post(f"/review/findings/{late.id}/hand-out", data=data).status_code == 303


@pytest.mark.parametrize("step", ["note", "hand-out", "check", ""])
def test_another_estates_finding_is_not_there(sign_in: SignIn, estate: Estate, other_estate: Estate, step: str) -> None:
    hidden = make_found(other_estate)
    clerk = sign_in("limin")
    send = clerk.post if step == "check" else clerk.get
    wanted = 403 if step == "hand-out" else 404  # a clerk hands nothing out
    assert send(f"/review/findings/{hidden.id}/{step}".rstrip("/")).status_code == wanted
    assert clerk.post(f"/review/dossiers/{hidden.dossier_id}/check").status_code == 404
    assert clerk.get(f"/review/findings?dossier={hidden.dossier_id}").status_code == 404


# Many at once


def bulk(client: FlaskClient, ids: list[int], **given: Any) -> Any:
    begun = client.post("/review/findings", data={"action": "hand_out", "scope": "ticked", "id": ids})
    token = re.findall(r'name="selection" value="([^"]+)"', begun.text)[0]
    return client.post("/review/findings", data={"action": "hand_out", "selection": token, **given})


def test_many_are_handed_out_after_a_look_at_what_becomes_of_each(
    sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session
) -> None:
    limin, keeper = user_called("limin"), sign_in("fengxue")
    mine, again = make_found(estate), make_found(estate)
    done = make_finding(make_lacking(estate), owner_id=limin.id)
    foreign = make_found(other_estate)
    ids = [mine.id, again.id, done.id, foreign.id]
    assert bulk(keeper, ids, owner_id="", due_on="").status_code == 422
    assert bulk(keeper, ids, owner_id="", due_on=PAST).status_code == 422
    data = {"owner_id": limin.id, "due_on": ""}
    seen = bulk(keeper, ids, **data)
    assert seen.status_code == 200
    token, digest = (re.findall(f'name="{name}" value="([^"]+)"', seen.text)[0] for name in ("selection", "digest"))
    confirm = {"action": "hand_out", "selection": token, "digest": digest, "step": "confirm", **data}
    assert keeper.post("/review/findings", data=confirm).status_code == 302
    db.expire_all()
    owners = [db.get_one(Finding, key).owner_id for key in ids]
    assert owners == [limin.id, limin.id, limin.id, None]
    assert [each["finding_id"] for each in told(db, "FindingHandedOut")] == [mine.id, again.id]
    assert keeper.post("/review/findings", data=confirm).status_code == 409  # sent twice: they stand so already


def test_who_keeps_no_reviews_hands_nothing_out(sign_in: SignIn, estate: Estate) -> None:
    found, clerk = make_found(estate), sign_in("limin")
    sent = clerk.post("/review/findings", data={"action": "hand_out", "scope": "ticked", "id": [found.id]})
    assert sent.status_code == 403
    assert clerk.get(f"/review/findings/{found.id}/hand-out").status_code == 403
    assert "hand-out" not in clerk.get(f"/review/findings/{found.id}").text
