"""A payment history through the pages: understood, tried dry, taken over, sent again, refused by name."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.importing.history.service import TAKING
from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.billing.ledger.models import Allocation, Bill, BillSource, Method, Payment, PeriodClose
from crm.dates import months_later
from crm.imports.histories import draft, service
from crm.imports.histories.queries import get_history
from crm.imports.models import ImportState
from crm.jobs import runner
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.billing.importing.making import HEADINGS, MORE, history
from tests.billing.ledger.books import sound
from tests.billing.making import MOMENT, make_bill, make_item
from tests.imports.histories import Pages

PAGES, FEE, CAR = "/billing/imports", "物业服务费", "车位费"
PAID = ("3-1-502", FEE, "2025-01-01", "2025-01-31", 337.40, 337.40)
PART = ("3栋1单元502室", FEE, "2025-02-01", "2025-02-28", 337.40, 100)
NOT = ("3-1-502", FEE, "2025.3.1", "2025年3月31日", "￥337.40", 0)
ID, PHONE = "430102199001011238", "15111020077"
OVER = ("3-1-502", FEE, "2025-04-01", "2025-12-31", 3036.6, "3,100.00")


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def item(estate, owner):
    return make_item(estate, FEE)


@pytest.fixture
def supervisor(sign_in) -> FlaskClient:
    return sign_in("zhengkai")


H = Pages(
    address=PAGES,
    kind=FeeImport,
    words="items",
    word="item",
    file="收费记录.xlsx",
    also=lambda run: {"last_counts": "y" if run.last_counts else "n"},
)
sent, run_of, form_of, checked, stored = H.sent, H.run_of, H.form_of, H.checked, H.stored


def sums(result, name):
    return result[name]["rows"], result[name]["due"], result[name]["paid"]


def why(result):
    return [(entry["row"], entry["column"], entry["reason"]) for entry in result["refused"]]


def test_the_whole_way(supervisor, db, estate, item, owner, flat, app):
    strange = ("9-9-999", FEE, "2025-01-01", "2025-01-31", 50.01, 50.01)
    foot = ("合计", "", "", "", 7099, 3637.4)
    content = history(PAID, PART, NOT, OVER, strange, foot)
    page, result = checked(supervisor, db, estate, content)
    assert db.scalar(select(func.count(Bill.id))) == 0
    assert sums(result, "file") == (5, "4098.81", "3587.41")
    assert sums(result, "taken") == (4, "4048.80", "3537.40")
    assert sums(result, "refused_sums") == (1, "50.01", "50.01")
    assert (result["open"], result["credit"], result["payments"]) == ("574.80", "63.40", 3)
    shown = supervisor.get(page).text
    assert "4,048.80" in shown
    assert "3,537.40" in shown
    assert "Adds up to the fen" in shown or "分毫不差" in shown
    assert stored(supervisor, db, page).status_code == 302
    assert run_of(db, page).state is ImportState.done
    bills = db.scalars(select(Bill).order_by(Bill.begins)).all()
    told = [(bill.begins, bill.ends, bill.amount, bill.open) for bill in bills]
    assert told == [
        (date(2025, 1, 1), date(2025, 2, 1), Decimal("337.40"), 0),
        (date(2025, 2, 1), date(2025, 3, 1), Decimal("337.40"), Decimal("237.40")),
        (date(2025, 3, 1), date(2025, 4, 1), Decimal("337.40"), Decimal("337.40")),
        (date(2025, 4, 1), date(2026, 1, 1), Decimal("3036.60"), 0),
    ]
    assert {(bill.customer_id, bill.unit_id, bill.source) for bill in bills} == {
        (owner.id, flat.id, BillSource.imported)
    }
    assert "收费记录.xlsx" in bills[0].note
    payments = db.scalars(select(Payment).order_by(Payment.paid_on)).all()
    assert [(each.amount, each.open, each.method) for each in payments] == [
        (Decimal("337.40"), 0, Method.imported),
        (100, 0, Method.imported),
        (3100, Decimal("63.40"), Method.imported),
    ]
    assert db.scalar(select(func.sum(Allocation.amount))) == Decimal("3474.00")
    assert "3,537.40" in supervisor.get(page).text
    assert supervisor.get(f"/billing/bills/{bills[1].id}").status_code == 200
    with app.app_context():
        assert sound()
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "HistoryTakenOver")).one()
    assert (entry.data["bills"], entry.data["due"], entry.data["refused"]) == (4, "4048.80", 1)


def test_the_same_file_again_doubles_nothing(supervisor, db, estate, item):
    content = history(PAID, PART)
    page, _result = checked(supervisor, db, estate, content)
    stored(supervisor, db, page)
    assert stored(supervisor, db, page).status_code == 422
    again, result = checked(supervisor, db, estate, history(PAID, PART, NOT))
    assert (sums(result, "standing"), sums(result, "taken")) == ((2, "674.80", "437.40"), (1, "337.40", "0.00"))
    assert len(result["standing_rows"]) == 2
    assert result["refused"] == []
    stored(supervisor, db, again)
    assert db.scalar(select(func.count(Bill.id))) == 3
    assert supervisor.get(f"{again}/refused.xlsx").status_code == 409


REFUSED = [
    ("unit", {"房屋": "3-1-503"}, "房屋"),
    ("no unit", {"房屋": ""}, "房屋"),
    ("item", {"收费项目": "电梯费"}, "收费项目"),
    ("order", {"结束时间": "2024-12-31"}, "结束时间"),
    ("no day", {"开始时间": ""}, "开始时间"),
    ("day", {"开始时间": "一月"}, "开始时间"),
    ("year", {"开始时间": "1025-01-01"}, "开始时间"),
    ("negative", {"应缴金额": -1}, "应缴金额"),
    ("fen", {"应缴金额": 1.005}, "应缴金额"),
    ("words", {"实缴金额": "已缴"}, "实缴金额"),
    ("nothing", {"应缴金额": 0}, "应缴金额"),
    ("empty", {"实缴金额": ""}, "实缴金额"),
    ("name", {"业主": "王二"}, "业主"),
    ("to come", {"缴费日期": "2099-01-01"}, "缴费日期"),
    ("closed", {"开始时间": "2020-05-01", "结束时间": "2020-05-31"}, "开始时间"),
    ("paid when closed", {"缴费日期": "2020-06-30"}, "缴费日期"),
]


def test_refused_rows_name_row_column_and_what_to_do(supervisor, db, estate, item):
    close = {"figures": {}, "closed_by": "郑凯", "closed_at": MOMENT}
    db.add(PeriodClose(estate_id=estate.id, month=date(2020, 6, 1), **close))
    db.commit()
    good = dict(zip(MORE, (*PAID, "2025-01-05", "微信", "0001", "欧阳娜娜", ""), strict=True))
    rows = [tuple((good | changes).values()) for _name, changes, _column in REFUSED]
    twice = tuple((good | {"开始时间": "2025-01-15"}).values())
    page, result = checked(supervisor, db, estate, history(tuple(good.values()), *rows, twice, headings=MORE))
    expected = [(row, column) for row, (_name, _changes, column) in enumerate(REFUSED, start=3)]
    assert [(row, column) for row, column, _reason in why(result)] == [*expected, (3 + len(REFUSED), "开始时间")]
    assert all(reason for _row, _column, reason in why(result))
    assert result["taken"]["rows"] == 1
    assert result["file"]["unread"] == 1
    total = sum(Decimal(result[name]["due"]) for name in ("taken", "standing", "refused_sums"))
    assert Decimal(result["file"]["due"]) == total
    book = openpyxl.load_workbook(BytesIO(supervisor.get(f"{page}/refused.xlsx").data))
    sheet = book.worksheets[0]
    assert (sheet.max_row, [cell.value for cell in sheet[1]][1:]) == (len(REFUSED) + 2, list(MORE))


def test_day_way_receipt_and_payer_are_kept(supervisor, db, estate, item, flat):
    tenant = make.make_customer(estate, "刘敏华")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant)
    row = (*PAID, "2025-01-05", "微信", "0001", "刘敏华、欧阳", "年前补缴")
    page, result = checked(supervisor, db, estate, history(row, headings=MORE))
    assert result["taken"]["rows"] == 1, why(result)
    stored(supervisor, db, page)
    payment = db.scalars(select(Payment)).one()
    assert (payment.customer_id, payment.paid_on, payment.reference) == (tenant.id, date(2025, 1, 5), "0001")
    assert "微信 · 年前补缴" in payment.note
    assert payment.month == date(2025, 1, 1)


def test_nobody_s_numbers_are_shown_or_kept(supervisor, db, estate, item):
    """Wherever people write them; a serial of as many digits is none of them."""
    told = f"欧阳{ID} {PHONE}"
    rows = [
        (*PAID, "", told, "202501050000000001", "", told),
        (*PART, "", "", ID, "", ""),
        ("9-9-999", *NOT[1:], "", "", "", told, told),
    ]
    page, result = checked(supervisor, db, estate, history(*rows, headings=MORE))
    assert (result["taken"]["rows"], result["refused_sums"]["rows"]) == (2, 1)
    shown = [supervisor.get(page).text, json.dumps([result, run_of(db, page).mapping])]
    stored(supervisor, db, page)
    kept = [*db.scalars(select(Bill.note)), *db.scalars(select(Payment.note)), *db.scalars(select(Payment.reference))]
    assert [text for text in (*shown, *kept) if ID in text or PHONE in text] == []
    assert "202501050000000001" in kept


def test_who_pays_follows_the_item_and_the_day(supervisor, db, estate, flat):
    """Without a name in the row: the owner of that day; whoever lives there where the item says so."""
    seller, buyer = (make.make_customer(estate, name) for name in ("陈一", "林二"))
    make.make_occupancy(seller, flat, ends=date(2025, 2, 1))
    make.make_occupancy(buyer, flat, starts=date(2025, 2, 1))
    tenant = make.make_customer(estate, "周三")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2025, 2, 1))
    make_item(estate, FEE), make_item(estate, "垃圾费", Basis.fixed, payer="occupant")
    rows = [PAID, PART, ("3-1-502", "垃圾费", "2025-02-01", "2025-02-28", 8, 8)]
    page, _result = checked(supervisor, db, estate, history(*rows))
    stored(supervisor, db, page)
    bills = db.scalars(select(Bill.customer_id).order_by(Bill.begins, Bill.item_id)).all()
    assert bills == [seller.id, buyer.id, tenant.id]


def test_periods_that_end_on_the_first_of_the_next(supervisor, db, estate, item):
    rows = [("3-1-502", FEE, date(2025, m, 1), months_later(date(2025, m, 1), 1), 10, 10) for m in (1, 2)]
    page, result = checked(supervisor, db, estate, history(*rows))
    assert (run_of(db, page).last_counts, result["taken"]["rows"]) == (False, 2)
    _page, result = checked(supervisor, db, estate, history(*rows), last_counts="y")
    assert (result["taken"]["rows"], result["refused_sums"]["rows"]) == (1, 1)


def test_unknown_items_are_named_or_made(supervisor, db, estate, item):
    rows = [PAID, ("3-1-502", "装修垃圾", "2025-01-01", "2025-01-31", 300, 300), (*PART[:1], "管理费", *PART[2:])]
    page, result = checked(supervisor, db, estate, history(*rows))
    assert [(row, column) for row, column, _why in why(result)] == [(3, "收费项目"), (4, "收费项目")]
    said = {"装修垃圾": "new:single", "管理费": str(item.id)}
    answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page), items=said))
    assert answer.status_code == 302
    assert run_of(db, page).result["taken"]["rows"] == 3
    stored(supervisor, db, page)
    made = db.scalars(select(ChargeItem).where(ChargeItem.name == "装修垃圾")).one()
    assert made.basis is Basis.single
    assert db.scalar(select(func.count(Bill.id)).where(Bill.item_id == item.id)) == 2


def test_a_column_is_corrected_by_hand(supervisor, db, estate, item):
    headings = ("房屋", "收费项目", "开始时间", "结束时间", "金额", "实缴金额")
    page = sent(supervisor, estate, history(PAID, headings=headings))
    answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page)))
    assert answer.status_code == 422
    data = form_of(run_of(db, page)) | {"0-column-E": "due"}
    assert supervisor.post(f"{page}/check", data=data).status_code == 302
    assert run_of(db, page).result["taken"]["rows"] == 1


def test_the_row_of_headings_first(supervisor, db, estate, item):
    """Its columns are there to choose from before the sheet can be read."""
    page = sent(supervisor, estate, history(PAID, headings=("房屋", "什么", *HEADINGS[2:])))
    answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page)) | {"0-row": 1})
    assert answer.location == page
    data = form_of(run_of(db, page)) | {"0-column-B": "item"}
    assert supervisor.post(f"{page}/check", data=data).status_code == 302
    assert run_of(db, page).result["refused"] == []
    assert run_of(db, page).result["taken"]["rows"] == 1


def test_text_files_and_what_is_no_table(supervisor, db, estate, item):
    text = "\n".join(",".join(map(str, row)) for row in (HEADINGS, (*PAID[:4], "337.40", "0")))
    _page, result = checked(supervisor, db, estate, text.encode("gb18030"), "收费.csv")
    assert result["taken"]["rows"] == 1
    answer = supervisor.post(f"{PAGES}/new", data={"estate_id": estate.id, "file": (BytesIO(b"%PDF-1.4"), "x.xlsx")})
    assert answer.status_code == 422


def test_who_may(sign_in, db, estate, other_estate, item, work):
    """Whoever imports reads and checks; the billing supervisor puts it into the books. Nobody another estate's."""
    office = sign_in("administrator")
    page, _result = checked(office, db, estate, history(PAID))
    assert stored(office, db, page).status_code == 403
    assert sign_in("cashier").get(page).status_code == 403
    foreign = Actor(name="林青", permissions=frozenset(Permission), estate_ids=frozenset({other_estate.id}))
    with work(foreign), pytest.raises(NotFound):
        get_history(FeeImport, int(page.rsplit("/", 1)[1]))


def test_large_ones_in_the_background_and_gone_on_with(supervisor, db, estate, item, app, monkeypatch):
    """A runner that dies after a part: the next one does the rest, and the sums are those of the whole file."""
    monkeypatch.setattr(service, "LARGE", 1)
    monkeypatch.setattr(draft, "PART", 2)
    page, result = checked(supervisor, db, estate, history(PAID, PART, NOT, OVER))
    assert stored(supervisor, db, page).location.startswith("/jobs/")
    inner, calls = TAKING.store, []

    def dying(*given):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        inner(*given)

    with monkeypatch.context() as patch:
        patch.setattr(TAKING, "store", dying)
        with pytest.raises(KeyboardInterrupt):
            runner.run_all(app)
    assert db.scalar(select(func.count(Bill.id))) == 2
    assert stored(supervisor, db, page).status_code == 422
    runner.run_all(app)
    run = run_of(db, page)
    assert (run.state, run.result["taken"]) == (ImportState.done, result["taken"])
    counted = [db.scalar(select(func.count()).select_from(table)) for table in (Bill, Payment, FeeImportRow)]
    assert counted == [4, 3, 4]


def test_somebody_bills_the_same_days_meanwhile(supervisor, db, estate, item, flat, owner):
    page, _result = checked(supervisor, db, estate, history(PAID, PART))
    days = {"begins": date(2025, 1, 20), "ends": date(2025, 1, 21), "source": BillSource.imported}
    make_bill(owner, period=date(2025, 1, 1), item=item, unit_id=flat.id, **days)
    assert stored(supervisor, db, page).status_code == 302
    run = run_of(db, page)
    assert (run.result["standing"]["rows"], run.result["taken"]["rows"]) == (1, 1)
