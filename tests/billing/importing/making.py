"""Imports of histories with the fewest arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.db import open_session
from crm.imports.models import ImportState
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.making import make_bill
from tests.imports.workbooks import workbook

MOMENT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HEADINGS = ("房屋", "收费项目", "开始时间", "结束时间", "应缴金额", "实缴金额")
MORE = (*HEADINGS, "缴费日期", "收款方式", "收据号", "业主", "备注")


def _kept(row: Any) -> Any:
    with open_session() as db:
        db.add(row)
        db.commit()
    return row


def make_history(estate: Estate, **given: Any) -> FeeImport:
    """Carried out, with one refused row; its file is no workbook."""
    refused = [{"sheet": "a", "row": 2, "column": "", "value": "", "reason": "x"}]
    nothing = {"rows": 0, "due": "0", "paid": "0", "unread": 0}
    result: dict[str, Any] = dict.fromkeys(("file", "taken", "standing", "refused_sums"), nothing)
    result |= {
        "payments": 0,
        "credit": "0",
        "open": "0",
        "items": {},
        "days": [],
        "refused": refused,
        "standing_rows": [],
    }
    facts = {"state": ImportState.done, "mapping": {}, "items": {}, "result": result}
    facts |= {
        "upload_id": make.make_upload(estate, "fee_import").id,
        "started_by": "郑凯",
        "started_at": MOMENT,
        "done_at": MOMENT,
    }
    return _kept(FeeImport(estate_id=estate.id, **(facts | given)))


def make_row(estate: Estate) -> FeeImportRow:
    bill = make_bill(make.make_customer(estate))
    return _kept(FeeImportRow(fee_import_id=make_history(estate).id, sheet="a", row=2, bill_id=bill.id))


def ids_of_imports(estate: Estate) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    return {"fee_import_id": make_row(estate).fee_import_id}


def history(*rows: Any, headings: Any = HEADINGS) -> bytes:
    return workbook({"收费记录": [list(headings), *map(list, rows)]})
