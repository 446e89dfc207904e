"""统计表 YH-TJ-01 and 月末资料 YH-TJ-02: a sheet, and all of them, to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, url_for

from crm.dates import business_day
from crm.properties.asking import ALL
from crm.properties.queries import company_of
from crm.statistics.asked import Asked
from crm.statistics.sheets import Built
from crm.web import pdf


def of_sheet(built: Built) -> bytes:
    address = url_for("statistics.show", sheet_slug=built.sheet.slug, **_in_address(built.asked), _external=True)
    return pdf.document("statistics/sheet.html", built=built, **_common(built.asked, address))


def of_pack(asked: Asked, each: Sequence[Built]) -> bytes:
    address = url_for("statistics.index", **_in_address(asked), _external=True)
    return pdf.document("statistics/pack.html", each=each, **_common(asked, address))


def _common(asked: Asked, address: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "company": company_of(asked.estates),
        "code": pdf.qr(address),
        "printed_on": business_day(),
        "clerk": g.actor.name,
    }


def _in_address(asked: Asked) -> dict[str, Any]:
    return {"month": asked.title, "estate_id": asked.estate_id or ALL}
