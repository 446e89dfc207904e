"""档案质量: complete, accurate, valid; each number counts exactly what its list shows. Clause P-03."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from crm.archive.dossiers import queries as archive_queries
from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import TemplateSlot
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.service import templates
from crm.auth.actor import system_actor
from crm.dates import business_day
from crm.db import session
from crm.policy.models import FigureValue
from crm.review.checks import checks
from crm.tenants.models import OccupancyRole
from crm.tenants.quality import figures, listings, reports
from crm.tenants.quality import queries as quality
from tests import factories as make

REQUIRED = ("identity", "registration_form", "phone_card", "emergency_contacts")
DAY = date(2026, 11, 25)


@pytest.fixture
def asked(work):
    """`asked(function, …)`: what it gives to somebody who sees everything, or to another actor."""

    def ask(function, *arguments, actor=None):
        with work(actor):
            return function(*arguments)

    return ask


def rows(query, *arguments):
    return session().execute(query(*arguments)).all()


@pytest.fixture
def missing(asked):
    def ask(actor=None):
        return [(row.code, row.document) for row in asked(rows, quality.missing_documents, DAY, actor=actor)]

    return ask


@pytest.fixture
def limited(asked):
    return lambda: sorted(row.valid_until for row in asked(rows, quality.limited_documents, DAY))


def title(db, code):
    joined = db.query(TemplateSlot).filter_by(code=code, required=True)
    return joined.order_by(TemplateSlot.id.desc()).first().title


# Complete


def test_what_is_required_and_not_there_is_missing(db, estate, missing):
    dossier = make.make_filled_dossier(estate, REQUIRED[:3])
    make.make_item(dossier, "letter_in")  # asked of nobody
    assert missing() == [(dossier.code, title(db, "emergency_contacts"))]


def test_only_whoever_is_settled_lacks_documents_as_the_filing_review_has_it(asked, estate, missing):
    settled = make.make_filled_dossier(estate, REQUIRED[:3])
    just_here, relative, gone = (make.make_customer(estate) for _ in range(3))
    make.make_occupancy(just_here, make.make_unit(estate), starts=DAY - timedelta(days=3))
    make.make_occupancy(relative, make.make_unit(estate), OccupancyRole.family)
    make.make_occupancy(gone, make.make_unit(estate), ends=DAY)
    for customer in (just_here, relative, gone):
        make.make_dossier(estate, subject_id=customer.id)
    assert [code for code, _document in missing()] == [settled.code]
    assert asked(quality.dossiers_by_estate, DAY) == {estate.id: 1}
    found = {row.dossier_id for row in asked(rows, checks["document_missing"].find, DAY)}
    assert found == {settled.id}


def test_what_was_removed_is_missing_again_and_what_is_only_asked_for_is_not(estate, missing):
    dossier = make.make_filled_dossier(estate, REQUIRED[:3])
    gone, leaving = (
        make.make_item(dossier, "emergency_contacts"),
        make.make_item(make.make_filled_dossier(estate, REQUIRED[1:])),
    )
    decided = {"state": "approved", "decided_by_id": make.make_user().id, "decided_at": make.NOW}
    make.make_removal(gone, **decided), make.make_removal(leaving)
    assert [code for code, _document in missing()] == [dossier.code]


def test_what_does_not_apply_is_not_missing_until_it_applies_again(work, db, estate, missing):
    dossier = make.make_filled_dossier(estate, REQUIRED[:3])
    slot = db.query(TemplateSlot).filter_by(code="emergency_contacts").one()
    for absent, left in ((True, 0), (False, 1)):
        with work() as own:
            archive.state_absence(
                own.get(type(dossier), dossier.id), own.get(TemplateSlot, slot.id), "独居", absent=absent
            )
        assert len(missing()) == left


def test_a_later_edition_of_the_checklist_counts_what_was_filed_under_the_former(work, db, estate, missing):
    make.make_filled_dossier(estate)
    with work():
        templates.put_in_force(templates.draft_edition(archive_queries.find_in_force(DossierKind.property)))
    assert missing() == []


def test_closed_dossiers_lack_nothing_and_merged_ones_lend_what_they_hold(estate, missing):
    make.make_dossier(estate, state=DossierState.closed)
    kept = make.make_filled_dossier(estate, REQUIRED[:3])
    former = make.make_dossier(estate, state=DossierState.closed, continued_in_id=kept.id)
    make.make_item(former, "emergency_contacts")
    assert missing() == []


# Accurate


def phones(estate, *verified_on, **given):
    customer = make.make_customer(estate)
    for number, day in enumerate(verified_on):
        make.make_phone(customer, f"1390731567{number}", verified_on=day, **given)
    return customer.id


@pytest.fixture
def unverified(asked):
    return lambda: {row.id for row in asked(rows, quality.unverified_customers, DAY)}


def test_a_telephone_counts_twelve_months_to_the_day(estate, unverified):
    phones(estate, date(2025, 11, 25))
    late = phones(estate, date(2025, 11, 24))
    assert unverified() == {late}


def test_one_verified_telephone_is_enough_unless_it_ended(estate, unverified):
    phones(estate, None, DAY)
    ended = phones(estate, DAY, ends=date(2026, 11, 1))
    nobody, never = phones(estate), phones(estate, None)
    assert unverified() == {ended, nobody, never}


def test_a_merged_files_telephone_is_the_customers(estate, unverified):
    kept = phones(estate)
    merged = make.make_customer(estate, merged_into_id=kept)
    make.make_phone(merged, verified_on=DAY)
    assert unverified() == set()


@pytest.mark.parametrize(
    ("reason", "verified_on"), [("none", ()), ("never", (None,)), ("old", (date(2020, 1, 1), None))]
)
def test_the_list_says_why_and_finds_by_it(work, estate, reason, verified_on):
    wanted = phones(estate, *verified_on)
    phones(estate), phones(estate, None), phones(estate, date(2020, 1, 1))
    with work():
        listing = listings.unverified_customers(DAY)
        why = next(each for each in listing.filters if each.name == "reason")
        found = session().execute(listing.query.where(why.condition(reason))).all()
        shown = next(column for column in listing.columns if column.name == "reason")
        assert wanted in {row.id for row in found}
        assert len(found) == 2
        assert {str(shown.value(row)) for row in found} == {str(listings.REASON_TITLES[reason])}


# Valid


def test_documents_expire_after_their_last_day_and_are_named_thirty_days_before(estate, limited):
    dossier = make.make_filled_dossier(estate)
    for day in (date(2026, 11, 24), DAY, date(2026, 12, 25), date(2026, 12, 26), None):
        make.make_item(dossier, valid_until=day)
    assert limited() == ["2026-11-24", "2026-11-25", "2026-12-25"]


def test_a_corrected_day_counts_as_it_was_corrected_and_a_refused_one_does_not(estate, limited):
    dossier = make.make_filled_dossier(estate)
    decided = {"field": "valid_until", "decided_by_id": make.make_user().id, "decided_at": make.NOW}
    for filed, new, state in (
        (date(2026, 1, 1), "2036-01-01", "approved"),
        (date(2036, 1, 1), "2026-02-01", "approved"),
        (None, "2026-03-01", "approved"),
        (date(2026, 4, 1), "", "approved"),
        (date(2026, 5, 1), "2036-01-01", "refused"),
    ):
        make.make_correction(make.make_item(dossier, valid_until=filed), new=new, state=state, **decided)
    assert limited() == ["2026-02-01", "2026-03-01", "2026-05-01"]


def test_what_left_and_what_lies_in_closed_dossiers_does_not_expire(estate, limited):
    decided = {"state": "approved", "decided_by_id": make.make_user().id, "decided_at": make.NOW}
    make.make_removal(make.make_item(make.make_dossier(estate), valid_until=DAY), **decided)
    make.make_item(make.make_dossier(estate, state=DossierState.closed), valid_until=DAY)
    make.make_item(make.make_company_dossier(), "application", valid_until=DAY)
    assert limited() == []
    kept = make.make_dossier(estate)
    make.make_item(make.make_dossier(estate, state=DossierState.closed, continued_in_id=kept.id), valid_until=DAY)
    assert limited() == ["2026-11-25"]


def test_the_company_sets_months_and_days(work, estate, limited, unverified):
    phones(estate, date(2026, 8, 1))
    make.make_item(make.make_dossier(estate), valid_until=date(2027, 1, 31))
    assert (limited(), unverified()) == ([], set())
    with work() as own:
        for figure, value in ((figures.VERIFIED_MONTHS, 3), (figures.ENDING_DAYS, 90)):
            set_ = {"confirmed": True, "basis": "会议纪要", "set_by": "韩冰", "set_at": make.NOW}
            own.add(FigureValue(key=figure.key, value=value, valid_from=date(2026, 1, 1), **set_))
    assert (len(limited()), len(unverified())) == (1, 1)
    assert (figures.VERIFIED_MONTHS.default, figures.ENDING_DAYS.default) == (12, 30)


# The page


@pytest.fixture
def company(app, estate, other_estate):
    """In 阳光花园 2 dossiers: 3 papers missing, 1 expired, 1 expiring; 1 of 3 customers verified; also 科创大厦."""
    with app.app_context():
        today = business_day()
    dossier = make.make_filled_dossier(estate)
    make.make_filled_dossier(estate, REQUIRED[:1])
    for days in (-1, 0, 400):
        make.make_item(dossier, valid_until=today + timedelta(days=days))
    phones(estate, today)
    make.make_item(make.make_filled_dossier(other_estate, REQUIRED[:2]), valid_until=today - timedelta(days=9))


def counted(measured):
    shares = [measured.complete, measured.accurate or reports.Share(whole=0, wanting=0), measured.valid]
    return [(share.whole, share.wanting) for share in shares], measured.ending


def test_each_estate_has_its_measures_and_the_whole_is_their_sum(work, company, estate, other_estate):
    with work():
        found = reports.quality(business_day(), None)
    by_estate = {each.key: counted(each) for each in found.estates}
    assert by_estate[estate.id] == ([(8, 3), (3, 2), (3, 1)], 1)
    assert by_estate[other_estate.id] == ([(4, 2), (1, 1), (1, 1)], 0)
    assert counted(found.whole) == ([(12, 5), (4, 3), (4, 2)], 1)


def test_the_twelve_categories_have_theirs(work, company):
    with work():
        found = reports.quality(business_day(), None)
    assert [each.key for each in found.categories] == list(range(1, 13))
    wanting = {each.key: each.complete.wanting for each in found.categories if each.complete.wanting}
    assert wanting == {4: 1, 6: 2, 7: 2}
    assert [each.key for each in found.categories if each.accurate] == [6]
    assert {each.key for each in found.categories if each.valid.whole} == {1}


@pytest.mark.parametrize("who", ["fengxue", "limin"])
def test_each_number_is_the_count_of_the_list_it_leads_to(sign_in, company, who):
    client = sign_in(who)
    page = client.get("/tenants/quality").text
    links = re.findall(r'href="(/tenants/quality/[^"]+)">([\d,]+)</a>', page)
    assert len(links) > 10
    for address, number in links:
        head = client.get(unescape(address)).text
        assert re.findall(r'id="list-count"[^>]*>\D*([\d,]+)', head) == [number], address


def test_the_clerk_sees_her_estate_only_and_whoever_reads_no_customers_none(sign_in, company):
    clerk, manager = sign_in("limin"), sign_in("project_manager")
    for path in ("", "/missing", "/unverified", "/validity"):
        assert "科创大厦" not in clerk.get(f"/tenants/quality{path}").text
        assert "欧阳娜娜" not in manager.get(f"/tenants/quality{path}").text
    assert "/tenants/quality/missing?" not in manager.get("/tenants/quality").text


def test_a_foreign_estate_and_nonsense_find_nothing_more(sign_in, company, other_estate):
    clerk = sign_in("limin")
    whole = clerk.get("/tenants/quality/missing").text
    for query in (f"estate={other_estate.id}", "estate=x", "category=99", "category=x", "state=x", "q=' OR 1=1"):
        answer = clerk.get(f"/tenants/quality/missing?{query}")
        assert answer.status_code == 200
        assert "科创大厦" not in answer.text
    assert whole.count("欧阳娜娜") == 3


def test_the_chosen_estate_narrows_it(work, company, other_estate):
    with work(replace(system_actor("tests"), estate_id=other_estate.id)):
        found = reports.quality(business_day(), other_estate.id)
    assert [each.key for each in found.estates] == [other_estate.id]
    assert counted(found.whole) == counted(found.estates[0])


def test_the_page_costs_as_many_queries_however_much_there_is(sign_in, company, estate, queries):
    client = sign_in("fengxue")

    def cost():
        with queries() as seen:
            assert client.get("/tenants/quality").status_code == 200
        return len(seen)

    few = cost()
    for _ in range(5):
        make.make_item(make.make_filled_dossier(estate, REQUIRED[2:]), valid_until=DAY)
    assert cost() == few


def test_the_desks_figure_leads_to_the_list(sign_in, company):
    assert "/tenants/quality/unverified" in sign_in("limin").get("/").text
    assert "/tenants/quality/unverified" not in sign_in("cashier").get("/").text


def test_a_share_is_whole_only_when_nothing_is_wanting():
    assert reports.Share(whole=1000, wanting=1).per_cent == 99
    assert reports.Share(whole=1000, wanting=0).per_cent == 100
    assert reports.Share(whole=0, wanting=0).per_cent is None
