"""Every customer has a dossier: opened with the customer, set-based, closed and reopened by merges."""

from __future__ import annotations

from datetime import date

import pytest
from flask import g

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import Custody, Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service import DocumentFacts
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.properties.models import Unit
from crm.tenants import filing, queries, service
from crm.tenants.merging import service as merging
from crm.tenants.models import CustomerKind, FactField, OccupancyRole, Source, SupplementKind
from tests import factories as make


def register(estate, name="欧阳娜娜", unit=None):
    made = service.register(estate.id, CustomerKind.person, {FactField.name: name}, source=Source.counter)
    if unit:
        service.begin_occupancy(made, unit, OccupancyRole.owner, date(2026, 5, 7), source=Source.counter)
    return made


def dossier_of(db, customer):
    return db.query(Dossier).filter_by(subject_kind="customer", subject_id=customer.id).one()


def test_who_moves_into_a_unit_is_filed_under_it_and_who_has_none_under_the_own_number(work, db, estate):
    unit = make.make_unit(estate, "3-1-502")
    with work():
        first, second, loose = register(estate, unit=unit), register(estate, "李明", unit), register(estate, "王芳")
    assert [dossier_of(db, each).code for each in (first, second, loose)] == [
        "3-1-502/01", "3-1-502/02", f"KH{loose.id:06d}",
    ]  # fmt: skip
    made = dossier_of(db, first)
    assert (made.title, made.state, made.estate_id) == ("欧阳娜娜", DossierState.open, estate.id)
    assert db.query(Custody).filter_by(dossier_id=made.id, ends_at=None).count() == 1
    assert db.query(LogEntry).filter_by(kind="DossierOpened").count() == 3


def test_a_home_comes_before_a_parking_space(work, db, estate):
    space, unit = make.make_parking(estate), make.make_unit(estate, "3-1-502")
    with work():
        customer = register(estate, unit=space)
        service.begin_occupancy(customer, unit, OccupancyRole.owner, None, source=Source.counter)
    assert dossier_of(db, customer).code == "3-1-502/01"


def test_the_same_unit_in_two_estates_has_two_dossiers(work, db, estate, other_estate):
    units = [make.make_unit(each, "3-1-502") for each in (estate, other_estate)]
    with work():
        made = [register(each, unit=unit) for each, unit in zip((estate, other_estate), units, strict=True)]
    assert [dossier_of(db, each).code for each in made] == ["3-1-502/01"] * 2


def test_a_unit_that_got_anothers_label_takes_the_next_free_serial(work, db, estate):
    former, unit = make.make_unit(estate, "3-1-502"), make.make_unit(estate, "3-1-503")
    with work():
        register(estate, unit=former), register(estate, "李明", former)
    with work() as own:
        own.get(Unit, former.id).label = "3-1-501"
        own.flush()
        own.get(Unit, unit.id).label = "3-1-502"
    with work():
        made = [register(estate, name, unit) for name in ("王芳", "赵倩")]
    assert [dossier_of(db, each).code for each in made] == ["3-1-502/03", "3-1-502/04"]


def test_a_hundred_cost_as_many_queries_as_five(work, db, estate, queries):
    def noted(first, count):
        for customer_id in ids[first : first + count]:
            filing.note(customer_id)
        with queries() as seen:
            filing.open_noted(session)
        return len(seen)

    ids = [make.make_customer(estate, f"客户{n}", make.make_unit(estate)).id for n in range(105)]
    with work() as session:
        assert noted(5, 100) == noted(0, 5)


def test_a_new_name_stands_on_the_spine(work, db, estate):
    with work():
        customer = register(estate)
    with work():
        known = queries.get_customer(customer.id, type(customer).facts)
        service.supplement(
            known,
            SupplementKind.change,
            date(2026, 5, 8),
            {FactField.name: "欧阳娜"},
            source=Source.counter,
            confirmed_by="李敏",
        )
    db.expire_all()
    assert dossier_of(db, customer).title == "欧阳娜"


@pytest.fixture
def merged(work, db, estate):
    with work():
        kept, other = register(estate), register(estate, "欧阳娜")
    with work():
        made = merging.merge(kept.id, other.id, {kept.id: kept.version, other.id: other.version}, (), "同一人")
    db.expire_all()
    return kept, other, made


def test_what_comes_for_a_merged_file_is_filed_with_the_kept_one(work, db, merged):
    kept, other, _made = merged
    assert dossier_of(db, other).state is DossierState.closed
    with work():
        item = archive.file_document("customer", other.id, "identity", DocumentFacts(title="身份证明"))
        assert item.dossier_id == dossier_of(db, kept).id


def test_a_source_filed_before_the_merge_is_not_filed_again_after_it(work, db, estate):
    with work():
        kept, other = register(estate), register(estate, "欧阳娜")
    facts = DocumentFacts(title="装修申请", source_kind="renovation", source_id=7)
    with work():
        before = archive.file_document("customer", other.id, "identity", facts)
    with work():
        merging.merge(kept.id, other.id, {kept.id: kept.version, other.id: other.version}, (), "同一人")
    with work():
        for customer in (kept, other):
            assert archive.file_document("customer", customer.id, "identity", facts).id == before.id


def test_a_merge_taken_back_gives_the_file_its_dossier_again(work, db, merged):
    _kept, other, made = merged
    with work() as own:
        merging.unmerge(own.get(type(made), made.id), "弄错了")
    db.expire_all()
    assert (dossier_of(db, other).state, dossier_of(db, other).continued_in_id) == (DossierState.open, None)


def test_a_file_merged_on_takes_the_dossiers_along_that_had_gone_on_in_its_own(work, db, merged):
    middle, first, _made = merged
    with work():
        last = register(queries.get_customer(middle.id).estate, "欧阳娜")
    with work():
        versions = {each.id: queries.get_customer(each.id).version for each in (last, middle)}
        made = merging.merge(last.id, middle.id, versions, (), "同一人")
    db.expire_all()
    assert {dossier_of(db, each).continued_in_id for each in (first, middle)} == {dossier_of(db, last).id}

    with work() as own:
        merging.unmerge(own.get(type(made), made.id), "弄错了")
    db.expire_all()
    assert dossier_of(db, middle).state is DossierState.open
    assert dossier_of(db, first).continued_in_id == dossier_of(db, middle).id


def test_customers_from_before_get_theirs_once(app, work, db, estate):
    customer = make.make_customer(estate, "老客户", make.make_unit(estate, "3-1-502"))
    with app.app_context():
        g.actor = system_actor("tests")
        assert filing.open_missing() == 1
        assert filing.open_missing() == 0
    assert dossier_of(db, customer).code == "3-1-502/01"


def test_the_customers_page_shows_what_was_filed_and_what_is_missing(sign_in, work, db, estate):
    with work():
        customer = register(estate)
        filing.open_for([customer.id])
        archive.file_document("customer", customer.id, "identity", DocumentFacts(title="身份证复印件"))
    page = sign_in("limin").get(f"/tenants/customers/{customer.id}?tab=archive").text
    assert "身份证复印件" in page
    assert "缺：入驻登记表" in page


def test_the_customers_timeline_tells_what_was_filed_to_whoever_may_read_the_archive(sign_in, work, estate):
    with work():
        customer = register(estate)
        filing.open_for([customer.id])
        archive.file_document("customer", customer.id, "identity", DocumentFacts(title="身份证复印件"))
    pages = {who: sign_in(who).get(f"/tenants/customers/{customer.id}").text for who in ("limin", "wudan")}
    assert "身份证复印件" in pages["limin"]
    assert "身份证复印件" not in pages["wudan"]
