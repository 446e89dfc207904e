"""Imports of repairs with the fewest arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm.db import open_session
from crm.imports.models import ImportState
from crm.properties.models import Estate
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.orders.models import Channel, OrderState
from tests import factories as make
from tests.imports.workbooks import workbook
from tests.repairs.making import make_order

MOMENT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HEADINGS = (
    "工单号", "报修时间", "房号", "位置", "报修人", "电话", "类别", "报修内容", "紧急程度", "维修人", "接单时间",
    "到场时间", "完成时间", "处理结果", "满意度", "费用", "材料费", "人工费",
)  # fmt: skip


def kept(row: Any) -> Any:
    with open_session() as db:
        db.add(row)
        db.commit()
    return row


def make_repair_import(estate: Estate, **given: Any) -> RepairImport:
    """Carried out, with one refused row; its file is no workbook."""
    refused = [{"sheet": "a", "row": 2, "column": "", "value": "", "reason": "x"}]
    counts = {"file": 1, "taken": 0, "unfinished": 0, "cost": "0", "categories": {}, "days": []}
    facts = {"state": ImportState.done, "mapping": {}, "categories": {}}
    facts |= {"result": counts | {"refused": refused, "standing_rows": []}}
    facts |= {"upload_id": make.make_upload(estate, "repair_import").id, "started_by": "周慧"}
    facts |= {"started_at": MOMENT, "done_at": MOMENT}
    return kept(RepairImport(estate_id=estate.id, **(facts | given)))


def make_repair_row(estate: Estate) -> RepairImportRow:
    dues = dict.fromkeys(("accept_due_at", "arrive_due_at", "finish_due_at"))
    order = make_order(estate, OrderState.filed, channel=Channel.imported, source_number="BX-0", **dues)
    run = make_repair_import(estate)
    return kept(RepairImportRow(repair_import_id=run.id, sheet="a", row=2, repair_order_id=order.id))


def ids_of_repair_imports(estate: Estate) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    return {"repair_import_id": make_repair_row(estate).repair_import_id}


def row(**given: Any) -> tuple[Any, ...]:
    """A finished repair of 3-1-502 as a workbook has it, by heading."""
    facts: dict[str, Any] = dict.fromkeys(HEADINGS, "")
    facts |= {
        "工单号": "BX-1",
        "报修时间": "2025-03-01 14:30",
        "房号": "3-1-502",
        "类别": "水管漏水",
        "报修内容": "厨房水管漏水",
    }
    facts |= {"完成时间": "2025-03-01 16:00"}
    return tuple((facts | given).values())


def history(*rows: Any, headings: Any = HEADINGS) -> bytes:
    return workbook({"报修记录": [list(headings), *map(list, rows)]})
