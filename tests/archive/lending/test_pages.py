"""Pages, papers and the copy on the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.archive.lending import jobs
from crm.archive.lending.models import LendingSlip, SlipForm, SlipLine, SlipState
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.models import User, UserEstate
from crm.dates import telling, utc_now
from crm.db import session
from crm.files import store
from crm.properties.models import Estate
from tests import factories as make
from tests.archive.dossiers.acting import pdf
from tests.archive.lending.making import CLERK, MANAGER, WORKER, Counter, Work, appointed, filed_loan, make_lent

S = SlipState
SignIn = Callable[[str], FlaskClient]
PATH = "/archive/lending"


def test_a_clerk_writes_a_slip_and_the_archivist_issues_it(work: Work, db: Session, sign_in: SignIn) -> None:
    appointed()
    number = make.make_archive_number()
    dossier = make.make_company_dossier("张三 30万 借款", number_id=number.id)
    make.make_item(dossier, "application", title="张三的申请", pages=10, page_from=1, page_to=10)
    clerk = sign_in("service_desk")
    sent = {"form": "paper", "purpose": "audit", "reason": "核对合同", "due_on": "明天", "key": "k1"}
    assert clerk.post(f"{PATH}/new", data=sent | {"reason": ""}).status_code == 422
    first = clerk.post(f"{PATH}/new", data=sent).location
    with work():
        slip = session().scalars(select(LendingSlip)).one()
    assert clerk.post(f"{PATH}/new", data=sent).location == f"{PATH}/{slip.id}", "sent twice, it is one"
    assert first == f"{PATH}/{slip.id}/add"
    found = f'name="dossier_id" value="{dossier.id}"'
    assert found not in clerk.get(f"{first}?q={dossier.title}").text, "nobody lists the company's clients"
    asked = clerk.get(f"{first}?q={number.number.text}").text + clerk.get(f"{first}?dossier={dossier.id}").text
    assert found in asked
    assert "张三" not in asked
    title_copy = make.make_item(dossier, "loan_contract", stage="collected", filed_at=None, code=None)
    assert clerk.post(first, data={"item_ids": str(title_copy.id)}).status_code == 422
    assert clerk.post(first, data={"code": f"http://x/archive/dossiers/{dossier.id}"}).status_code == 302
    page = clerk.get(f"{PATH}/{slip.id}").text
    assert f"{PATH}/{slip.id}/submit" in page
    assert "张三" not in page
    for step in ("submit", "submit"):
        clerk.post(f"{PATH}/{slip.id}/{step}", data={"version": version(work, slip.id), "key": "k2"})
    approve(work, slip.id)
    issue(work, sign_in, slip.id, dossier.id)


def version(work: Work, slip_id: int) -> int:
    with work():
        return session().get_one(LendingSlip, slip_id).version


def approve(work: Work, slip_id: int) -> None:
    from crm.archive.lending import queries, service
    from tests.acting import as_

    with work():
        manager = as_(MANAGER)
    with work(manager):
        service.approve(queries.get_slip(slip_id))


def issue(work: Work, sign_in: SignIn, slip_id: int, dossier_id: int) -> None:
    archivist, path = sign_in("archivist"), f"{PATH}/{slip_id}/issue"
    with work():
        keys = session().scalars(select(SlipLine.id).filter_by(slip_id=slip_id)).all()
    sent = {"version": version(work, slip_id), "key": "k3", "scan": f"/archive/dossiers/{dossier_id}"}
    ticked = archivist.post(path, data=sent | {"tick": "1"}).text
    assert all(f'value="{key}" checked' in ticked for key in keys)
    assert archivist.post(path, data=sent | {"scan": "没有", "tick": "1"}).status_code == 422
    whole = sent | {"scan": "", "in_hand": [str(key) for key in keys]}
    assert archivist.post(path, data=whole).status_code == 302
    assert archivist.post(path, data=whole).status_code == 302, "sent twice"
    with work():
        assert session().get_one(LendingSlip, slip_id).state is S.issued
    back = {"version": version(work, slip_id), "key": "k4", f"pages_{keys[0]}": "99"}
    assert archivist.post(f"{PATH}/{slip_id}/back", data=back).status_code == 422
    either = back | {"everything": "1", f"pages_{keys[0]}": "1"}
    assert archivist.post(f"{PATH}/{slip_id}/back", data=either).status_code == 422, "everything, or these pages"
    assert (
        archivist.post(f"{PATH}/{slip_id}/back", data=back | {"everything": "1", f"pages_{keys[0]}": ""}).status_code
        == 302
    )
    checked = {"version": version(work, slip_id), "key": "k5"}
    checked |= {f"pages_{key}": "10" for key in keys}
    unsaid = checked | {f"pages_{keys[0]}": "", f"damaged_{keys[0]}": "1"}
    assert archivist.post(f"{PATH}/{slip_id}/verify", data=unsaid).status_code == 422, "damaged, of how many pages"
    assert f"{PATH}/{slip_id}/back" not in archivist.get(f"{PATH}/{slip_id}").text, "nothing is out any more"
    assert archivist.post(f"{PATH}/{slip_id}/verify", data=checked).status_code == 302
    put = {"version": version(work, slip_id), "key": "k6"}
    assert archivist.post(f"{PATH}/{slip_id}/reshelve", data=put).status_code == 302
    with work():
        assert session().get_one(LendingSlip, slip_id).state is S.closed


def test_somebody_elses_slip_is_not_there(work: Work, db: Session, sign_in: SignIn) -> None:
    slip = Counter(work, filed_loan(), WORKER).slip
    clerk = sign_in("service_desk")
    for tail in ("", "/add", "/change", "/submit", "/extend", "/cancel"):
        assert clerk.get(f"{PATH}/{slip.id}{tail}").status_code == 404
    assert sign_in("archivist").get(f"{PATH}/{slip.id}").status_code == 200


def test_another_estates_dossier_is_not_found(
    work: Work, db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    make.make_item(make.make_dossier(other_estate, title="隔壁老王", code="9-9-9/01"))
    secret = make.make_company_dossier("秘密借款", code="秘2026-1", security="secret")
    make.make_item(secret, "application")
    slip = Counter(work, filed_loan(), CLERK).slip
    clerk = sign_in("service_desk")
    assert 'name="dossier_id"' not in clerk.get(f"{PATH}/{slip.id}/add?q=秘2026-1").text
    page = clerk.get(f"{PATH}/{slip.id}/add?q=9-9-9/01").text
    assert "隔壁老王" not in page
    assert clerk.post(f"{PATH}/{slip.id}/add", data={"code": "9-9-9/01"}).status_code == 302
    assert len(Counter.lines.fget(_of(work, slip.id))) == 2  # type: ignore[attr-defined]


def test_a_slip_of_another_estate_is_not_there(
    work: Work, db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    slip = make_lent(other_estate)
    archivist = sign_in("archivist")
    assert archivist.get(f"{PATH}/{slip.id}").status_code == 200
    user = db.scalars(select(User).filter_by(username="fengxue")).one()
    user.all_estates = False
    db.add(UserEstate(user_id=user.id, estate_id=estate.id))
    db.commit()
    assert archivist.get(f"{PATH}/{slip.id}").status_code == 404
    assert slip.number not in archivist.get(f"{PATH}/").text


def _of(work: Work, slip_id: int) -> Counter:
    found = Counter.__new__(Counter)
    found.work, found.id = work, slip_id
    return found


@pytest.fixture
def copy(work: Work, db: Session, app: Flask) -> Counter:
    """A digital slip of 李敏's with a two-page scan."""
    dossier = filed_loan(documents=1)
    with work():
        item = session().scalars(select(Item).filter_by(dossier_id=dossier.id)).one()
        upload = store.keep(pdf(2), "合同.pdf", purpose="dossier", estate_id=None)
        made = upload.id
    with work():
        item_row, upload_row = item, session().get_one(type(upload), made)
    make.make_rendition(item_row, upload_row)
    return Counter(work, dossier, CLERK, form=SlipForm.digital)


def address(work: Work, copy: Counter) -> str:
    from crm.archive.lending import queries

    with work():
        [(line_id, [file])] = queries.files_on(copy.id).items()
    return f"{PATH}/{copy.id}/lines/{line_id}/{file.id}.pdf"


def test_a_copy_is_read_with_a_mark_until_its_day(work: Work, app: Flask, copy: Counter, sign_in: SignIn) -> None:
    clerk, path = sign_in("service_desk"), address(work, copy)
    copy.submit()
    assert clerk.get(path).status_code == 403, "before the approval"
    copy.approve()
    assert copy.state is S.issued
    answer = clerk.get(path)
    pages = PdfReader(BytesIO(answer.data)).pages
    assert len(pages) == 2
    for page in pages:
        assert "李敏" in page.extract_text()
        assert copy.slip.number in page.extract_text()
    with work():
        kinds = session().scalars(select(LogEntry.kind).where(LogEntry.kind.in_(("CopyRead", "DossierUsed")))).all()
    assert sorted(kinds) == ["CopyRead", "DossierUsed"]
    assert sign_in("archivist").get(path).status_code == 403, "the borrower alone"
    with telling(utc_now() + timedelta(days=9)):
        with app.app_context():
            g.actor, g.request_id = system_actor("clock"), ""
            assert jobs.look_after() == 1
        assert jobs_done(app) == 0
    assert copy.state is S.closed
    assert clerk.get(path).status_code == 403, "its time is over"


def jobs_done(app: Flask) -> int:
    with app.app_context():
        g.actor, g.request_id = system_actor("clock"), ""
        return jobs.look_after()


def test_the_papers_say_what_they_are(work: Work, db: Session, sign_in: SignIn) -> None:
    appointed()
    slip = Counter(work, filed_loan()).bring_to(S.approved).slip
    archivist = sign_in("archivist")
    for answer in (archivist.post(f"{PATH}/{slip.id}/slip.pdf"), archivist.get(f"{PATH}/{slip.id}/pick-list.pdf")):
        assert answer.status_code == 200
        assert slip.number in PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert archivist.post(f"{PATH}/{slip.id}/overdue.pdf").status_code == 409


def test_the_ledgers_pages_open(work: Work, db: Session, sign_in: SignIn, estate: Estate) -> None:
    appointed()
    slip = make_lent(estate)
    archivist = sign_in("archivist")
    assert slip.number in archivist.get(f"{PATH}/ledger").text
    with work():
        item_id = session().scalars(select(SlipLine.item_id).filter_by(slip_id=slip.id)).one()
    assert slip.number in archivist.get(f"{PATH}/items/{item_id}").text
