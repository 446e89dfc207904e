"""The register's pages: a letter written down, written, passed on, answered, its files; lists, times, search."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Dossier, Item, Rendition, TemplateSlot
from crm.auth.models import User, UserEstate
from crm.correspondence.letters import listings, papers, service
from crm.correspondence.letters.models import FileRole, Letter, LetterFile, LetterState, LetterStep
from crm.correspondence.letters.queries import canonical
from crm.correspondence.serving.models import Arrival, Channel
from crm.db import open_session
from crm.files import store
from crm.files.models import Upload
from crm.jobs.models import Job
from crm.jobs.runner import run_all
from crm.properties.models import Estate
from crm.tenants import filing
from crm.tenants.models import Customer
from tests import factories as make
from tests.correspondence.letters.making import (
    DAY,
    NOW,
    TODAY,
    make_delivery,
    make_file,
    make_letter_in,
    make_letter_out,
    make_of_customer,
    make_wording,
)
from tests.correspondence.notices.making import make_batch
from tests.lists.test_bulk import hidden
from tests.repairs.making import user_called

Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]
S = LetterState
PAYLOADS = "{{7*7}} {0.__class__} <script>alert(1)</script> %s %(name)s"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (800, 1100), (240, 240, 240)).save(out, "JPEG")
    return out.getvalue()


def words(pdf: bytes) -> str:
    """What stands on the paper, without blanks: paper breaks lines where it likes."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def key_of(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def version_of(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


# Written down


def letter_in(estate: Estate, **given: Any) -> dict[str, Any]:
    facts = {"estate_id": estate.id, "party": "岳麓区住建局", "kind": "authority", "subject": "关于电梯噪声的函"}
    return {"dated_on": DAY.isoformat(), "way": "post", "doc_no": "〔2026〕12号", **facts, **given}


def test_a_letter_is_written_down_with_its_scans_and_passed_on_at_once(
    db: Session, sign_in: SignIn, estate: Estate
) -> None:
    client, who = sign_in("service_desk"), user_called("sunhao")
    page = client.get("/letters/receive").text
    due = (TODAY + timedelta(days=5)).isoformat()
    filled = letter_in(estate, key=key_of(page), handler_id=who.id, reply_due_on=due, pages=3)

    def send() -> Any:
        scans = [(BytesIO(picture()), "第1页.jpg"), (BytesIO(picture() + b" "), "第2页.jpg")]
        return client.post("/letters/receive", data={**filled, "scans": scans})

    answer = send()
    assert answer.status_code == 302
    shown = client.get(answer.location).text
    for expected in ("收〔", "岳麓区住建局", "〔2026〕12号", "第1页.jpg", "第2页.jpg", "孙浩", due):
        assert expected in shown
    assert send().location == answer.location
    [letter] = db.scalars(select(Letter))
    assert (letter.state, letter.handler_id, letter.pages) == (S.passed_on, who.id, 3)
    assert db.scalar(select(func.count(LetterFile.id))) == 2
    assert list(db.scalars(select(LetterStep.action).order_by(LetterStep.id))) == ["register", "pass_on"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"party": ""}, "party"),
        ({"customer": "没有这个人"}, "customer"),
        ({"party": "", "customer": "没有这个人"}, "没有这个人"),
        ({"subject": ""}, "subject"),
        ({"dated_on": "2099-01-01"}, "dated_on"),
        ({"unit": "99-9-999"}, "99-9-999"),
        ({"answers": "发2020-1"}, "发2020-1"),
        ({"pages": "0"}, "pages"),
        ({"way": "pigeon"}, "way"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    db: Session, sign_in: SignIn, estate: Estate, given: dict[str, Any], told: str
) -> None:
    filled = letter_in(estate, key="k" * 24, summary="电梯夜间噪声很大") | given
    answer = sign_in("service_desk").post("/letters/receive", data=filled)
    assert answer.status_code == 422
    assert "电梯夜间噪声很大" in answer.text
    assert told in answer.text
    assert db.scalar(select(func.count(Letter.id))) == 0


def test_a_file_that_is_no_paper_is_refused_and_nothing_is_registered(
    db: Session, sign_in: SignIn, estate: Estate
) -> None:
    filled = letter_in(estate, key="k" * 24, scans=[(BytesIO("姓名\n".encode()), "名单.csv")])
    answer = sign_in("service_desk").post("/letters/receive", data=filled)
    assert answer.status_code == 422
    assert "名单.csv" in answer.text
    assert db.scalar(select(func.count(Letter.id))) == 0


def test_from_the_file_the_customer_and_the_unit_are_known(db: Session, sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    customer = make.make_customer(estate, unit=unit)
    ours, client = make_letter_out(estate), sign_in("service_desk")
    path = f"/letters/receive?customer_id={customer.id}"
    page = client.get(path).text
    assert 'value="3-1-502"' in page
    assert 'name="party"' not in page
    filled = letter_in(estate, key=key_of(page), unit="3-1-502", answers=ours.number)
    assert client.post(path, data=filled).status_code == 302
    letter = db.scalars(select(Letter).where(Letter.id != ours.id)).one()
    assert (letter.customer_id, letter.unit_id, letter.reply_to_id) == (customer.id, unit.id, ours.id)
    tab = client.get(f"/tenants/customers/{customer.id}?tab=letters").text
    assert letter.number in tab
    assert letter.number in client.get(f"/tenants/customers/{customer.id}").text, "the timeline has it"


def test_a_customer_is_found_by_name_or_by_the_files_number(
    db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    client, customer = sign_in("service_desk"), make.make_customer(estate, "欧阳娜娜")
    make.make_customer(other_estate, "欧阳娜娜")
    for place, typed in enumerate(("欧阳娜娜", f"KH{customer.id:06d}")):
        filled = letter_in(estate, key=f"{place}" * 24, party="", customer=typed)
        assert client.post("/letters/receive", data=filled).status_code == 302
    assert set(db.scalars(select(Letter.customer_id))) == {customer.id}
    make.make_customer(estate, "欧阳娜娜")
    several = client.post("/letters/receive", data=letter_in(estate, key="z" * 24, party="", customer="欧阳娜娜"))
    assert several.status_code == 422


# Written by us


def test_a_letter_begins_with_a_wording_and_is_looked_at_before_it_has_a_number(
    db: Session, sign_in: SignIn, estate: Estate
) -> None:
    client, wording = sign_in("service_desk"), make_wording(subject="致{name}", body="尊敬的{name}：\n\n编号{number}。")
    page = client.get(f"/letters/write?wording_id={wording.id}").text
    assert "尊敬的{name}" in page
    filled = {"estate_id": estate.id, "party": "万科物业", "kind": "other", "key": key_of(page)}
    filled |= {"subject": "致{name}", "body": "尊敬的{name}：\n\n编号{number}。"}
    looked = client.post("/letters/write", data={**filled, "preview": "1"})
    assert looked.status_code == 200
    assert "尊敬的万科物业：" in looked.text
    assert db.scalar(select(func.count(Letter.id))) == 0
    made = client.post("/letters/write", data=filled)
    assert made.status_code == 302
    assert client.post("/letters/write", data=filled).location == made.location
    [letter] = db.scalars(select(Letter))
    assert letter.content is not None
    assert (letter.subject, letter.content["body"]) == ("致万科物业", f"尊敬的万科物业：\n\n编号{letter.number}。")
    wrong = client.post("/letters/write", data={**filled, "key": "n" * 24, "body": "尊敬的{nmae}："})
    assert (wrong.status_code, "{nmae}" in wrong.text) == (422, True)


@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_a_letter_with_holes_is_refused_and_already_where_it_is_looked_at(
    db: Session, sign_in: SignIn, estate: Estate, preview: dict[str, str]
) -> None:
    filled = {"estate_id": estate.id, "party": "万科物业", "kind": "other", "key": "k" * 24, "subject": "函", **preview}
    for body in ("您的来函{their_subject}收悉。", "尊敬的{nmae}："):
        answer = sign_in("service_desk").post("/letters/write", data={**filled, "body": body})
        assert answer.status_code == 422
        assert body in answer.text
        assert "{" in answer.text[answer.text.index("error") :]
    assert db.scalar(select(func.count(Letter.id))) == 0


def test_nobody_of_an_unseen_estate_is_named(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    who = user_called("sunhao")
    with open_session() as own:
        own.execute(update(User).where(User.id == who.id).values(all_estates=False))
        own.execute(delete(UserEstate).where(UserEstate.user_id == who.id))
        own.add(UserEstate(user_id=who.id, estate_id=other_estate.id))
        own.commit()
    client = sign_in("limin")
    assert "孙浩" not in client.get("/letters/receive").text
    forged = client.post("/letters/receive", data=letter_in(other_estate, key="k" * 24))
    assert forged.status_code == 422
    assert "孙浩" not in forged.text


def test_what_looks_like_code_stays_text_on_page_and_paper(db: Session, sign_in: SignIn, estate: Estate) -> None:
    customer = make.make_customer(estate, "{{7*7}}<b>甲</b>{number}")
    client = sign_in("service_desk")
    path = f"/letters/write?customer_id={customer.id}"
    filled = {"key": "k" * 24, "kind": "other", "subject": f"函 {PAYLOADS}", "body": f"尊敬的{{name}}：\n\n{PAYLOADS}"}
    answer = client.post(path, data=filled)
    assert answer.status_code == 302
    [letter] = db.scalars(select(Letter))
    assert letter.content is not None
    assert letter.content["body"] == f"尊敬的{{{{7*7}}}}<b>甲</b>{{number}}：\n\n{PAYLOADS}", (
        "a value is not looked at again"
    )
    page = client.get(answer.location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    paper = words(client.get(f"/letters/{letter.id}/paper.pdf").data)
    for expected in PAYLOADS.split():
        assert expected in paper
    assert "49" not in paper.replace(letter.number, "")
    assert "YH-HJ-01" in paper


def test_it_came_in_and_is_answered(db: Session, sign_in: SignIn, estate: Estate) -> None:
    customer = make.make_customer(estate, "周建国")
    made = make_letter_in(estate, customer_id=customer.id)
    client = sign_in("service_desk")
    wording = make_wording(
        subject="关于“{their_subject}”的复函", body="{name}：您{their_day}的来函{their_number}收悉。"
    )
    path = f"/letters/{made.id}/answer"
    page = client.get(f"{path}?wording_id={wording.id}").text
    assert "关于“关于电梯噪声的函”的复函" in page
    assert "周建国：您" in page
    filled = {"key": key_of(page), "version": version_of(page), "subject": "复函", "body": "已检修。{number}"}
    assert client.post(path, data=filled).status_code == 302
    assert client.post(path, data=filled).status_code == 302
    reply = db.scalars(select(Letter).where(Letter.reply_to_id == made.id)).one()
    assert (reply.customer_id, reply.kind) == (customer.id, "answer")
    assert reply.number in client.get(f"/letters/{made.id}").text
    assert made.number in client.get(f"/letters/{reply.id}").text
    late = client.post(path, data={**filled, "key": "x" * 24})
    assert late.status_code == 422
    assert "已检修。" in late.text


def test_it_is_passed_on_noted_and_void(db: Session, sign_in: SignIn, estate: Estate) -> None:
    client, who = sign_in("service_desk"), user_called("zhangjg")
    made = make_letter_in(estate)
    path = f"/letters/{made.id}/pass_on"
    page = client.get(path).text
    empty = client.post(path, data={"key": key_of(page), "version": version_of(page), "handler_id": ""})
    assert empty.status_code == 422
    named = {"key": key_of(page), "version": version_of(page), "department_id": who.department_id, "note": "请核实"}
    assert client.post(path, data=named).status_code == 302
    assert db.get_one(Letter, made.id).department_id == who.department_id
    stale = client.post(path, data={**named, "key": "s" * 24, "note": "再转"})
    assert (stale.status_code, "再转" in stale.text) == (409, True)
    noted = client.get(f"/letters/{made.id}/note").text
    facts = {"key": key_of(noted), "version": version_of(noted), "note": "已电话说明"}
    assert client.post(f"/letters/{made.id}/note", data=facts).status_code == 302
    gone = client.get(f"/letters/{made.id}/void").text
    facts = {"key": key_of(gone), "version": version_of(gone), "reason": ""}
    assert client.post(f"/letters/{made.id}/void", data=facts).status_code == 422
    assert client.post(f"/letters/{made.id}/void", data={**facts, "reason": "重复"}).status_code == 302
    db.expire_all()
    assert db.get_one(Letter, made.id).state is S.void
    assert client.get(f"/letters/{made.id}/note").status_code == 409


def test_files_are_added_once_and_shown(db: Session, sign_in: SignIn, estate: Estate) -> None:
    made, client = make_letter_in(estate), sign_in("service_desk")
    path = f"/letters/{made.id}/files"
    none = client.post(path, data={"role": "scan", "key": "k" * 24})
    assert none.status_code == 422
    for _ in range(2):
        sent = client.post(path, data={"role": "scan", "key": "k" * 24, "files": [(BytesIO(picture()), "来函.jpg")]})
        assert sent.status_code == 302
    [file] = db.scalars(select(LetterFile))
    assert client.get(f"/letters/files/{file.id}").mimetype == "image/jpeg"
    assert "来函.jpg" in client.get(f"/letters/{made.id}").text
    over = make_letter_in(estate, S.filed)
    late = client.post(f"/letters/{over.id}/files", data={"role": "scan", "files": [(BytesIO(picture()), "迟.jpg")]})
    assert late.status_code == 422


def test_who_only_reads_is_offered_nothing(sign_in: SignIn, estate: Estate) -> None:
    made = make_letter_out(estate)
    client = sign_in("cashier")
    page = client.get(f"/letters/{made.id}").text
    for path in ("serve/by_hand", "send", "void", "files", "mail"):
        assert f"/letters/{made.id}/{path}" not in page
        assert client.post(f"/letters/{made.id}/{path}").status_code == 403
    assert "/letters/receive" not in client.get("/letters/").text
    assert client.get("/letters/?as=xlsx").status_code == 403


def test_the_other_estates_letters_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    made, client = make_letter_out(other_estate), sign_in("limin")
    assert client.get(f"/letters/{made.id}").status_code == 404
    assert made.number not in client.get("/letters/").text
    customer = make.make_customer(other_estate)
    assert client.get(f"/letters/receive?customer_id={customer.id}").status_code == 404
    assert client.post("/letters/receive", data=letter_in(other_estate, key="k" * 24)).status_code in (404, 422)


def test_a_letters_page_costs_the_same_however_much_hangs_on_it(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any]
) -> None:
    made, client = make_letter_out(estate, S.sent, make.make_customer(estate)), sign_in("service_desk")
    make_delivery(made)
    make_file(made, estate)
    client.get(f"/letters/{made.id}")
    with queries() as one:
        client.get(f"/letters/{made.id}")
    for _ in range(9):
        make_delivery(made)
        make_file(made, estate)
        make_letter_in(estate, reply_to_id=made.id)
    with queries() as ten:
        client.get(f"/letters/{made.id}")
    assert len(one) == len(ten) > 0


# Filed


def filed(app: Any, client: FlaskClient, letter: Letter) -> list[str]:
    """Asked for twice; how the work ended."""
    page = client.get(f"/letters/{letter.id}/file").text
    facts = {"key": key_of(page), "version": version_of(page)}
    for _ in range(2):
        assert client.post(f"/letters/{letter.id}/file", data=facts).status_code == 302
    run_all(app)
    with open_session() as own:
        return [job.state.value for job in own.scalars(select(Job))]


def paper_of(letter: Letter) -> tuple[str, bytes]:
    """The slot of the one document that was made of the letter, and its file."""
    with open_session() as own:
        found = select(Item, TemplateSlot.code).join(TemplateSlot, TemplateSlot.id == Item.slot_id)
        [(item, slot)] = own.execute(found.where(Item.source_kind == "letter", Item.source_id == letter.id)).all()
        assert (item.doc_no, item.title) == (letter.number, letter.subject)
        upload = own.scalars(
            select(Upload).join(Rendition, Rendition.upload_id == Upload.id).where(Rendition.item_id == item.id)
        ).one()
        return slot, store.path_of(upload.sha256).read_bytes()


@pytest.fixture
def customer(work: Work, estate: Estate) -> Customer:
    """With a dossier."""
    made = make.make_customer(estate, unit=make.make_unit(estate))
    with work():
        filing.open_for([made.id])
    return made


def test_a_letter_of_ours_is_filed_with_what_proves_it(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    client, made = sign_in("service_desk"), make_letter_out(estate, S.served, customer)
    wrong = make_delivery(made, person="张三")
    make_delivery(made, person="张三", reverses_id=wrong.id)
    make_delivery(made, person="欧阳志远（父）")
    assert filed(app, client, made) == ["done", "done"]
    db.expire_all()
    letter = db.get_one(Letter, made.id)
    assert (letter.state, letter.filed_at is not None) == (S.filed, True)
    assert db.scalar(select(func.count(LetterStep.id)).where(LetterStep.action == "file")) == 1
    with app.app_context():
        slot, paper = paper_of(letter)
    assert slot == "letter_out"
    assert "欧阳志远（父）" in words(paper)
    assert "张三" not in words(paper)
    assert letter.number in client.get(f"/tenants/customers/{customer.id}?tab=archive").text
    assert client.get(f"/letters/{made.id}/file").status_code == 409


def test_what_was_only_sent_is_filed_by_hand_and_its_paper_says_why(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    client, made = sign_in("service_desk"), make_letter_out(estate, S.sent, customer)
    assert f"/letters/{made.id}/file_unproved" in client.get(f"/letters/{made.id}").text
    assert client.get(f"/letters/{made.id}/file").status_code == 409
    page = client.get(f"/letters/{made.id}/file_unproved").text
    facts = {"key": key_of(page), "version": version_of(page)}
    assert client.post(f"/letters/{made.id}/file_unproved", data={**facts, "reason": ""}).status_code == 422
    for _ in range(2):
        sent = client.post(f"/letters/{made.id}/file_unproved", data={**facts, "reason": "邮局查无此件"})
        assert sent.status_code == 302
    looked = client.post("/letters/", data={"action": "file", "id": made.id})
    with app.test_request_context(), force_locale("zh_CN"):
        assert service.unproved() in looked.text, "not with others"
    run_all(app)
    db.expire_all()
    assert db.get_one(Letter, made.id).state is S.filed
    with app.app_context():
        slot, paper = paper_of(made)
    assert slot == "letter_out"
    assert "邮局查无此件" in words(paper)
    assert "YH-HJ-05" in words(paper)


def test_what_came_back_is_filed_with_the_slip(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    client, made = sign_in("service_desk"), make_letter_out(estate, S.returned, customer)
    make_delivery(made, Channel.ems, tracking="EA123456789CN", arrival=Arrival.returned, person="")
    assert made.number in client.get("/letters/?state=to_file").text
    assert filed(app, client, made) == ["done", "done"]
    with app.app_context():
        slot, paper = paper_of(made)
    assert slot == "letter_out"
    assert "EA123456789CN" in words(paper)
    assert "YH-HJ-05" not in words(paper)


def test_what_came_in_is_filed_with_its_scans_behind_it(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    client, made = sign_in("service_desk"), make_letter_in(estate, S.noted, customer_id=customer.id)
    scans = [(BytesIO(picture()), "来函.jpg"), (BytesIO(client.get(f"/letters/{made.id}/paper.pdf").data), "附件.pdf")]
    assert client.post(f"/letters/{made.id}/files", data={"role": "scan", "files": scans}).status_code == 302
    assert filed(app, client, made) == ["done", "done"]
    with app.app_context():
        slot, paper = paper_of(made)
    assert slot == "letter_in"
    pages = PdfReader(BytesIO(paper)).pages
    assert len(pages) == 3
    assert 590 < float(pages[1].mediabox.width) < 600, "A4, in points"
    assert "YH-HJ-02" in words(paper)


def test_what_is_transparent_is_bound_on_white(work: Work, estate: Estate) -> None:
    out = BytesIO()
    Image.new("RGBA", (80, 110), (0, 0, 0, 0)).save(out, "PNG")
    made = make_letter_in(estate)
    with work():
        file = service.add_file(made, out.getvalue(), "签名.png", FileRole.scan)
        [page] = PdfReader(BytesIO(papers.as_pages(file))).pages
        [image] = page.images
        assert image.image
        assert image.image.convert("RGB").getpixel((40, 50)) == (255, 255, 255)
    assert 590 < float(page.mediabox.width) < 600, "A4, in points"


def test_a_letter_that_is_no_longer_delivered_meanwhile_is_not_filed(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    client, made = sign_in("service_desk"), make_letter_out(estate, S.served, customer)
    entry = make_delivery(made)
    page = client.get(f"/letters/{made.id}/file").text
    client.post(f"/letters/{made.id}/file", data={"key": key_of(page), "version": version_of(page)})
    client.post(f"/letters/deliveries/{entry.id}/take-back", data={"reason": "送错了门"})
    run_all(app)
    with open_session() as own:
        assert own.get_one(Letter, made.id).state is S.sent
        assert own.scalar(select(func.count(Item.id)).where(Item.source_kind == "letter")) == 0
        assert [job.state.value for job in own.scalars(select(Job))] == ["failed"]


def test_a_letter_of_a_merged_file_goes_into_the_dossier_that_stays(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    merged = make.make_customer(estate, "欧阳娜", merged_into_id=customer.id)
    made = make_letter_in(estate, S.noted, customer_id=merged.id)
    assert filed(app, sign_in("service_desk"), made) == ["done", "done"]
    with open_session() as own:
        found = select(Dossier.subject_id).join(Item, Item.dossier_id == Dossier.id)
        assert own.scalars(found.where(Item.source_id == made.id, Item.source_kind == "letter")).all() == [customer.id]


def test_many_are_filed_from_the_list(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    ready = make_letter_in(estate, S.noted, customer_id=customer.id)
    plain, open_one = make_letter_in(estate, S.noted), make_letter_in(estate)
    client, ids = sign_in("service_desk"), [ready.id, plain.id, open_one.id]
    looked = client.post("/letters/", data={"action": "file", "id": ids})
    for letter in (ready, plain, open_one):
        assert letter.number in looked.text
    assert client.post("/letters/", data=hidden(looked)).status_code in (302, 303)
    run_all(app)
    db.expire_all()
    assert [db.get_one(Letter, key).state for key in ids] == [S.filed, S.filed, S.registered]


def test_letters_of_customers_are_filed_by_one_job_an_estate(
    app: Any, db: Session, sign_in: SignIn, estate: Estate, customer: Customer
) -> None:
    ids = [make_letter_in(estate, S.noted, customer_id=customer.id).id for _ in range(3)]
    client = sign_in("service_desk")
    looked = client.post("/letters/", data={"action": "file", "id": ids})
    assert client.post("/letters/", data=hidden(looked)).status_code == 302
    assert db.scalar(select(func.count(Job.id))) == 1
    run_all(app)
    db.expire_all()
    assert {db.get_one(Letter, key).state for key in ids} == {S.filed}
    assert db.scalar(select(func.count(Item.id)).where(Item.source_kind == "letter")) == 3


def test_more_than_can_be_changed_at_once_is_refused(
    sign_in: SignIn, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "MOST", 1)
    ids, client = [make_letter_out(estate).id for _ in range(2)], sign_in("service_desk")
    for action in ("send", "file"):
        assert client.post("/letters/", data={"action": action, "id": ids}).status_code == 409
        assert client.post("/letters/", data={"action": action, "id": ids[0]}).status_code == 200


def test_a_batch_is_sent_from_the_list(db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    batch, other = make_batch(estate), make_batch(other_estate)
    [mine] = db.scalars(select(Letter).filter_by(batch_id=batch.id))
    gone = make_letter_out(estate, S.served, make.make_customer(estate), batch_id=batch.id)
    single = make_letter_out(estate)
    client, path = sign_in("limin"), f"/letters/?batch={batch.id}"
    whole = client.get(f"/letters/to-many/{batch.id}").text
    assert f'href="{path}"' in whole
    assert f'href="/letters/{mine.id}"' in whole
    page = client.get(path).text
    assert [f">{letter.number}<" in page for letter in (mine, gone, single)] == [True, True, False]
    offered = page[page.index('id="filter-batch"') :]
    assert re.findall(r'value="(\d+)"', offered[: offered.index("</select>")]) == [str(batch.id)]
    looked = client.post(path, data={"action": "send", "scope": "all"})
    assert client.post(path, data=hidden(looked)).status_code == 302
    db.expire_all()
    assert [db.get_one(Letter, each.id).state for each in (mine, gone, single)] == [S.sent, S.served, S.registered]
    assert db.get_one(Letter, mine.id).sent_at is not None
    assert client.get("/letters/?batch=99999999999999999999").status_code == 200
    assert client.get(f"/letters/?batch={other.id}").status_code == 200


# Lists, times, search


def test_the_register_is_narrowed(sign_in: SignIn, estate: Estate) -> None:
    client = sign_in("service_desk")
    soon = make_letter_in(estate, S.passed_on, reply_due_on=TODAY + timedelta(days=1), kind="authority")
    late = make_letter_in(estate, reply_due_on=TODAY - timedelta(days=1), doc_no="特别函〔2026〕9号")
    mine = make_letter_in(estate, S.passed_on, handler_id=user_called("limin").id)
    out, done = make_letter_out(estate), make_letter_in(estate, S.filed, reply_due_on=TODAY - timedelta(days=9))
    everything = {letter.number for letter in (soon, late, mine, out, done)}
    department = user_called("sunhao").department_id
    passed = make_letter_in(estate, S.passed_on, department_id=department, reply_due_on=None)
    cases = {
        "direction=out": {out},
        "due=soon": {soon},
        "due=overdue": {late},
        "state=to_answer": {soon, late, mine},
        "state=ended": {done},
        "state=served": set(),
        "mine=1": {mine},
        "handler=李": {mine},
        f"department={department}": {passed},
        "kind=authority": {soon},
        "q=特别函": {late},
        f"q={out.number}": {out},
        f"since={TODAY.isoformat()}": set(),
    }
    for asked, expected in cases.items():
        page = client.get(f"/letters/?{asked}").text
        found = {number for number in everything | {passed.number} if f">{number}<" in page}
        assert found == {letter.number for letter in expected}, asked


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("收〔2026〕0012号", "收〔2026〕0012号"),
        ("收2026-12", "收〔2026〕0012号"),
        ("发[2026]34号", "发〔2026〕0034号"),
        (" 发（2026）123456 ", "发〔2026〕123456号"),
        ("通2026-12", ""),
        ("收2026", ""),
        ("欧阳娜娜", ""),
    ],
)
def test_a_number_as_it_is_typed(typed: str, number: str) -> None:
    assert canonical(typed) == number


def test_the_desk_counts_what_waits_and_finds_a_letter_by_its_number(
    db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    make_letter_in(estate, reply_due_on=TODAY - timedelta(days=1))
    make_letter_in(estate, reply_due_on=TODAY)
    make_letter_in(estate, S.noted)
    make_letter_in(other_estate)
    client = sign_in("limin")
    desk = client.get("/").text
    for address, count in (("state=to_answer", "2"), ("state=to_answer&amp;due=overdue", "1")):
        card = desk[desk.index(f'href="/letters/?{address}"') :]
        assert re.sub(r"<[^>]+>", " ", card[: card.index("</a>")]).split()[-1] == count or count in card[:400]
    made = make_letter_out(estate)
    found = client.get(f"/search?q={made.number}")
    assert found.location.endswith(f"/letters/{made.id}")
    assert client.get(f"/search?q={make_letter_out(other_estate).number}").status_code == 200


def test_times_of_a_month(db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    at = NOW.replace(day=1)
    department = user_called("sunhao").department_id
    hour, day = timedelta(hours=1), timedelta(days=1)
    for passed, answered, due in ((1, 1, 2), (3, 4, 2), (8, None, -1), (10, None, 400)):
        facts: dict[str, Any] = {"registered_at": at, "passed_on_at": at + passed * hour, "department_id": department}
        facts["answered_at"] = at + answered * day if answered else None
        make_letter_in(estate, S.answered if answered else S.passed_on, **facts, reply_due_on=at.date() + due * day)
    make_letter_in(estate, registered_at=at, reply_due_on=None)
    make_letter_in(estate, S.void, registered_at=at)
    make_letter_in(other_estate, registered_at=at)
    make_letter_in(estate, registered_at=at - 40 * day)
    client, month = sign_in("limin"), f"{at:%Y-%m}"
    book = openpyxl.load_workbook(BytesIO(client.get(f"/letters/times.xlsx?month={month}").data))
    _head, ours, nobody, total = book.worksheets[0].iter_rows(values_only=True)
    assert ours[1:] == (4, 4, 5.5, 10, 2, 2.5, 4, 1, 3, 33.3)
    assert nobody[1:] == (1, 0, None, None, 0, None, None, 0, 0, None)
    assert total[1:] == (5, 4, 5.5, 10, 2, 2.5, 4, 1, 3, 33.3)
    page = client.get(f"/letters/times?month={month}").text
    assert "33.3 %" in page
    paper = words(client.get(f"/letters/times.pdf?month={month}").data)
    assert "YH-HJ-04" in paper
    assert client.get("/letters/times?month=13").status_code == 422
    assert client.get("/letters/times.xlsx?month=13").status_code == 404
    assert client.get("/letters/times?month=1999-01").status_code == 200


def test_the_register_of_a_month_on_paper(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    come, gone, void = make_of_customer(estate), make_letter_out(estate), make_letter_in(estate, S.void)
    elsewhere, client = make_letter_in(other_estate), sign_in("limin")
    month = f"{DAY:%Y-%m}"
    whole = words(client.get(f"/letters/register.pdf?month={month}").data)
    for expected in (come.number, gone.number, void.number, "YH-HJ-03", "欧阳娜娜", "阳光花园"):
        assert expected in whole
    assert elsewhere.number not in whole
    incoming = words(client.get(f"/letters/register.pdf?month={month}&direction=in").data)
    assert come.number in incoming
    assert gone.number not in incoming
    assert sign_in("cashier").get(f"/letters/register.pdf?month={month}").status_code == 403
