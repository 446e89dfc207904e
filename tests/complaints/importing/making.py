"""Imports of complaints with the fewest arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm.complaints.cases.models import (
    About,
    Channel,
    Complaint,
    ComplaintCaller,
    ComplaintState,
    Outcome,
    SeverityReason,
)
from crm.complaints.categories.models import Severity
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.imports.models import ImportState
from crm.properties.models import Estate
from tests import factories as make
from tests.complaints.making import category_called
from tests.imports.workbooks import workbook
from tests.repairs.making import kept

MOMENT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HEADINGS = (
    "投诉单号", "投诉时间", "房号", "位置", "投诉人", "电话", "是否匿名", "投诉渠道", "投诉类别", "投诉内容",
    "责任部门", "外包单位", "处理人", "首次回复时间", "回复时间", "办结时间", "处理结果", "满意度", "原因", "是否属实",
)  # fmt: skip


def make_complaint_import(estate: Estate, **given: Any) -> ComplaintImport:
    """Carried out, with one refused row; its file is no workbook."""
    refused = [{"sheet": "a", "row": 2, "column": "", "value": "", "reason": "x"}]
    counts = {"file": 1, "taken": 0, "unfinished": 0, "anonymous": 0, "categories": {}, "days": []}
    facts = {"state": ImportState.done, "mapping": {}, "categories": {}}
    facts |= {"result": counts | {"refused": refused, "standing_rows": []}}
    facts |= {"upload_id": make.make_upload(estate, "complaint_import").id, "started_by": "周慧"}
    facts |= {"started_at": MOMENT, "done_at": MOMENT}
    return kept(ComplaintImport(estate_id=estate.id, **(facts | given)))


def make_taken_over(estate: Estate, **given: Any) -> Complaint:
    """A complaint that was over when it came, with its caller."""
    number = make.make_number("投诉", "T2601-")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "source_number": number.text,
        "channel": Channel.imported,
        "category_id": category_called("垃圾清运").id,
        "about": About.service,
        "words": "楼道垃圾三天没有清",
        "severity": Severity.ordinary,
        "severity_reason": SeverityReason.category,
        "state": ComplaintState.filed,
        "received_at": MOMENT,
        "received_by": "周慧",
        "replied_at": MOMENT,
        "closed_at": MOMENT,
        "filed_at": MOMENT,
        "cause": "response",
        "outcome": Outcome.justified,
    }
    case: Complaint = kept(Complaint(estate_id=estate.id, **(facts | given)))
    kept(ComplaintCaller(complaint_id=case.id, name="李女士", channel=Channel.phone, noted_by="周慧", noted_at=MOMENT))
    return case


def ids_of_complaint_imports(estate: Estate) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    case, run = make_taken_over(estate), make_complaint_import(estate)
    kept(ComplaintImportRow(complaint_import_id=run.id, sheet="a", row=2, complaint_id=case.id))
    return {"complaint_import_id": run.id}


def row(**given: Any) -> tuple[Any, ...]:
    """A settled complaint from 3-1-502 as a workbook has it, by heading."""
    facts: dict[str, Any] = dict.fromkeys(HEADINGS, "")
    facts |= {
        "投诉单号": "TS-1",
        "投诉时间": "2025-03-01 14:30",
        "房号": "3-1-502",
        "投诉类别": "噪声扰民",
        "投诉内容": "楼上半夜拖桌子",
    }
    facts |= {"办结时间": "2025-03-03 16:00"}
    return tuple((facts | given).values())


def history(*rows: Any, headings: Any = HEADINGS) -> bytes:
    return workbook({"投诉记录": [list(headings), *map(list, rows)]})
