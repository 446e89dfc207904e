"""A caller's number as telephones and soft-phones write it, and who is found by it."""

from __future__ import annotations

import time
from datetime import date
from urllib.parse import quote

import pytest

from crm.calls.numbers import area_code, candidates
from tests import factories as make

MOBILE = """
13907315678
139 0731 5678
139-0731-5678
139.0731.5678
139·0731·5678
(139)07315678
+86 139 0731 5678
+8613907315678
+86-139-0731-5678
(+86)13907315678
0086 139 0731 5678
0086-13907315678
86-13907315678
86 139 0731 5678
8613907315678
１３９０７３１５６７８
＋８６　１３９－０７３１－５６７８
913907315678
9 139 0731 5678
9,13907315678
9-13907315678
9+8613907315678
013907315678
0 139 0731 5678
0-13907315678
1795113907315678
tel:13907315678
tel:+86-139-0731-5678
tel:+8613907315678;ext=805
TEL:13907315678
sip:13907315678@10.0.0.5
sip:+8613907315678@pbx.example;user=phone
callto:13907315678
13907315678转805
13907315678 转 805
13907315678-805
13907315678 ext 805
13907315678 ext. 805
13907315678x805
13907315678,,805
13907315678#
%2B8613907315678
来电 13907315678
""".strip().splitlines()
LANDLINE = """
073188123456
0731-88123456
0731 8812 3456
(0731)88123456
(0731) 8812-3456
（０７３１）８８１２３４５６
0731—88123456
0731/88123456
+86 731 8812 3456
+8673188123456
+86 (0)731 88123456
+86(0731)88123456
0086 731 88123456
0086-0731-88123456
86-731-88123456
86-0731-88123456
8673188123456
86073188123456
88123456
8812 3456
8812-3456
988123456
9 88123456
9-8812-3456
0 88123456
9 0731 88123456
90731-88123456
0 0731-88123456
00731-88123456
0731-88123456-805
0731-88123456转805
0731-88123456 转 805
(0731)88123456分机805
0731-88123456 ext 805
0731-88123456 ext.805
0731-88123456x805
073188123456#805
88123456-805
88123456转805
tel:0731-88123456
tel:+86-731-88123456;ext=805
sip:073188123456@10.0.0.5
""".strip().splitlines()
NOBODY = [
    "",
    "匿名",
    "anonymous",
    "unknown",
    "5678",
    "07315678",
    "1390731567",
    "139073156789",
    "13907315679",
    "14907315678",
    "0731-88123457",
    "0731-8812345",
    "0732-88123456",
    "02088123456",
    "+1 390 731 5678",
    "+39 0731 5678",
    "+852 8812 3456",
    "95588",
    "4008812345",
    "13800138000",
    "00000000000",
    "'; DROP TABLE phone; --",
    "1" * 60,
    "+" * 10,
]


@pytest.fixture
def town(estate, db):
    """The estate's own telephone tells the area code that callers leave out."""
    db.get(type(estate), estate.id).phone = "0731-85550000"
    db.commit()
    return estate


@pytest.fixture
def clerk(sign_in):
    return sign_in("limin")


def pop(clerk, phone):
    return clerk.get(f"/pop?phone={quote(phone)}")


def test_there_are_enough_spellings():
    assert len(set(MOBILE)) >= 40
    assert len(set(LANDLINE)) >= 40


def test_every_spelling_of_a_mobile_finds_its_owner(town, clerk):
    make.make_phone(make.make_customer(town, unit=make.make_unit(town, "3-1-502")), "13907315678")
    lost = [spelling for spelling in MOBILE if "3-1-502" not in pop(clerk, spelling).text]
    assert lost == []


def test_every_spelling_of_a_landline_finds_its_owner(town, clerk):
    make.make_phone(make.make_customer(town, unit=make.make_unit(town, "3-1-502")), "073188123456")
    lost = [spelling for spelling in LANDLINE if "3-1-502" not in pop(clerk, spelling).text]
    assert lost == []


def test_a_landline_kept_without_its_area_code_is_found_as_well(town, clerk):
    make.make_phone(make.make_customer(town, unit=make.make_unit(town, "3-1-502")), "88123456")
    lost = [spelling for spelling in LANDLINE if "3-1-502" not in pop(clerk, spelling).text]
    assert lost == []


def test_where_no_estate_says_its_area_code_any_will_do(estate, clerk):
    make.make_phone(make.make_customer(estate, unit=make.make_unit(estate, "3-1-502")), "073188123456")
    assert "3-1-502" in pop(clerk, "8812 3456").text


def test_other_numbers_find_nobody(town, clerk):
    unit = make.make_unit(town, "3-1-502")
    for digits in ("13907315678", "073188123456", "13800138000"):
        make.make_phone(make.make_customer(town, unit=unit), digits)
    answers = {spelling: pop(clerk, spelling) for spelling in NOBODY}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [spelling for spelling, answer in answers.items() if "3-1-502" in answer.text] == []


def test_a_placeholder_is_nobodys_number():
    assert candidates("13800138000") == []


@pytest.mark.parametrize(
    ("phone", "code"), [("0731-85550000", "0731"), ("010 6655 0000", "010"), ("13907315678", ""), ("85550000", "")]
)
def test_the_area_code_of_a_telephone(phone, code):
    assert area_code(phone) == code


def test_members_and_emergency_contacts_are_found_with_their_household(town, clerk, db):
    customer = make.make_customer(town, unit=make.make_unit(town, "3-1-502"))
    member, contact = make.make_member(customer, "欧阳小宝"), make.make_emergency_contact(customer)
    for person, digits in ((member, "13907310001"), (contact, "13907310002")):
        db.get(type(person), person.id).phone = digits
    db.commit()
    assert "欧阳小宝" in pop(clerk, "139 0731 0001").text
    page = pop(clerk, "+8613907310002").text
    assert "欧阳志远" in page
    assert f"customer_id={customer.id}" in page


def test_a_shared_number_names_everybody_with_their_units(town, clerk):
    for name, label in (("欧阳娜娜", "3-1-502"), ("欧阳志远", "3-1-503")):
        make.make_phone(make.make_customer(town, name, make.make_unit(town, label)), "13907315678")
    page = pop(clerk, "13907315678").text
    for shown in ("欧阳娜娜", "3-1-502", "欧阳志远", "3-1-503"):
        assert shown in page
    assert "13907315678</" not in page


def test_a_number_of_many_names_every_one_of_them(town, clerk, monkeypatch):
    for number in range(30):
        make.make_phone(make.make_customer(town, f"住户{number:02d}"), "13907315678")
    page = pop(clerk, "13907315678").text
    assert [number for number in range(30) if f"住户{number:02d}" not in page] == []
    assert "前 30 位" not in page
    monkeypatch.setattr("crm.calls.queries.MOST_OWNERS", 10)
    monkeypatch.setattr("crm.desk.views.MOST_OWNERS", 10)
    page = pop(clerk, "13907315678").text
    assert "住户09" in page
    assert "住户10" not in page
    assert "前 10 位" in page


def test_an_ended_number_and_another_estate_are_not_shown(town, other_estate, clerk):
    gone = make.make_customer(town, "周海", make.make_unit(town))
    make.make_phone(gone, "13907315678", starts=date(2020, 1, 1), ends=date(2021, 1, 1))
    make.make_phone(make.make_customer(other_estate, "吴学文", make.make_unit(other_estate)), "13907315678")
    page = pop(clerk, "13907315678").text
    assert "周海" not in page
    assert "吴学文" not in page


def test_an_unknown_number_can_be_registered_or_logged(town, clerk):
    page = pop(clerk, "+86 137 0000 1234").text
    assert "/tenants/customers/new?phone=" in page
    assert "/calls/new?phone=" in page
    form = clerk.get("/tenants/customers/new?phone=%2B8613700001234").text
    assert 'value="+8613700001234"' in form


def test_a_hidden_number_can_still_be_logged(clerk):
    for address in ("/pop", "/pop?phone=", "/pop?phone=anonymous"):
        assert 'href="/calls/new"' in clerk.get(address).text


def test_it_opens_quickly(town, clerk):
    """The process's own time, so that busy neighbours do not count; the first request warms up."""
    make.make_phone(make.make_customer(town, unit=make.make_unit(town, "3-1-502")), "13907315678")
    pop(clerk, "13907315678")
    taken = []
    for _ in range(9):
        begun = time.process_time()
        assert pop(clerk, "+86 139-0731-5678").status_code == 200
        taken.append(time.process_time() - begun)
    assert sorted(taken)[4] < 0.06
