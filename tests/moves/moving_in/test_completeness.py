"""What is missing, part by part; a company's staff as it is pasted. Without a database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import DomainError
from crm.moves.moving_in.completeness import AskedDeposit, Facts, Kept, Mark, missing_parts, standings
from crm.moves.moving_in.models import Part, Standing
from crm.moves.moving_in.staff import Person, pasted
from crm.tenants.models import CustomerKind, MemberRole, OccupancyRole

DONE = Mark(standing=Standing.done)
WHOLE = Facts(
    kind=CustomerKind.person,
    role=OccupancyRole.owner,
    lives_there=True,
    known_numbers=True,
    documents={code: Kept(signed=True) for code in ("registration", "convention", "commitment")},
    slips=1,
    contacts=1,
    verified_phones=1,
    marks={Part.inspection: DONE, Part.money: DONE},
)
LEASED = {"kind": CustomerKind.company, "role": OccupancyRole.tenant}


@pytest.fixture(autouse=True)
def _texts(app):
    with app.test_request_context():
        yield


def parts(**changes):
    return [each.part for each in missing_parts(replace(WHOLE, **changes))]


def test_a_whole_one_misses_nothing():
    assert parts() == []


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"lives_there": False}, [Part.identity]),
        ({"known_numbers": False}, [Part.identity]),
        ({"documents": {}}, [Part.documents]),
        ({"slips": 0}, [Part.keys]),
        ({"unsigned_slips": 1}, [Part.keys]),
        ({"meters": ["1"], "unread": ["1"]}, [Part.readings]),
        ({"contacts": 0}, [Part.contacts]),
        ({"verified_phones": 0}, [Part.contacts]),
        ({"marks": {Part.money: DONE}}, [Part.inspection]),
        ({"marks": {Part.inspection: DONE}}, [Part.money]),
        ({"role": OccupancyRole.tenant}, [Part.identity, Part.documents]),
        ({"kind": CustomerKind.company}, [Part.documents]),
        ({**LEASED, "lease_until": date(2028, 1, 1)}, [Part.identity, Part.documents]),
        ({**LEASED, "lease_until": date(2028, 1, 1), "licence_until": date(2040, 1, 1)}, [Part.documents]),
    ],
    ids=str,
)
def test_each_part_says_what_it_misses(changes, missing):
    assert parts(**changes) == missing


@pytest.mark.parametrize("part", Part)
def test_what_is_left_out_misses_nothing_where_that_may_be(part):
    bare = Facts(kind=CustomerKind.person, role=OccupancyRole.owner, lives_there=False, known_numbers=False)
    waived = replace(bare, marks={part: Mark(standing=Standing.waived, words="业主另办")}, unread=["1"])
    standing = next(each for each in standings(waived) if each.part is part)
    assert standing.is_done is (part not in (Part.identity, Part.documents))


@given(asked=st.integers(0, 10**9), held=st.integers(0, 10**9))
def test_a_deposit_is_there_when_as_much_is_held(asked, held):
    deposit = AskedDeposit(kind="key", title="钥匙押金", asked=Decimal(asked) / 100, held=Decimal(held) / 100)
    assert deposit.is_there is (held >= asked)
    found = replace(WHOLE, deposits=[deposit])
    assert (Part.money in [each.part for each in missing_parts(found)]) is (held < asked)


def test_staff_in_any_shape():
    found = pasted("姓名\t电话\t职务\n李雷\t13912340678\t总经理\n韩梅梅，财务主管\n\n王芳 0931-8881234\n")
    assert found == [
        Person(name="李雷", phone="13912340678", role=MemberRole.manager),
        Person(name="韩梅梅", role=MemberRole.finance),
        Person(name="王芳", phone="09318881234"),
    ]


@pytest.mark.parametrize("text", ["13912340678 李雷", "李雷\t12", "李雷\t1391234", "甲" * 61])
def test_bad_lines_are_named(text):
    with pytest.raises(DomainError, match="1"):
        pasted(text)


def test_too_many_people():
    with pytest.raises(DomainError):
        pasted("\n".join(f"员工甲{'一' * (number % 7)}" for number in range(501)))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(DomainError):
        assert all(person.name for person in pasted(text))
