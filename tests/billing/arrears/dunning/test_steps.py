"""The steps of an estate: laid, changed, taken out of use; what was used keeps its meaning."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from crm.billing.arrears.dunning import queries, service
from crm.billing.arrears.dunning.models import DunningStep, StepKind
from crm.billing.arrears.dunning.rules import Rule, in_words, rule_of, usual
from crm.billing.arrears.reviews.levels import acts
from crm.errors import DomainError, IllegalTransition
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.deposits.making import supervisor
from tests.billing.making import make_bill

K = StepKind
PAGE = "/arrears/steps"
WORDS = {"subject": "催缴函", "body": "尊敬的{name}：请于{pay_until}前缴清{amount}元。"}


def rule(days=31, kind=K.letter, **given):
    return Rule(kind=kind, days=days, **({"name": f"第{days}天", "least": Decimal(200), **WORDS} | given))


def typed(**given):
    facts = {"version": "", "kind": "letter", "name": "催缴函一", "days": "31", "least": "200", "gap": "10"}
    return facts | {"spares_matters": "y", "pay_within": "15", **WORDS} | given


def of(estate, db):
    db.expire_all()
    found = db.scalars(select(DunningStep).where(DunningStep.estate_id == estate.id, DunningStep.active))
    return [(step.position, step.days) for step in sorted(found, key=lambda step: step.position)]


@pytest.fixture
def lay(work, estate):
    def laid(*rules):
        with work(supervisor()) as db:
            return [service.add(db.get_one(Estate, estate.id), each) for each in rules]

    return laid


@pytest.fixture
def change(work):
    def changed(step, **given):
        with work(supervisor()):
            found = queries.get_step(step.id)
            facts = {name: getattr(rule_of(found), name) for name in Rule.__slots__}
            return service.change(found, Rule(**(facts | given)))

    return changed


def test_the_usual_steps_grow_serious(app):
    with app.test_request_context(), force_locale("en"):
        rules = usual()
        assert [each.kind for each in rules] == [K.reminder, K.call, K.letter, K.letter, K.lawyers_letter, K.litigation]
        assert [each.days for each in rules] == sorted({each.days for each in rules})
        assert all(bool(each.subject and each.body) == each.written for each in rules)
        assert in_words(rule(gap=10, spares_matters=True)) == (
            "from 31 days overdue · from 200.00 yuan · 10 days after the step before · "
            "not while something of ours is open"
        )
        assert in_words(rule(7, K.reminder, least=Decimal(0))) == "from 7 days overdue"


def test_a_step_stands_where_its_days_put_it(db, estate, lay, change, work):
    last, first = lay(rule(61), rule(31))
    [middle] = lay(rule(45))
    assert of(estate, db) == [(1, 31), (2, 45), (3, 61)]
    change(first, days=90)
    assert of(estate, db) == [(1, 45), (2, 61), (3, 90)]
    with work(supervisor()):
        service.retire(queries.get_step(last.id))
    lay(rule(10))
    assert of(estate, db) == [(1, 10), (2, 45), (4, 90)]
    assert db.get_one(DunningStep, last.id).position == 3
    for days in (45, 90):
        with pytest.raises(DomainError, match="days already"):
            lay(rule(days))
    with pytest.raises(DomainError, match="days already"):
        change(middle, days=90)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subject": ""}, "needs its subject"),
        ({"body": "  "}, "needs its subject"),
        ({"body": "尊敬的{nobody}："}, "no placeholder {nobody}"),
        ({"subject": "{", "body": "x"}, "brace stands alone"),
    ],
)
def test_a_letter_has_words_that_can_be_filled(lay, given, words):
    with pytest.raises(DomainError, match=words):
        lay(rule(**given))


def test_only_what_is_written_keeps_words(lay):
    [step] = lay(rule(kind=K.call))
    assert (step.subject, step.body) == ("", "")


@pytest.mark.parametrize("by", ["contact", "demand", "advice"])
def test_a_used_step_is_replaced_when_it_comes_to_mean_something_else(db, work, estate, lay, change, by):
    [step] = lay(rule())
    customer = make.make_customer(estate)
    review = making.make_review(estate)
    if by == "contact":
        making.make_contact(customer, step_id=step.id)
    elif by == "demand":
        making.make_demand(step, [make_bill(customer)], review)
    else:
        making.make_line(review, customer, step_id=step.id)
    assert change(step, body="您好{name}", pay_within=5).id == step.id  # words are kept with each letter
    now = change(step, least=Decimal(500))
    db.expire_all()
    former = db.get_one(DunningStep, step.id)
    assert (former.active, former.least, former.body) == (False, Decimal(200), "您好{name}")
    assert (now.active, now.position, now.least) == (True, former.position, Decimal(500))
    [first] = lay(rule(10))
    assert of(estate, db) == [(first.position, 10), (2, 31)]
    if by != "advice":  # what was done by the former step counts at its place
        assert db.execute(acts(estate.id, making.DAY)).one().position == 2


def test_an_unused_step_is_changed_itself(db, lay, change):
    [step] = lay(rule())
    assert change(step, least=Decimal(500)).id == step.id
    assert change(step).id == step.id  # nothing differs
    assert db.scalar(select(func.count()).select_from(DunningStep)) == 1


def test_what_is_out_of_use_is_not_changed(work, lay, change):
    [step] = lay(rule())
    with work(supervisor()):
        service.retire(queries.get_step(step.id))
    with pytest.raises(IllegalTransition, match="out of use"):
        change(step, days=40)
    with work(supervisor()), pytest.raises(IllegalTransition, match="out of use"):
        service.retire(queries.get_step(step.id))


def test_steps_are_copied_to_an_estate_without_any(db, work, estate, other_estate, lay):
    lay(rule(31), rule(61))
    with work(supervisor()) as opened:
        here, there = opened.get_one(Estate, estate.id), opened.get_one(Estate, other_estate.id)
        assert service.copy_from(there, here) == 2
        with pytest.raises(IllegalTransition, match="has steps already"):
            service.copy_from(there, here)
        for step in queries.steps_of(there.id):
            service.retire(step)
        with pytest.raises(DomainError, match="no steps to copy"):
            service.copy_from(here, there)
        service.take_usual(there)
    assert [days for _place, days in of(other_estate, db)] == [7, 31, 61, 91, 181, 366]


# Pages


def test_laying_changing_and_retiring_in_the_browser(db, sign_in, estate):
    client = sign_in("zhengkai")
    assert client.get(f"{PAGE}/").location.startswith(f"{PAGE}/estates/")
    page = f"{PAGE}/estates/{estate.id}"
    assert client.post(f"{page}/usual").status_code == 303
    assert client.post(f"{page}/usual").status_code == 409
    text = client.get(page).text
    assert text.count('class="dun-step"') == 6
    assert f"{page}/new" in text
    assert client.post(f"{page}/new", data=typed(days="45")).status_code == 303
    step = db.scalars(select(DunningStep).where(DunningStep.days == 45)).one()
    own = f"{PAGE}/{step.id}"
    assert "尊敬的欧阳娜娜" in client.get(f"{own}/letter").text
    assert client.post(f"{own}/edit", data=typed(days="46", version=str(step.version))).status_code == 303
    late = client.post(f"{own}/edit", data=typed(days="47", version=str(step.version)))
    assert late.status_code == 409
    assert 'value="47"' in late.text
    db.expire_all()
    assert client.get(f"{own}/retire").status_code == 200
    assert client.post(f"{own}/retire", data={"version": "1"}).status_code == 422
    assert client.post(f"{own}/retire", data={"version": str(step.version)}).status_code == 303
    assert client.get(f"{own}/edit").status_code == 409
    assert "催缴函一" in client.get(page).text.partition("<details")[2]


def test_a_letter_is_looked_at_before_it_is_saved(db, sign_in, estate):
    client, page = sign_in("zhengkai"), f"{PAGE}/estates/{estate.id}/new"
    seen = client.post(page, data=typed(look="1"))
    assert seen.status_code == 200
    assert "尊敬的欧阳娜娜" in seen.text
    nothing = client.post(page, data=typed(look="1", kind="call"))
    assert nothing.status_code == 422
    assert 'id="letter"' in seen.text
    assert 'id="letter"' not in nothing.text
    assert db.scalar(select(func.count()).select_from(DunningStep)) == 0


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("kind", "threat"),
        ("name", ""),
        ("name", "长" * 41),
        ("days", "0"),
        ("days", "三十"),
        ("days", "99999"),
        ("days", "1e99"),
        ("least", "-1"),
        ("least", ""),
        ("gap", "-1"),
        ("gap", ""),
        ("pay_within", "0"),
        ("subject", ""),
        ("body", ""),
        ("body", "{{config}}"),
        ("body", "{nobody}"),
    ],
)
def test_what_is_wrong_is_said_and_stays(db, sign_in, estate, field, text):
    answer = sign_in("zhengkai").post(f"{PAGE}/estates/{estate.id}/new", data=typed(**{field: text}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.scalar(select(func.count()).select_from(DunningStep)) == 0


@pytest.mark.parametrize(
    ("who", "sees", "lays"), [("zhengkai", 200, 303), ("hefang", 200, 403), ("wudan", 200, 403), ("limin", 200, 403)]
)
def test_whoever_approves_lays_steps_and_whoever_reads_sees_them(sign_in, estate, who, sees, lays):
    client = sign_in(who)
    page = f"{PAGE}/estates/{estate.id}"
    shown = client.get(page)
    assert shown.status_code == sees
    assert (f"{page}/new" in shown.text) == (lays == 303)
    assert client.post(f"{page}/usual").status_code == lays


def test_copying_in_the_browser_offers_only_estates_with_steps(sign_in, estate, other_estate):
    client, page = sign_in("hanbing"), f"{PAGE}/estates/{estate.id}"
    assert client.get(f"{page}/copy").status_code == 409
    making.make_step(other_estate)
    assert client.post(f"{page}/copy", data={"source_id": str(other_estate.id)}).status_code == 303
    assert client.post(f"{page}/copy", data={"source_id": str(other_estate.id)}).status_code == 422
