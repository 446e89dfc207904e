"""The company's tree of works and its papers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.properties.models import Estate
from crm.renovations.works.models import Asked, RenovationPaperKind, RenovationWork, RenovationWorkPaper
from crm.renovations.works.needs import Facts, deposit_for, needed
from tests import factories as make
from tests.renovations.making import do, make_renovation, paper_called, work_called

SignIn = Callable[[str], FlaskClient]
AT = "/renovations/works"


def test_a_group_a_work_and_its_papers(sign_in: SignIn, db: Session) -> None:
    client = sign_in("zhouhui")
    assert client.post(f"{AT}/new", data={"name": "庭院"}).status_code == 302
    group = db.scalars(select(RenovationWork).filter_by(name="庭院")).one()
    paper = paper_called("装修设计图")
    data: dict[str, Any] = {"name": "露台防腐木", "deposit": "800", "days": "20", "required": [paper.id]}
    assert client.post(f"{AT}/{group.id}/new", data=data).status_code == 302
    work = db.scalars(select(RenovationWork).filter_by(name="露台防腐木")).one()
    assert (work.deposit, work.days) == (Decimal(800), 20)
    stale = data | {"version": work.version, "deposit": "-1"}
    assert client.post(f"{AT}/{work.id}/edit", data=stale).status_code == 422
    changed = data | {"version": work.version, "required": [], "further": [paper.id]}
    assert client.post(f"{AT}/{work.id}/edit", data=changed).status_code == 302
    db.expire_all()
    [row] = db.scalars(select(RenovationWorkPaper).filter_by(work_id=work.id))
    assert row.required is False
    assert client.post(f"{AT}/{work.id}/edit", data=changed).status_code == 409, "opened before that"
    assert "露台防腐木" in client.get(f"{AT}/").text


def test_a_name_stands_once_and_what_is_out_of_use_can_come_back(sign_in: SignIn, db: Session) -> None:
    client, paper = sign_in("zhouhui"), paper_called("水电改造图")
    data = {"title": "水电改造图", "asked": "works", "form": "", "slot": "renovation_application"}
    assert client.post(f"{AT}/papers/new", data=data).status_code == 422
    assert client.post(f"{AT}/papers/{paper.id}/retire").status_code == 302
    assert client.post(f"{AT}/papers/new", data=data).status_code == 302
    assert client.post(f"{AT}/papers/{paper.id}/restore").status_code == 409
    edited = data | {"title": "给排水改造图", "version": paper.version + 1, "advice": "标明走向"}
    assert client.post(f"{AT}/papers/{paper.id}/edit", data=edited).status_code == 302
    assert client.post(f"{AT}/papers/{paper.id}/restore").status_code == 302


def test_what_is_out_of_use_stays_on_what_has_it(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    made = make_renovation(unit, make.make_customer(estate, unit=unit))
    do(made, "阳台封闭")
    assert sign_in("zhouhui").post(f"{AT}/{work_called('阳台封闭').id}/retire").status_code == 302
    client = sign_in("limin")
    assert "阳台封闭" in client.get(f"/renovations/{made.id}").text
    assert "阳台封闭" in client.get(f"/renovations/{made.id}/change").text
    assert "阳台封闭" not in client.get("/renovations/new").text


def test_who_does_not_decide_only_reads(sign_in: SignIn) -> None:
    client = sign_in("limin")
    assert client.get(f"{AT}/").status_code == 200
    assert client.post(f"{AT}/new", data={"name": "庭院"}).status_code == 403
    assert client.post(f"{AT}/{work_called('阳台封闭').id}/retire").status_code == 403


kinds = [
    RenovationPaperKind(id=place, title=str(place), asked=asked, active=True, slot="")
    for place, asked in enumerate(Asked)
]
rows = st.lists(
    st.builds(
        RenovationWorkPaper,
        paper_id=st.integers(0, len(kinds) - 1),
        work_id=st.integers(1, 3),
        required=st.booleans(),
    )
)


@given(rows, st.booleans(), st.booleans(), st.booleans())
def test_each_paper_once_and_required_where_anything_requires_it(of_works, owns, by_firm, bears):
    found = needed(kinds, of_works, Facts(owns=owns, by_firm=by_firm, bears=bears))
    ids = [need.kind.id for need in found]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids), "in the company's order"
    required = {need.kind.id for need in found if need.required}
    assert {row.paper_id for row in of_works if row.required} <= required
    assert {row.paper_id for row in of_works} <= set(ids)
    by_fact = {Asked.always: True, Asked.tenant: not owns, Asked.firm: by_firm, Asked.bears: bears}
    for kind in kinds:
        if by_fact.get(kind.asked):
            assert kind.id in required


def test_the_most_counts() -> None:
    works = [RenovationWork(deposit=Decimal(each)) for each in (2000, 5000, 500)]
    assert deposit_for(works) == Decimal(5000)
    assert deposit_for([]) == Decimal(0)
