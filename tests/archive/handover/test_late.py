"""补充归档: registered, confirmed, filed under a new list; declined, in ink, and what the database refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Dossier, Item, SupplementFiling
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.invariants import CHECKS
from crm.archive.handover.late import Bringing
from crm.archive.handover.models import (
    Grade,
    HandoverState,
    LateFiling,
    LatePart,
    LateSignature,
    LateState,
    ListSignature,
    ListVersion,
)
from crm.archive.handover.queries.late import late_filings
from crm.archive.handover.queries.lists import waiting
from crm.archive.handover.queries.standing import slots_of
from crm.archive.handover.service import late
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.standing import Standing
from crm.auth.models import User
from crm.demo.cast import DEMO_PASSWORD
from crm.errors import DomainError, NotEntitled
from crm.files.models import Upload
from crm.notifications.models import Notification
from tests import factories as make
from tests.archive.dossiers.acting import KEEPING
from tests.archive.handover.desk import ARCHIVIST, A, B, Desk, actor_called, handover_row
from tests.archive.handover.test_pages import at, pdf

S = HandoverState
SignIn = Callable[[str], FlaskClient]
PASSWORD = {"confirming_password": DEMO_PASSWORD}


@pytest.fixture
def filed(desk: Desk) -> Desk:
    return desk.bring_to(S.filed)


def facts(standing: Standing, code: str = "", **given: Any) -> ItemFacts:
    slots = slots_of(standing.handover.dossier)
    slot = next(each for each in slots if (each.code == code if code else each.several and not each.is_title))
    said = {"section_id": slot.section_id, "slot_id": slot.id, "title": "贷后检查报告", "pages": 4, "sheets": 2}
    return ItemFacts(**(said | given))


def brought(who: str = A, **given: Any) -> Bringing:
    user = make.user_called(who)
    return Bringing(**({"name": user.full_name, "user_id": user.id, "reason": "放款后一个月检查"} | given))


OUTSIDE = Bringing(name="陈志远", reason="客户补送原件")


def register(desk: Desk, bringing: Bringing | None = None, who: str = ARCHIVIST, **given: Any) -> None:
    bringing = bringing or brought()
    desk.do(who, lambda standing: late.register(standing, facts(standing, **given), bringing, "10.0.0.8"))


def newest(desk: Desk, who: str, act: Callable[..., Any], *arguments: Any) -> Any:
    with desk.at(who) as standing:
        return act(standing, standing.late[0], *arguments)


def confirm(desk: Desk, who: str = A, **given: Any) -> None:
    with desk.at(who) as standing:
        filing = standing.late[0]
        late.confirm(standing, filing, Signing(**({"seen": filing.hash, "address": "10.0.0.9"} | given)))


def faults(work: Callable[..., Any], name: str = "I5") -> list[str]:
    with work():
        return [fault for check in CHECKS[name] for fault in check()]


def bells(db: Session, who: str) -> list[str]:
    own = select(Notification.text).join(User, User.id == Notification.user_id).where(User.username == who)
    return list(db.scalars(own.order_by(Notification.id)))


# The way


def test_it_is_filed_when_both_have_signed_and_a_new_list_is_issued(filed: Desk, work: Any, db: Session) -> None:
    dossier_id = handover_row(db, filed).dossier_id
    before = db.execute(select(Item.id, Item.code, Item.page_from).filter_by(dossier_id=dossier_id)).all()
    last = max(db.scalars(select(Item.page_to).filter_by(dossier_id=dossier_id)))
    register(filed)
    assert db.scalars(select(ListVersion.version)).all() == [1]
    assert "贷后检查报告" in bells(db, A)[-1]
    confirm(filed)
    db.expire_all()
    item = db.scalars(select(Item).filter_by(dossier_id=dossier_id, supplement=True)).one()
    assert item.code
    assert item.code.endswith("补")
    assert (item.page_from, item.page_to) == (last + 1, last + 4)
    assert (item.added_by, item.filed_by) == ("冯雪", "冯雪")
    rest = select(Item.id, Item.code, Item.page_from).filter_by(dossier_id=dossier_id, supplement=False)
    assert db.execute(rest).all() == before
    filing = db.scalars(select(LateFiling)).one()
    version = db.get_one(ListVersion, filing.list_version_id)
    assert (filing.state, filing.item_id, version.version) == (LateState.filed, item.id, 2)
    assert [each["code"] for each in version.content["supplements"]] == [item.code]
    signed = db.scalars(select(LateSignature).order_by(LateSignature.id)).all()
    assert [(each.part, each.grade, each.hash) for each in signed] == [
        (LatePart.archivist, Grade.password, filing.hash),
        (LatePart.giver, Grade.password, filing.hash),
    ]
    assert len(db.scalars(select(ListSignature)).all()) == 3
    kept = db.scalars(select(SupplementFiling)).one()
    assert (kept.giver_id, kept.archivist_id) == (make.user_called(A).id, make.user_called(ARCHIVIST).id)
    assert item.code in bells(db, ARCHIVIST)[-1]
    assert faults(work) == []
    assert faults(work, "I11") == []


def test_a_second_supplement_goes_on_from_the_first(filed: Desk, work: Any, db: Session) -> None:
    register(filed)
    confirm(filed)
    register(filed, brought(B))
    confirm(filed, B)
    versions = db.scalars(select(ListVersion).order_by(ListVersion.version)).all()
    assert [len(each.content["supplements"]) for each in versions] == [0, 1, 2]
    assert faults(work) == []


def test_a_contract_that_comes_late_gets_its_derived_number(filed: Desk, db: Session) -> None:
    register(filed, code="surety_contract")
    confirm(filed)
    item = db.scalars(select(Item).filter_by(supplement=True)).one()
    assert item.derived_no
    assert "-02号" in item.derived_no


def test_the_giver_declines_before_signing_and_nothing_is_filed(filed: Desk, work: Any, db: Session) -> None:
    register(filed)
    with pytest.raises(DomainError):
        newest(filed, A, late.decline, " ")
    newest(filed, A, late.decline, "不是我送的")
    filing = db.scalars(select(LateFiling)).one()
    assert (filing.state, filing.decision) == (LateState.declined, "不是我送的")
    assert "不是我送的" in bells(db, ARCHIVIST)[-1]
    for act in (late.decline, late.withdraw):
        with pytest.raises(DomainError):
            newest(filed, {late.decline: A}.get(act, ARCHIVIST), act, "再来一次")
    with pytest.raises(DomainError):
        confirm(filed)
    assert db.scalars(select(Item).filter_by(supplement=True)).all() == []
    assert faults(work) == []


def test_the_archivist_withdraws_what_nobody_has_confirmed(filed: Desk, db: Session) -> None:
    register(filed)
    newest(filed, ARCHIVIST, late.withdraw, "页数登错")
    assert db.scalars(select(LateFiling.state)).one() is LateState.withdrawn
    assert "页数登错" in bells(db, A)[-1]


def test_whoever_has_no_account_signs_in_ink(filed: Desk, work: Any, db: Session) -> None:
    register(filed, OUTSIDE)
    scan = make.make_upload(None, "signature")
    for who in (A, ARCHIVIST):
        with pytest.raises(DomainError):
            confirm(filed, who)
    with filed.at(ARCHIVIST) as standing, pytest.raises(DomainError):
        late.attest(standing, standing.late[0], Signing(seen=standing.late[0].hash, address=""))
    with filed.at(ARCHIVIST) as standing:
        kept = db.get_one(Upload, scan.id)
        late.attest(standing, standing.late[0], Signing(seen=standing.late[0].hash, address="", scan=kept))
    signature = db.scalars(select(LateSignature).filter_by(part=LatePart.giver)).one()
    assert (signature.signer_id, signature.name, signature.grade) == (None, "陈志远", Grade.ink_scan)
    assert db.scalars(select(LateFiling.state)).one() is LateState.filed
    assert faults(work) == []


# Who may not


def test_only_an_appointed_archivist_of_neither_side_registers(filed: Desk, db: Session) -> None:
    with pytest.raises(NotEntitled):
        register(filed, who="hanbing")
    with pytest.raises(DomainError):
        register(filed, who=A)
    for wrong in (brought(ARCHIVIST), brought("limin"), brought("caoning"), brought(reason=" "), brought(name="")):
        with pytest.raises(DomainError):
            register(filed, wrong)
    with pytest.raises(DomainError):
        register(filed, pages=1, sheets=2)
    assert db.scalars(select(LateFiling)).all() == []


def test_nobody_confirms_for_another(filed: Desk, db: Session) -> None:
    register(filed)
    for who in (B, ARCHIVIST, "hanbing"):
        with pytest.raises(DomainError, match="王磊"):
            confirm(filed, who)
        with pytest.raises(DomainError, match="王磊"):
            newest(filed, who, late.decline, "不是")
    with pytest.raises(DomainError):
        confirm(filed, seen="0" * 64)
    with filed.at(ARCHIVIST) as standing, pytest.raises(DomainError):
        late.attest(standing, standing.late[0], Signing(seen=standing.late[0].hash, address=""))
    assert db.scalars(select(LateFiling.state)).one() is LateState.pending


def test_a_dossier_under_way_takes_no_supplement(desk: Desk) -> None:
    desk.bring_to(S.checking)
    with pytest.raises(DomainError):
        register(desk)


# The database


def test_giver_and_archivist_are_two_people_whoever_writes(filed: Desk, db: Session) -> None:
    handover = handover_row(db, filed)
    with pytest.raises(IntegrityError):
        make.make_late_filing(handover, giver_id=make.user_called(ARCHIVIST).id)
    filing = make.make_late_filing(handover)
    make.make_late_signature(filing)
    with pytest.raises(IntegrityError):
        make.make_late_signature(filing, LatePart.giver, signer_id=filing.archivist_id)
    with pytest.raises(IntegrityError):
        make.make_late_signature(filing, LatePart.giver, signer_id=None)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'filed', item_id = (SELECT min(id) FROM dossier_item), list_version_id = 1",
        "hash = 'x'",
        "giver_id = NULL",
        "state = 'filed'",
        "state = 'declined', decision = '不是', decided_by_id = archivist_id",
        "state = 'withdrawn', decided_by_id = archivist_id",
    ],
)
def test_a_pending_slip_moves_by_its_signatures_only(filed: Desk, db: Session, change: str) -> None:
    make.make_late_signature(make.make_late_filing(handover_row(db, filed)))
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(text(f"UPDATE late_filing SET {change}"))


def test_what_is_settled_stays(filed: Desk, db: Session) -> None:
    register(filed)
    confirm(filed)
    for change in ("UPDATE late_filing SET decision = 'x'", "DELETE FROM late_filing"):
        with pytest.raises(DatabaseError), db.begin_nested():
            db.execute(text(change))


def test_the_check_finds_what_came_past_the_signatures(filed: Desk, work: Any, db: Session) -> None:
    """Filed as a row with one signature, under a list that names no slip."""
    handover = handover_row(db, filed)
    item_id = db.scalars(select(Item.id).filter_by(dossier_id=handover.dossier_id)).first()
    version = db.scalars(select(ListVersion)).one()
    content = {**version.content, "version": 2}
    second = make.make_list_version(handover, content=content, hash=make.content_hash(content), version=2)
    filing = make.make_late_filing(handover, state=LateState.filed, item_id=item_id, list_version_id=second.id)
    make.make_late_signature(filing)
    [fault] = faults(work)
    assert str(filing.id) in fault


def test_the_check_finds_a_slip_that_was_written_over(filed: Desk, work: Any, db: Session) -> None:
    filing = make.make_late_filing(handover_row(db, filed), hash="0" * 64)
    assert faults(work) == [f"supplement {filing.id}: the slip is not what was hashed"]


# The pages


def typed(client: FlaskClient, desk: Desk, **given: Any) -> dict[str, Any]:
    page = client.get(at(desk, "/late/new")).text
    slot = re.search(r'<option value="(\d+)">3 项目调查资料 · 贷后检查', page)
    assert slot, page
    said = {"slot": slot[1], "pages": "", "form": "original", "giver_id": "0", "giver": "", "reason": "一个月检查"}
    return said | {"title": ""} | PASSWORD | given


def slip_of(db: Session) -> str:
    return f"/archive/handover/late/{db.scalars(select(LateFiling.id).order_by(LateFiling.id.desc())).first()}"


def seen(client: FlaskClient, path: str) -> dict[str, Any]:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', client.get(path).text)
    assert found
    return {"seen": found[1]} | PASSWORD


def words(answer: Any) -> str:
    assert answer.mimetype == "application/pdf", answer.text
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def test_the_archivist_registers_and_a_confirms(filed: Desk, sign_in: SignIn, work: Any, db: Session) -> None:
    archivist, a = sign_in(ARCHIVIST), sign_in(A)
    giver = str(make.user_called(A).id)
    data = typed(archivist, filed, giver_id=giver)
    for wrong in ({}, {"pages": "0"}, {"pages": "2", "reason": ""}, {"pages": "2", "slot": "0"}):
        assert archivist.post(at(filed, "/late/new"), data=data | wrong).status_code == 422, wrong
    for wrong in ({"giver": "陈志远"}, {"giver_id": "0"}, {"giver_id": "99999"}):
        assert archivist.post(at(filed, "/late/new"), data=data | {"pages": "2"} | wrong).status_code == 422, wrong
    unsigned = {name: value for name, value in data.items() if name != "confirming_password"} | {"pages": "2"}
    archivist.post(at(filed, "/late/new"), data=unsigned)
    assert db.scalars(select(LateFiling)).all() == []
    sent = data | {"file": (BytesIO(pdf(3)), "检查报告.pdf")}
    page = archivist.post(at(filed, "/late/new"), data=sent, follow_redirects=True).text
    assert "王磊" in page
    slip = slip_of(db)
    assert f"{slip}/confirm" not in page
    assert f"{slip}/withdraw" in page
    assert archivist.get(f"{slip}/document").data == pdf(3)
    with work(actor_called(A)):
        [row] = waiting(5)
        assert (row.id, row.awaits_me) == (filed.handover_id, True)
    with work(actor_called(B)):
        assert waiting(5) == []
    assert sign_in(B).get(f"{slip}/confirm").status_code == 409
    assert at(filed) in a.get("/").text
    assert "2026鸿借" in words(a.post(f"{slip}.pdf"))
    sent = seen(a, f"{slip}/confirm")
    a.post(f"{slip}/confirm", data={"seen": sent["seen"]})
    assert db.scalars(select(LateFiling.state)).one() is LateState.pending
    page = a.post(f"{slip}/confirm", data=sent, follow_redirects=True).text
    assert re.search(r"3-\d\d补", page)
    assert a.post(f"{slip}/confirm", data=sent).status_code == 409
    assert "补" in words(a.post(f"{slip}.pdf")).replace("补充", "")
    assert a.get(f"{slip}/signatures/giver/drawing").status_code == 404
    assert a.get(f"{slip}/signatures/nobody/scan").status_code == 404
    assert a.get(f"{slip}/signatures/giver/else").status_code == 404


def test_the_old_list_says_supplemented_and_the_new_one_current(filed: Desk, sign_in: SignIn, db: Session) -> None:
    register(filed)
    confirm(filed)
    client = sign_in(ARCHIVIST)
    old, new = db.scalars(select(ListVersion).order_by(ListVersion.version)).all()
    assert "归档后有补充" in client.get(f"/verify?h={old.hash[:12]}&v=1&c=2-3").text
    assert "归档后有补充" not in client.get(f"/verify?h={new.hash[:12]}&v=2&c=2-3").text
    paper = words(client.post(at(filed, "/list/2.pdf"), data=KEEPING, follow_redirects=True))
    assert "王磊" in paper
    assert "补" in paper.replace("补充", "")
    receipt = words(client.get(at(filed, "/receipt.pdf")))
    assert "赵倩" in receipt
    assert "补" not in receipt.replace("补充", "")


def test_a_client_without_account_signs_the_printed_slip(filed: Desk, sign_in: SignIn, db: Session) -> None:
    archivist = sign_in(ARCHIVIST)
    data = typed(archivist, filed, giver="陈志远", pages="2")
    archivist.post(at(filed, "/late/new"), data=data)
    slip = slip_of(db)
    assert "陈志远" in words(archivist.post(f"{slip}.pdf"))
    sent = seen(archivist, f"{slip}/attest")
    assert archivist.post(f"{slip}/attest", data=sent).status_code == 422
    scanned = sent | {"scan": (BytesIO(pdf(1)), "单.pdf")}
    assert archivist.post(f"{slip}/attest", data=scanned, follow_redirects=True).status_code == 200
    assert archivist.get(f"{slip}/signatures/giver/scan").data == pdf(1)
    assert db.scalars(select(LateFiling.state)).one() is LateState.filed


def test_declining_and_withdrawing_ask_for_a_reason(filed: Desk, sign_in: SignIn, db: Session) -> None:
    for who, step, state in ((A, "decline", LateState.declined), (ARCHIVIST, "withdraw", LateState.withdrawn)):
        register(filed)
        slip, client = slip_of(db), sign_in(who)
        stale = re.search(r'name="version"[^>]*value="(\d+)"', client.get(f"{slip}/{step}").text)
        assert stale
        assert client.post(f"{slip}/{step}", data={"version": stale[1]}).status_code == 422
        assert client.post(f"{slip}/{step}", data={"version": "9", "reason": "不对"}).status_code == 409
        page = client.post(f"{slip}/{step}", data={"version": stale[1], "reason": "不对"}, follow_redirects=True)
        assert "不对" in page.text
        db.expire_all()
        assert db.scalars(select(LateFiling.state).order_by(LateFiling.id.desc())).first() is state


def test_foreign_projects_slips_are_not_there(filed: Desk, sign_in: SignIn, db: Session) -> None:
    filing = make.make_late_filing(make.make_handover())
    with filed.work(actor_called(A)) as inner:
        other = inner.get_one(LateFiling, filing.id)
        assert late_filings(other.handover_id)
    project_id = handover_row(db, filed).project_id
    db.execute(
        text("UPDATE project SET a_id = :a, b_id = :b WHERE id <> :own"),
        {"a": make.user_called("limin").id, "b": make.user_called("zhouhui").id, "own": project_id},
    )
    db.commit()
    client = sign_in(A)
    for tail in ("", "/confirm", "/decline", "/document", "/signatures/archivist/scan"):
        assert client.get(f"/archive/handover/late/{filing.id}{tail}").status_code == 404, tail
    assert client.post(f"/archive/handover/late/{filing.id}.pdf").status_code == 404
    assert client.get("/archive/handover/late/99999").status_code == 404
    assert client.get(at(filed, "/late/new")).status_code == 403
    assert sign_in(ARCHIVIST).get("/archive/handover/of/99999/late").status_code == 409
    assert sign_in(ARCHIVIST).get(f"/archive/handover/of/{project_id}/late").location.endswith(at(filed, "/late/new"))


def test_the_dossier_names_giver_and_archivist(filed: Desk, sign_in: SignIn, db: Session) -> None:
    register(filed)
    confirm(filed)
    dossier = db.get_one(Dossier, handover_row(db, filed).dossier_id)
    assert "王磊移交" in sign_in(ARCHIVIST).get(f"/archive/dossiers/{dossier.id}?tab=records").text
