"""One customer, two files: found, merged, called by the old telephone, and taken apart again."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.queries import verify
from crm.properties.models import Estate
from crm.tenants.models import Customer, Phone
from tests.factories import make_unit

SignIn = Callable[[str], FlaskClient]
OLD, NEW = "13907311443", "13973110086"


def register(clerk: FlaskClient, estate: Estate, name: str, phone: str, unit: str, **given: str) -> int:
    typed = {"estate_id": estate.id, "name": name, "phone": phone, "unit": unit, "sex": "", "role": "owner"}
    answer = clerk.post("/tenants/customers/new", data=typed | {"source": "counter"} | given)
    assert answer.status_code == 302, answer.text
    return int(re.findall(r"/customers/(\d+)", answer.location)[0])


def caller(clerk: FlaskClient, number: str) -> str:
    """The card that opens when somebody types the number."""
    found = clerk.get(f"/search/suggest?q={number}", headers={"HX-Request": "true"}).text
    [card] = re.findall(r'data-card="(/card/customer/\d+)"', found)
    return clerk.get(card, headers={"HX-Request": "true"}).text


def test_one_customer_twice(sign_in: SignIn, db: Session, estate: Estate) -> None:
    clerk, supervisor = sign_in("service_desk"), sign_in("desk_supervisor")
    make_unit(estate, "9-1-901"), make_unit(estate, "9-1-902")

    # 2019 at the counter, and again when he bought the flat next door
    first = register(clerk, estate, "吴学文", OLD, "9-1-901")
    second = register(clerk, estate, "吴学雯", NEW, "9-1-902", email="wu@example.cn")
    typed = {"digits": OLD, "source": "call", "note": "旧号"}
    assert clerk.post(f"/tenants/customers/{second}/phones/new", data=typed).status_code == 302

    # the supervisor finds the two, looks at them, and merges
    assert clerk.get("/tenants/duplicates").status_code == 403
    page = supervisor.get("/tenants/duplicates").text
    assert "姓名相近" in page or "similar name" in page
    [address] = set(re.findall(rf"/tenants/customers/{first}/merge/{second}", page))
    sent = {"kept_version": "1", "other_version": "1", "name": "kept", "email": "other", "reason": "同一张身份证"}
    assert "wu@example.cn" in supervisor.post(address, data=sent).text
    assert supervisor.post(f"{address}/now", data=sent).status_code == 302
    assert f"/merge/{second}" not in supervisor.get("/tenants/duplicates").text

    # he calls by the telephone that stands in the other file only: one card, both flats
    card = caller(clerk, NEW[-4:])
    assert "吴学文" in card
    assert "9-1-901" in card
    assert "9-1-902" in card
    assert clerk.get(f"/tenants/customers/{second}").location.startswith(f"/tenants/customers/{first}")

    # whoever answers notes a new number; then it turns out that they are brothers
    added = {"digits": "13800001112", "source": "call"}
    assert clerk.post(f"/tenants/customers/{first}/phones/new", data=added).status_code == 302
    whole = supervisor.get(f"/tenants/customers/{first}").text
    [undo] = set(re.findall(r"/tenants/merges/\d+/undo", whole))
    assert supervisor.post(undo, data={"reason": "是兄弟两个人"}).status_code == 302

    # each has his own again, and what was added stays where it was added
    assert "吴学雯" in caller(clerk, NEW[-4:])
    db.expire_all()
    phones = select(Phone.digits).order_by(Phone.id)
    assert db.scalars(phones.filter_by(customer_id=first)).all() == [OLD, "13800001112"]
    assert db.scalars(phones.filter_by(customer_id=second)).all() == [NEW, OLD]
    assert (db.get_one(Customer, first).email, db.get_one(Customer, second).email) == ("", "wu@example.cn")
    assert verify(db).sound
