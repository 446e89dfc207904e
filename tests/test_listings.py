"""Every list: as many queries for ten rows as for one; page, Excel and print hold the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from crm.archive.credit.models import ProjectState
from crm.correspondence.notices.models import NoticeState
from crm.properties.models import Estate
from tests import factories as make
from tests.archive.disposal.making import make_list, make_over
from tests.archive.lending.making import make_lent
from tests.archive.vault import ids as vault
from tests.archive.vault.making import ids_of_titles, make_title, titles_in_vault
from tests.billing import making
from tests.billing.arrears import making as arrears
from tests.billing.arrears.letters.making import make_letter, make_unreached
from tests.billing.arrears.making import make_filled_review
from tests.billing.cashier.making import make_close, make_payment, make_receipt
from tests.billing.deposits.making import make_deposit, make_due_back, make_request, make_tie_out_of_its_day
from tests.billing.importing.making import make_history
from tests.billing.ledger import making as books
from tests.billing.making import make_bill
from tests.complaints.hanging import make_listed_action, make_listed_compensation
from tests.complaints.importing.making import make_complaint_import
from tests.complaints.making import make_complained, make_to_call
from tests.correspondence.letters.making import make_of_customer, make_wording
from tests.correspondence.notices.making import make_batch, make_notice, make_told
from tests.renovations.making import make_living
from tests.renovations.on_site import make_pass, make_patrol, make_patrol_plan, make_site
from tests.renovations.settling import make_case, make_settled_case, make_to_check, make_to_mend
from tests.repairs.importing.making import make_repair_import
from tests.repairs.incidents.making import make_called_about
from tests.repairs.plans.making import make_plan, make_soon
from tests.repairs.stock.making import make_stock_item
from tests.repairs.visits.making import make_settled, make_to_ask, make_visit
from tests.review.reviewing import make_found, make_lacking, make_review
from tests.violations.making import make_violation

ENDED = date(2026, 1, 31)
LISTS = {
    "/archive/vault/documents": lambda _estate: make_title(),
    "/archive/vault/transfers": lambda _estate: ids_of_titles(),
    "/archive/vault/vouchers/": lambda _estate: vault.make_voucher(),
    "/archive/vault/vouchers/book": lambda _estate: titles_in_vault(),
    "/archive/vault/counts/": lambda _estate: vault.make_count(),
    "/archive/vault/counts/days": lambda _estate: vault.make_day_end(),
    "/archive/vault/incidents/": lambda _estate: vault.make_incident(),
    "/tenants/customers": lambda estate: make.make_phone(make.make_customer(estate, unit=make.make_unit(estate))),
    "/tenants/duplicates": make.make_twins,
    "/tenants/duplicates/apart": make.make_pair_decision,
    "/tenants/moved-out": make.make_moved_out,
    "/tenants/quality/missing": lambda estate: make.make_filled_dossier(
        estate, ("identity", "registration_form", "phone_card")
    ),
    "/tenants/quality/unverified": lambda estate: make.make_phone(make.make_customer(estate)),
    "/tenants/quality/validity": lambda estate: make.make_item(make.make_filled_dossier(estate), valid_until=ENDED),
    "/properties/units": make.make_unit,
    "/properties/parking": make.make_parking,
    "/properties/equipment": make.make_equipment,
    "/imports/": make.make_import,
    "/calls/": lambda estate: make.make_call(estate, make.make_customer(estate)),
    "/calls/to-call-back": make.make_follow_up,
    "/credit/": lambda _estate: make.make_repayment(make.make_project(ProjectState.ended)),
    "/credit/clients/": lambda _estate: make.make_project(),
    "/credit/imports/": lambda _estate: make.make_register_import(),
    "/archive/handover/": lambda _estate: make.make_handover(),
    "/archive/handover/register": lambda _estate: make.make_register_entry(make.make_handover()),
    "/archive/dossiers": lambda estate: make.make_item(make.make_dossier(estate)),
    "/archive/ledger": make.make_dossier,
    "/archive/lending/": make_lent,
    "/archive/lending/ledger": make_lent,
    "/archive/corrections": lambda estate: make.make_correction(make.make_item(make.make_dossier(estate))),
    "/archive/removals": lambda estate: make.make_removal(make.make_item(make.make_dossier(estate))),
    "/billing/counter/receipts/": lambda estate: make_receipt(make_payment(make.make_customer(estate))),
    "/billing/counter/closes/": make_close,
    "/billing/deposits/": lambda estate: make_deposit(make.make_customer(estate), unit=make.make_unit(estate)),
    "/billing/deposits/due-back": lambda estate: make_due_back(make.make_customer(estate)),
    "/billing/deposits/requests": lambda estate: make_request(make_deposit(make.make_customer(estate))),
    "/billing/deposits/tie-outs": make_tie_out_of_its_day,
    "/billing/charges/": making.make_item,
    "/billing/charges/shared": lambda estate: making.make_shared_cost(making.make_item(estate, **making.SHARED)),
    "/billing/meters/": lambda estate: making.make_meter(estate, make.make_unit(estate)),
    "/billing/meters/unread": lambda estate: making.make_meter(estate, make.make_unit(estate)),
    "/billing/meters/odd": making.make_odd_reading,
    "/arrears/reviews/": make_filled_review,
    "/archive/disposal/": lambda _estate: make_over(),
    "/archive/disposal/lists": lambda _estate: make_list(make_over()),
    "/archive/uses": lambda estate: make.make_use(make.make_dossier(estate)),
    "/billing/bills": lambda estate: make_bill(make.make_customer(estate), unit_id=make.make_unit(estate).id),
    "/billing/payments": lambda estate: books.make_payment(make.make_customer(estate)),
    "/billing/imports/": make_history,
    "/repairs/imports/": make_repair_import,
    "/complaints/imports/": make_complaint_import,
    "/arrears/cases/": lambda estate: arrears.make_case([make_bill(make.make_customer(estate))]),
    "/arrears/limitation/": lambda estate: arrears.make_old_bill(make.make_customer(estate)),
    "/arrears/limitation/customers": lambda estate: arrears.make_old_bill(make.make_customer(estate)),
    "/arrears/contacts/due": arrears.make_long_overdue,
    "/arrears/contacts/": lambda estate: arrears.make_contact(make.make_customer(estate)),
    "/arrears/promises/": lambda estate: arrears.make_promise(make.make_customer(estate)),
    "/arrears/promises/kept": arrears.make_promise_of_a_month,
    "/arrears/plans/": lambda estate: arrears.make_agreed(make.make_customer(estate)),
    "/arrears/letters/": make_letter,
    "/arrears/letters/unreached": make_unreached,
    "/billing/requests": lambda estate: books.make_request(make_bill(make.make_customer(estate))),
    "/repairs/stock/": lambda _estate: make_stock_item("5"),
    "/arrears/exclusions": lambda estate: arrears.make_exclusion(make.make_customer(estate)),
    "/arrears/disputes": lambda estate: arrears.make_parked(make.make_customer(estate)),
    "/repairs/plans/": make_plan,
    "/repairs/plans/due": make_soon,
    "/repairs/incidents/": make_called_about,
    "/repairs/visits/": lambda estate: make_visit(make_to_ask(estate)),
    "/repairs/visits/to-file": make_settled,
    "/letters/": make_of_customer,
    "/letters/wordings/": lambda _estate: make_wording(),
    "/renovations/": make_living,
    "/renovations/permits": make_living,
    "/renovations/contractors": make_living,
    "/renovations/passes/": lambda estate: make_pass(make_site(estate)),
    "/renovations/patrols/": lambda estate: make_patrol(make_site(estate)),
    "/renovations/patrols/due": lambda estate: make_patrol_plan(make_site(estate)),
    "/violations/": lambda estate: make_violation(estate, unit=make.make_unit(estate)),
    "/renovations/checks/": make_to_check,
    "/renovations/checks/fixes": make_to_mend,
    "/renovations/settlements/": make_settled_case,
    "/renovations/settlements/due-back": make_case,
    "/notices/": make_told,
    "/notices/unreached": make_told,
    "/letters/to-many/": make_batch,
    "/complaints/": make_complained,
    "/complaints/callbacks/": make_to_call,
    "/complaints/actions/": make_listed_action,
    "/complaints/compensations/": make_listed_compensation,
    "/approvals": lambda estate: make_notice(estate, NoticeState.draft),
    "/review/": make_review,
    "/review/findings": make_found,
    "/review/due": make_lacking,
}
ARCHIVE = (
    "/credit/",
    "/archive/handover/",
    "/archive/lending/",
    "/archive/vault/",
    "/archive/disposal/",
    "/archive/uses",
    "/review/",
)  # lists of the archivist's


def reader(path: str) -> str:
    if path.startswith(("/billing/", "/arrears/")):
        return "billing_supervisor"
    if path.startswith("/complaints/") and path != "/complaints/imports/":
        return "service_desk"
    if path.startswith("/renovations/checks/"):
        return "dispatcher"
    if path.startswith("/repairs/") and path != "/repairs/imports/":
        return "dispatcher"
    if path.startswith(("/notices/", "/letters/", "/violations/")):
        return "service_desk"
    return "archivist" if path.startswith(ARCHIVE) else "desk_supervisor"


SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("path", LISTS)
def test_ten_rows_cost_as_many_queries_as_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., object], path: str
) -> None:
    client = sign_in(reader(path))
    LISTS[path](estate)
    client.get(path)
    with queries() as one:  # type: ignore[attr-defined]
        assert client.get(path).status_code == 200
    for _ in range(9):
        LISTS[path](estate)
    with queries() as ten:  # type: ignore[attr-defined]
        assert client.get(path).status_code == 200
    assert len(one) == len(ten) > 0


def words(html: str) -> str:
    """What a reader sees of it, without spaces: paper breaks lines where it likes."""
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", html)))


def shown(page: str) -> tuple[list[str], list[str]]:
    """The headings of the page, and what its rows have in the first column."""
    head, body = re.findall(r"<thead>(.*?)</thead>.*?<tbody>(.*?)</tbody>", page, re.S)[0]
    headings = re.findall(r'<th scope="col" class="kind-[^>]*>(.*?)</th>', head, re.S)
    rows = [re.findall(r"<td [^>]*data-label=[^>]*>(.*?)</td>", row, re.S)[0] for row in body.split("</tr>")[:-1]]
    return [words(heading) for heading in headings], [words(row) for row in rows]


@pytest.mark.parametrize("path", LISTS)
def test_page_workbook_and_print_hold_the_same(sign_in: SignIn, estate: Estate, path: str) -> None:
    client = sign_in(reader(path))
    for _ in range(3):
        LISTS[path](estate)
    headings, firsts = shown(client.get(path).text)
    assert len(firsts) == 3
    [sheet] = openpyxl.load_workbook(BytesIO(client.get(path, query_string={"as": "xlsx"}).data)).worksheets
    head, *rows = sheet.iter_rows(values_only=True)
    assert [words(str(heading)) for heading in head] == headings
    if not isinstance(rows[0][0], datetime):  # the page has it without seconds
        assert [words(str(row[0])) for row in rows] == firsts
    paper = PdfReader(BytesIO(client.get(path, query_string={"as": "pdf"}).data))
    text = words("".join(page.extract_text() for page in paper.pages))
    assert [heading for heading in headings if heading not in text] == []
    assert [first for first in firsts if first not in text] == []


def test_a_filter_holds_for_page_and_workbook(sign_in: SignIn, estate: Estate) -> None:
    client = sign_in("desk_supervisor")
    for label in ("7-1-101", "7-1-102", "8-1-101"):
        make.make_unit(estate, label)
    page = client.get("/properties/units?q=7-1").text
    assert "7-1-101" in page
    assert "8-1-101" not in page
    book = openpyxl.load_workbook(BytesIO(client.get("/properties/units?q=7-1&as=xlsx").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["7-1-101", "7-1-102"]


def test_who_may_not_export_cannot(sign_in: SignIn) -> None:
    clerk = sign_in("service_desk")
    assert clerk.get("/tenants/customers?as=xlsx").status_code == 403
