"""Every state × action × direction of a letter, and what the steps leave behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.correspondence.letters import queries, service
from crm.correspondence.letters.content import Written
from crm.correspondence.letters.models import WORKFLOW, Direction, Letter, LetterState, LetterStep, Way
from crm.correspondence.letters.service import Received, Said
from crm.errors import DomainError, IllegalTransition, UsedElsewhere
from crm.notifications.models import Notification
from crm.numbering import Number
from crm.properties.models import Estate
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.correspondence.letters.making import DAY, NOW, TODAY, clerk, make_letter_in, make_letter_out
from tests.repairs.making import user_called

Work = Callable[..., Any]
S, IN, OUT = LetterState, Direction.incoming, Direction.outgoing
ALLOWED = {  # action -> direction, from where, where it leads
    "pass_on": ({IN}, "registered passed_on", "passed_on"),
    "answer": ({IN}, "registered passed_on", "answered"),
    "reopen": ({IN}, "answered", "passed_on"),
    "note": ({IN}, "registered passed_on", "noted"),
    "send": ({OUT}, "registered returned", "sent"),
    "serve": ({OUT}, "registered sent returned", "served"),
    "come_back": ({OUT}, "sent", "returned"),
    "unserve": ({OUT}, "served returned", "sent"),
    "unbring": ({OUT}, "sent served returned", "registered"),
    "file_unproved": ({OUT}, "sent", "sent"),
    "file": ({IN, OUT}, "answered noted served returned sent", "filed"),
    "void": ({IN, OUT}, "registered passed_on noted", "void"),
}


def test_the_table_names_every_action() -> None:
    assert set(ALLOWED) == set(WORKFLOW)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(app: Any, state: LetterState, action: str, direction: Direction) -> None:
    directions, sources, target = ALLOWED[action]
    letter = Letter(state=state, direction=direction)
    with app.test_request_context():
        if direction in directions and state in sources.split():
            WORKFLOW.take(letter, action)
            assert letter.state == target
            return
        with pytest.raises(IllegalTransition) as refused:
            WORKFLOW.take(letter, action)
        assert str(refused.value), "a refusal says why"
        assert letter.state is state


def test_what_was_sent_is_never_only_registered_again(app: Any) -> None:
    letter = Letter(state=S.served, direction=OUT, sent_at=NOW)
    with app.test_request_context(), pytest.raises(IllegalTransition):
        WORKFLOW.take(letter, "unbring")


def received(**given: Any) -> Received:
    facts: dict[str, Any] = {"kind": "enquiry", "subject": "关于电梯噪声的函", "party": "住建局", "way": Way.post}
    return Received(**({"dated_on": TODAY} | facts | given))


def _half(estate: Estate) -> None:
    service.register(estate.id, received())
    raise DomainError("the second half of the work failed")


def written(**given: Any) -> Written:
    facts: dict[str, Any] = {"kind": "answer", "subject": "复函", "body": "您好！", "party": "住建局"}
    return Written(**(facts | given))


def test_numbers_are_gapless_by_direction_and_a_rollback_gives_them_back(work: Work, estate: Estate) -> None:
    with work(clerk()):
        first = [service.register(estate.id, received()).number for _ in range(2)]
        out = service.compose(estate.id, written()).number
    with pytest.raises(DomainError, match="second half"), work(clerk()):
        _half(estate)
    with work(clerk()):
        third = service.register(estate.id, received()).number
    year = first[0][2:6]
    assert [*first, third] == [f"收〔{year}〕{serial:04d}号" for serial in (1, 2, 3)]
    assert out == f"发〔{year}〕0001号"


def test_a_form_sent_twice_is_one_letter(work: Work, db: Session, estate: Estate, other_estate: Estate) -> None:
    with work(clerk()):
        first = service.register(estate.id, received(key="k" * 24)).id
        assert service.register(estate.id, received(key="k" * 24, subject="另一件")).id == first
        out = service.compose(estate.id, written(), key="o" * 24).id
        assert service.compose(estate.id, written(), key="o" * 24).id == out
        with pytest.raises(UsedElsewhere):
            service.register(other_estate.id, received(key="k" * 24))
    assert db.scalar(select(func.count(Letter.id))) == 2
    assert db.scalar(select(func.count(LetterStep.id))) == 2


def test_it_is_from_or_to_somebody(work: Work, estate: Estate) -> None:
    with work(clerk()):
        for verb, said in ((service.register, received(party=" ")), (service.compose, written(party=""))):
            with pytest.raises(DomainError, match="whom it is"):
                verb(estate.id, said)  # type: ignore[operator]
        with pytest.raises(DomainError, match="later than today"):
            service.register(estate.id, received(dated_on=TODAY + timedelta(days=1)))


def test_passing_on_counts_the_first_time(work: Work, db: Session, estate: Estate) -> None:
    made, who = make_letter_in(estate), user_called("zhangjg")
    due = DAY + timedelta(days=3)
    with work(clerk()):
        letter = queries.get_letter(made.id)
        letter.warned_on = DAY
        with pytest.raises(DomainError, match="who is to deal"):
            service.pass_on(letter, None, None, due)
        service.pass_on(letter, None, who.department_id, due, Said(note="请尽快", key="p" * 24))
        assert service.STEPS.is_repeat(letter, "p" * 24, "pass_on")
    first = db.get_one(Letter, made.id)
    assert (first.state, first.warned_on, first.reply_due_on) == (S.passed_on, None, due)
    moment = first.passed_on_at
    first.warned_on = DAY
    db.commit()
    with work(clerk()):
        service.pass_on(queries.get_letter(made.id), who.id, None, due)
    db.refresh(first)
    assert first.warned_on is None, "who has it now was never told"
    assert (first.handler_id, first.department_id, first.passed_on_at) == (who.id, None, moment)


def test_whoever_gets_a_letter_is_told_at_once(work: Work, db: Session, estate: Estate) -> None:
    made, who, other = make_letter_in(estate), user_called("zhangjg"), user_called("sunhao")
    mine = clerk().user_id
    assert mine is not None
    for handler_id in (who.id, who.id, mine, other.id):
        with work(clerk()):
            service.pass_on(queries.get_letter(made.id), handler_id, None, None)
    with work(clerk()):
        service.pass_on(queries.get_letter(made.id), None, who.department_id, None)
    told = db.scalars(select(Notification).order_by(Notification.id)).all()
    assert [(each.user_id, each.url) for each in told] == [(key, f"/letters/{made.id}") for key in (who.id, other.id)]
    assert all(made.number in each.text and "李敏" in each.text for each in told)


def test_an_answer_is_a_letter_of_ours_and_void_it_waits_again(work: Work, db: Session, estate: Estate) -> None:
    customer = make.make_customer(estate)
    made = make_letter_in(estate, customer_id=customer.id, doc_no="〔2026〕12号")
    with work(clerk()):
        words = "您的来函{their_number}“{their_subject}”收悉。"
        mine = written(party="", customer=get_customer(customer.id), body=words)
        reply = service.answer(queries.get_letter(made.id), mine, Said(key="a" * 24)).id
        assert service.STEPS.is_repeat(queries.get_letter(made.id), "a" * 24, "answer")
        with pytest.raises(IllegalTransition):
            service.answer(queries.get_letter(made.id), mine)
    letter, answer = db.get_one(Letter, made.id), db.get_one(Letter, reply)
    assert (letter.state, letter.answered_at is not None) == (S.answered, True)
    assert (answer.reply_to_id, answer.direction, answer.state) == (letter.id, OUT, S.registered)
    assert answer.content is not None
    assert answer.content["body"] == "您的来函〔2026〕12号“关于电梯噪声的函”收悉。"
    with work(clerk()):
        service.void(queries.get_letter(reply), Said(reason="写错了"))
    db.refresh(letter)
    assert (letter.state, letter.answered_at) == (S.passed_on, None)
    assert db.get_one(Number, answer.number_id).text == answer.number


def test_an_answer_of_what_is_filed_is_not_void(work: Work, estate: Estate) -> None:
    answered = make_letter_in(estate, S.filed)
    reply = make_letter_out(estate, reply_to_id=answered.id)
    with work(clerk()), pytest.raises(IllegalTransition, match="filed already"):
        service.void(queries.get_letter(reply.id), Said(reason="写错了"))


@pytest.mark.parametrize(("body", "name"), [("您的来函{their_number}收悉。", "their_number"), ("贵户{unit}：", "unit")])
def test_a_letter_with_nothing_to_stand_for_a_placeholder_gets_no_number(
    work: Work, db: Session, estate: Estate, body: str, name: str
) -> None:
    with work(clerk()), pytest.raises(DomainError, match=rf"\{{{name}\}}"):
        service.compose(estate.id, written(body=body))
    assert db.scalar(select(func.count(Letter.id))) == 0
    assert db.scalar(select(func.count(Number.id))) == 0


def test_what_comes_in_answers_only_a_letter_of_ours(work: Work, db: Session, estate: Estate) -> None:
    foreign = make_letter_in(estate, S.answered)
    theirs = make_letter_in(estate, reply_to_id=foreign.id)
    with work(clerk()):
        with pytest.raises(DomainError, match="came in"):
            service.register(estate.id, received(reply_to=queries.get_letter(foreign.id)))
        service.void(queries.get_letter(theirs.id), Said(reason="重复登记"))
    assert db.get_one(Letter, foreign.id).state is S.answered, "a foreign letter is not opened again"


def test_what_came_in_to_answer_ours_may_be_void(work: Work, db: Session, estate: Estate) -> None:
    ours = make_letter_out(estate, S.filed)
    theirs = make_letter_in(estate, reply_to_id=ours.id)
    with work(clerk()):
        service.void(queries.get_letter(theirs.id), Said(reason="重复登记"))
    assert db.get_one(Letter, theirs.id).state is S.void


def test_a_letter_without_a_customer_is_filed_at_once_and_then_takes_no_change(
    work: Work, db: Session, estate: Estate
) -> None:
    made = make_letter_in(estate, S.noted)
    with work(clerk()):
        service.file(queries.get_letter(made.id))
    letter = db.get_one(Letter, made.id)
    assert letter.state is S.filed
    assert letter.filed_at is not None
    letter.subject = "改一改"
    with pytest.raises(DBAPIError):
        db.flush()


def test_what_was_only_sent_is_filed_with_a_reason_what_came_back_without(
    work: Work, db: Session, estate: Estate
) -> None:
    sent, back = make_letter_out(estate, S.sent), make_letter_out(estate, S.returned)
    with work(clerk()):
        letter = queries.get_letter(sent.id)
        assert {"file", "file_unproved"} & set(service.STEPS.offered(letter)) == {"file_unproved"}
        with pytest.raises(IllegalTransition, match="Nothing says that it arrived"):
            service.file(letter)
        with pytest.raises(DomainError, match="Write why"):
            service.file_unproved(letter, Said(reason="  "))
        service.file_unproved(letter, Said(reason="查无此件", key="f" * 24))
        service.file(queries.get_letter(back.id))
        with pytest.raises(IllegalTransition):
            service.file_unproved(queries.get_letter(back.id), Said(reason="再来"))
    for made in (sent, back):
        letter = db.get_one(Letter, made.id)
        assert (letter.state, letter.filed_at is not None) == (S.filed, True)
    taken = db.execute(select(LetterStep.action, LetterStep.reason).where(LetterStep.letter_id == sent.id))
    assert [tuple(each) for each in taken][1:] == [("file_unproved", "查无此件"), ("file", "")]


def test_a_reason_for_filing_counts_until_the_next_step(work: Work, estate: Estate) -> None:
    made = make_letter_out(estate, S.sent, make.make_customer(estate))
    with work(clerk()):
        letter = queries.get_letter(made.id)
        service.file_unproved(letter, Said(reason="查无此件"))
        assert (letter.state, service.STEPS.hindrance(letter, "file")) == (S.sent, "")
        service.STEPS.take(letter, "come_back")
        service.send(letter)
        assert "Nothing says" in service.STEPS.hindrance(letter, "file")


def test_other_packages_letter_says_what_it_is_about(work: Work, estate: Estate) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    with work(clerk()):
        said = {"customer": get_customer(customer.id), "about_kind": "violation", "about_id": 7, "key": "violation-7"}
        made = service.send_letter(estate.id, "violation", "整改通知 {number}", "{name}：{{7*7}} {nobody}", **said)
        again = service.send_letter(estate.id, "violation", "整改通知", "再来", **said)
        assert again.id == made.id
        assert (made.about_kind, made.about_id, made.state) == ("violation", 7, S.registered)
        assert made.content is not None
        assert made.content["subject"] == f"整改通知 {made.number}"
        assert made.content["body"] == "欧阳娜娜：{{7*7}} {nobody}"
        assert made.dated_on == TODAY
        assert isinstance(made.content["day"], str)
        assert date.fromisoformat(made.content["day"]) == made.dated_on
