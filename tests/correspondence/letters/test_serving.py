"""How letters of ours are brought: the state follows from the entries that stand, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.correspondence.letters import queries, service
from crm.correspondence.letters.models import Letter, LetterDelivery, LetterState
from crm.correspondence.serving.models import SERVED, Arrival, Channel
from crm.correspondence.serving.served import ARRIVALS, Served
from crm.db import open_session
from crm.errors import DomainError
from crm.outbox.models import Mail, MailState
from crm.outbox.service import put_back
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.correspondence.letters.making import TODAY, clerk, make_delivery, make_letter_in, make_letter_out
from tests.correspondence.letters.test_pages import words

Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]
C, A, S = Channel, Arrival, LetterState
WHOLE: dict[Channel, dict[str, Any]] = {
    C.by_hand: {"person": "欧阳志远（父）", "witness": "保安刘强"},
    C.ems: {"tracking": "EA123456789CN", "witness": "投递员"},
    C.posted_at_door: {"upload_id": 1},
    C.email: {"note": "已收到", "upload_id": 1},
}


def served(channel: Channel, arrival: Arrival, estate: Estate, **given: Any) -> Served:
    facts: dict[str, Any] = {**WHOLE[channel], **given}
    if facts.get("upload_id"):
        facts["upload_id"] = make.make_upload(estate, "letter").id
    return Served(channel=channel, arrival=arrival, **({"delivered_on": TODAY} | facts))


def kinds(db: Session) -> list[str]:
    found = select(LogEntry.kind).where(LogEntry.kind.like("Letter%")).order_by(LogEntry.id)
    return list(db.scalars(found))


@pytest.mark.parametrize("arrival", list(A))
@pytest.mark.parametrize("channel", list(C))
def test_every_way_and_what_comes_of_it(
    work: Work, db: Session, estate: Estate, channel: Channel, arrival: Arrival
) -> None:
    made = make_letter_out(estate, customer=make.make_customer(estate))
    wanted = served(channel, arrival, estate)
    with work(clerk()):
        letter = queries.get_letter(made.id)
        if arrival not in ARRIVALS[channel]:
            with pytest.raises(DomainError, match="cannot come"):
                service.note_delivery(letter, wanted)
            return
        service.note_delivery(letter, wanted)
        with pytest.raises(DomainError, match="already"):
            service.note_delivery(letter, wanted)
    state = {A.on_its_way: S.sent, A.returned: S.returned}.get(arrival, S.served)
    letter = db.get_one(Letter, made.id)
    assert letter.state is state
    assert (letter.served_at is not None) == (arrival in SERVED)
    assert (letter.sent_at is not None) == (state is not S.served)
    assert kinds(db) == ["LetterServed" if arrival in SERVED else "LetterBrought"]


@pytest.mark.parametrize(
    ("channel", "arrival", "given", "words"),
    [
        (C.by_hand, A.delivered, {"person": " "}, "who took it"),
        (C.by_hand, A.refused, {"witness": ""}, "witness"),
        (C.ems, A.on_its_way, {"tracking": ""}, "EMS number"),
        (C.posted_at_door, A.delivered, {"upload_id": None}, "photograph"),
        (C.email, A.delivered, {"upload_id": None}, "answered"),
        (C.by_hand, A.delivered, {"ahead": 1}, "lies between"),
        (C.by_hand, A.delivered, {"ahead": -1000}, "lies between"),
    ],
)
def test_what_proves_nothing_is_refused(
    work: Work, db: Session, estate: Estate, channel: Channel, arrival: Arrival, given: dict[str, Any], words: str
) -> None:
    made = make_letter_out(estate)
    if ahead := given.pop("ahead", 0):
        given["delivered_on"] = TODAY + timedelta(days=ahead)
    with work(clerk()), pytest.raises(DomainError, match=words):
        service.note_delivery(queries.get_letter(made.id), served(channel, arrival, estate, **given))
    assert db.get_one(Letter, made.id).state is S.registered


@pytest.mark.parametrize("state", [S.filed, S.void])
def test_what_is_over_is_brought_no_more(work: Work, estate: Estate, state: LetterState) -> None:
    made, came = make_letter_out(estate, state), make_letter_in(estate)
    with work(clerk()):
        with pytest.raises(DomainError, match="is over"):
            service.note_delivery(queries.get_letter(made.id), served(C.by_hand, A.delivered, estate))
        with pytest.raises(DomainError, match="came in"):
            service.note_delivery(queries.get_letter(came.id), served(C.by_hand, A.delivered, estate))


def test_the_state_follows_from_the_entries_that_stand(work: Work, db: Session, estate: Estate) -> None:
    made = make_letter_out(estate, customer=make.make_customer(estate))
    states: list[LetterState] = []
    with work(clerk()):
        letter = queries.get_letter(made.id)

        def note(channel: Channel, arrival: Arrival, **given: Any) -> LetterDelivery:
            entry = service.note_delivery(letter, served(channel, arrival, estate, **given))
            states.append(letter.state)
            return entry

        def undo(entry: LetterDelivery) -> None:
            service.take_back(queries.get_delivery(entry.id), "记错了")
            states.append(letter.state)

        came_back = note(C.ems, A.returned)
        hand = note(C.by_hand, A.delivered)
        door = note(C.posted_at_door, A.delivered)
        undo(hand)  # the photograph still stands
        undo(door)  # what stands is that it came back
        undo(came_back)
        assert queries.get_letter(made.id).served_at is None
    assert states == [S.returned, S.served, S.served, S.served, S.returned, S.sent]
    taken = [entry.data for entry in db.scalars(select(LogEntry).where(LogEntry.kind == "LetterDeliveryTakenBack"))]
    assert [each["unserved"] for each in taken] == [False, True, False]


def test_what_was_never_sent_is_registered_again_and_may_be_void(work: Work, db: Session, estate: Estate) -> None:
    made = make_letter_out(estate)
    with work(clerk()):
        letter = queries.get_letter(made.id)
        entry = service.note_delivery(letter, served(C.by_hand, A.delivered, estate))
        service.take_back(queries.get_delivery(entry.id), "记错了函")
        assert (letter.state, letter.sent_at, letter.served_at) == (S.registered, None, None)
        service.void(letter, service.Said(reason="写错了"))
    [taken] = [each.data for each in db.scalars(select(LogEntry).where(LogEntry.kind == "LetterDeliveryTakenBack"))]
    assert taken["unserved"] is True
    assert db.get_one(Letter, made.id).state is S.void


def test_the_day_on_the_proof_is_shown_not_that_of_the_entry(sign_in: SignIn, estate: Estate) -> None:
    made, day = make_letter_out(estate, S.served, dated_on=TODAY - timedelta(days=30)), TODAY - timedelta(days=21)
    wrong = make_delivery(made, delivered_on=TODAY - timedelta(days=29))
    make_delivery(made, delivered_on=wrong.delivered_on, reverses_id=wrong.id)
    make_delivery(made, C.ems, tracking="EA1", arrival=A.returned, delivered_on=TODAY - timedelta(days=28))
    make_delivery(made, delivered_on=day)
    client = sign_in("limin")
    page = client.get(f"/letters/{made.id}").text
    facts = page[: page.index('id="bringing"')]
    assert day.isoformat() in facts
    assert wrong.delivered_on.isoformat() not in facts
    with_days = words(client.get(f"/letters/register.pdf?month={made.registered_at:%Y-%m}&direction=out").data)
    assert day.isoformat() in with_days
    assert wrong.delivered_on.isoformat() not in with_days


def test_an_entry_is_taken_back_once_with_a_reason(work: Work, estate: Estate) -> None:
    made = make_letter_out(estate, S.served)
    entry = make_delivery(made)
    with work(clerk()):
        with pytest.raises(DomainError, match="Write why"):
            service.take_back(queries.get_delivery(entry.id), "  ")
        back = service.take_back(queries.get_delivery(entry.id), "送错了门").id
        for wrong, words in ((entry.id, "already"), (back, "takes another")):
            with pytest.raises(DomainError, match=words):
                service.take_back(queries.get_delivery(wrong), "再来")


def test_served_says_what_it_is_about(work: Work, db: Session, estate: Estate) -> None:
    made = make_letter_out(estate, about_kind="poem", about_id=7, customer=make.make_customer(estate))
    with work(clerk()):
        service.note_delivery(queries.get_letter(made.id), served(C.by_hand, A.refused, estate))
    [entry] = db.scalars(select(LogEntry).where(LogEntry.kind == "LetterServed"))
    assert (entry.data["about_kind"], entry.data["about_ref"], entry.data["arrival"]) == ("poem", 7, "refused")


# On the pages


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def test_the_door_is_photographed_on_a_phone(db: Session, sign_in: SignIn, estate: Estate) -> None:
    made, client = make_letter_out(estate), sign_in("service_desk")
    page, day = f"/letters/{made.id}/serve/posted_at_door", made.dated_on.isoformat()
    assert 'capture="environment"' in client.get(page).text
    without = client.post(page, data={"delivered_on": day, "note": "敲门无人"})
    assert (without.status_code, "敲门无人" in without.text) == (422, True)
    noted = client.post(page, data={"delivered_on": day, "photo": (BytesIO(photo()), "门口.jpg")})
    assert noted.status_code == 303
    entry = db.scalars(select(LetterDelivery)).one()
    shown = client.get(noted.location).text
    assert f"/letters/deliveries/{entry.id}/proof" in shown
    assert client.get(f"/letters/deliveries/{entry.id}/proof").mimetype == "image/jpeg"
    twice = client.post(page, data={"delivered_on": day, "photo": (BytesIO(photo()), "门口.jpg")})
    assert (twice.status_code, db.scalar(select(func.count(LetterDelivery.id)))) == (422, 1)
    back = f"/letters/deliveries/{entry.id}/take-back"
    assert client.post(back, data={"reason": "照片拍错"}).status_code == 303
    assert "照片拍错" in client.get(noted.location).text
    assert client.get(f"/letters/{made.id}/serve/pigeon").status_code == 404
    assert client.get(f"/letters/{make_letter_in(estate).id}/serve/by_hand").status_code == 409


# By e-mail


def test_a_letter_is_mailed_once_and_its_address_is_masked(
    work: Work, db: Session, sign_in: SignIn, estate: Estate
) -> None:
    customer = make.make_customer(estate, email="ouyang@example.com")
    made, client = make_letter_out(estate, customer=customer), sign_in("service_desk")
    page = client.get(f"/letters/{made.id}").text
    assert "o***@example.com" in page
    assert "ouyang@example.com" not in page
    for _ in range(2):
        assert client.post(f"/letters/{made.id}/mail").status_code == 302
    [mail] = db.scalars(select(Mail))
    assert (mail.recipient, made.number in mail.subject, "电梯已检修" in mail.text) == (
        "ouyang@example.com",
        True,
        True,
    )
    [mailed] = db.scalars(select(LogEntry).where(LogEntry.kind == "LetterMailed"))
    assert mailed.data["masked"] == "o***@example.com"
    assert db.get_one(Letter, made.id).state is S.sent
    with work():
        service.mail_came_to(db.get_one(Mail, mail.id), A.on_its_way)
        service.mail_came_to(db.get_one(Mail, mail.id), A.on_its_way)
    with open_session() as own:
        [entry] = own.scalars(select(LetterDelivery))
        assert (entry.channel, entry.arrival) == (C.email, A.on_its_way)
        assert own.get_one(Letter, made.id).state is S.sent
    with work():
        service.mail_came_to(db.get_one(Mail, mail.id), A.returned, "no such user")
    db.expire_all()
    assert db.get_one(Letter, made.id).state is S.returned


def test_what_came_back_is_mailed_anew_to_the_address_that_is_known_now(
    work: Work, db: Session, sign_in: SignIn, estate: Estate
) -> None:
    customer = make.make_customer(estate, email="alt@example.com")
    made, client = make_letter_out(estate, customer=customer), sign_in("service_desk")
    path, button = f"/letters/{made.id}", f'action="/letters/{made.id}/mail"'
    assert client.post(f"{path}/mail").status_code == 302
    assert button not in client.get(path).text, "it waits"
    first = db.scalars(select(Mail)).one()
    _fails(work, first.id)
    with work() as own:
        own.get_one(Customer, customer.id).email = "neu@example.com"
    page = client.get(path).text
    assert ("a***@example.com" in page, "550 no such user" in page, "n***@example.com" in page) == (True, True, True)
    assert button in page
    assert "neu@example.com" not in page
    for _ in range(2):
        assert client.post(f"{path}/mail").status_code == 302
    db.expire_all()
    old, new = db.scalars(select(Mail).order_by(Mail.id)).all()
    assert [(each.recipient, each.state) for each in (old, new)] == [
        ("alt@example.com", MailState.taken_back),
        ("neu@example.com", MailState.waiting),
    ]
    with work(), pytest.raises(DomainError):
        put_back(db.get_one(Mail, old.id))
    assert db.get_one(Letter, made.id).state is S.sent
    assert button not in client.get(path).text
    with work():
        service.mail_came_to(db.get_one(Mail, old.id), A.on_its_way)
    assert db.scalar(select(func.count(LetterDelivery.id))) == 1, "the first one is no word about the letter any more"
    _fails(work, new.id)
    db.expire_all()
    assert db.get_one(Letter, made.id).state is S.returned, "back twice on one day"
    assert client.post(f"{path}/mail").status_code == 302
    with work() as own:
        sent = own.scalars(select(Mail).where(Mail.state == MailState.waiting)).one()
        sent.state, sent.sent_at = MailState.sent, made.registered_at
        own.flush()
        service.mail_came_to(sent, A.on_its_way)
    assert client.post(f"{path}/mail").status_code == 302
    db.expire_all()
    assert db.get_one(Letter, made.id).state is S.sent
    assert db.scalar(select(func.count(Mail.id))) == 3


def _fails(work: Work, mail_id: int) -> None:
    """As the outbox notes it and tells the letter."""
    with work() as db:
        mail = db.get_one(Mail, mail_id)
        mail.state, mail.error = MailState.failed, "550 no such user"
        db.flush()
        service.mail_came_to(mail, A.returned, "550 no such user")


def test_a_table_is_no_proof(db: Session, sign_in: SignIn, estate: Estate) -> None:
    made = make_letter_out(estate, customer=make.make_customer(estate))
    sent = {"delivered_on": TODAY.isoformat(), "photo": (BytesIO("门牌,日期".encode()), "门口.csv")}
    assert sign_in("service_desk").post(f"/letters/{made.id}/serve/posted_at_door", data=sent).status_code == 422
    assert db.scalar(select(func.count(LetterDelivery.id))) == 0


@pytest.mark.parametrize(("email", "words"), [("", "电子邮箱"), ("nobody", "电子邮箱")])
def test_who_has_no_address_gets_no_mail(db: Session, sign_in: SignIn, estate: Estate, email: str, words: str) -> None:
    made = make_letter_out(estate, customer=make.make_customer(estate, email=email))
    assert sign_in("service_desk").post(f"/letters/{made.id}/mail").status_code == 409
    assert db.scalar(select(func.count(Mail.id))) == 0


def test_a_mail_of_what_is_filed_meanwhile_changes_nothing(work: Work, db: Session, estate: Estate) -> None:
    made = make_letter_out(estate, S.filed, make.make_customer(estate, email="ouyang@example.com"))
    with work():
        mail = Mail(key=queries.mail_key(made.id))
        service.mail_came_to(mail, A.on_its_way)
        service.mail_came_to(Mail(key="demand 5"), A.on_its_way)
        service.mail_came_to(Mail(key=None), A.on_its_way)
    assert db.scalar(select(func.count(LetterDelivery.id))) == 0


@pytest.mark.parametrize(("state", "action"), [(S.registered, "void"), (S.sent, "file_unproved")])
def test_a_letter_that_lies_in_the_outbox_is_neither_void_nor_given_up(
    work: Work, estate: Estate, state: LetterState, action: str
) -> None:
    made = make_letter_out(estate, state)
    with work(clerk()) as db:
        now = made.registered_at
        facts = {"subject": "函", "text": "函", "message_id": "<1@x>", "state": "waiting", "attempts": 0}
        moments = {"posted_at": now, "tried_since": now, "next_try_at": now, "runner": "", "error": ""}
        db.add(Mail(recipient="o@example.com", key=queries.mail_key(made.id), **facts, **moments))
        db.flush()
        assert "outbox" in service.STEPS.hindrance(queries.get_letter(made.id), action)
