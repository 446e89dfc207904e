"""Drawings, points and procedures as they stand in the database, and files as a browser brings them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select

from crm.db import open_session
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion, DrawingWithdrawal
from crm.engineering.points.models import PointEnding, PointPhoto, PointSheet, ServicePoint
from crm.engineering.procedures.models import (
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureStep,
    ProcedureVersion,
)
from crm.engineering.trades import Trade
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.repairs.making import kept, user_called

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
DAY = date(2026, 11, 1)
REVIEW = date(2099, 1, 5)
S = ProcedureState
serials = count(1)


def pdf_file(pages: int = 1) -> BytesIO:
    writer, out = PdfWriter(), BytesIO()
    for _each in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.write(out)
    out.seek(0)
    return out


def picture_file(colour: str = "red") -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    out.seek(0)
    return out


def make_drawing(estate: Estate, unit: Unit | None = None, versions: int = 1, **given: Any) -> Drawing:
    """With so many versions, A, B, …; of 孙浩's."""
    who = {"entered_by_id": user_called("sunhao").id, "entered_by": "孙浩", "entered_at": NOW}
    facts: dict[str, Any] = {
        "number": f"竣-{next(serials):05d}",
        "title": "单元竣工平面图",
        "kind": DrawingKind.as_built,
        "unit_id": unit.id if unit else None,
        "building_id": unit.building_id if unit else None,
    }
    made: Drawing = kept(Drawing(estate_id=estate.id, **(facts | who | given)))
    for position in range(1, versions + 1):
        make_version(made, estate, position)
    return made


def make_version(drawing: Drawing, estate: Estate, position: int = 1, **given: Any) -> DrawingVersion:
    facts: dict[str, Any] = {
        "rev": chr(64 + position),
        "dated_on": DAY,
        "maker": "省建院",
        "changes": "",
        "upload_id": make.make_upload(estate, "drawing").id,
        "added_by": "孙浩",
        "added_at": NOW,
    }
    return kept(DrawingVersion(drawing_id=drawing.id, position=position, **(facts | given)))


def make_withdrawal(version: DrawingVersion) -> DrawingWithdrawal:
    facts = {"reason": "传错了文件", "withdrawn_by": "孙浩", "withdrawn_at": NOW}
    return kept(DrawingWithdrawal(version_id=version.id, **facts))


def make_point(unit: Unit, trade: Trade = Trade.power, **given: Any) -> ServicePoint:
    facts: dict[str, Any] = {
        "serial": next(serials),
        "what": "五孔插座",
        "room": "客厅",
        "spot": "电视墙，距东墙角",
        "height": 300,
        "distance": 1200,
        "valid_from": DAY,
        "entered_by": "孙浩",
        "entered_at": NOW,
    }
    return kept(ServicePoint(estate_id=unit.estate_id, unit_id=unit.id, trade=trade, **(facts | given)))


def make_ending(point: ServicePoint) -> PointEnding:
    facts = {"ended_on": DAY, "reason": "拆除", "ended_by": "孙浩", "ended_at": NOW}
    return kept(PointEnding(point_id=point.id, **facts))


def make_photo(point: ServicePoint, estate: Estate) -> PointPhoto:
    upload = make.make_upload(estate, "service_point")
    return kept(PointPhoto(point_id=point.id, upload_id=upload.id, taken_by="孙浩", taken_at=NOW))


def make_sheet(unit: Unit) -> PointSheet:
    line = {"code": "电-01", "what": "插座", "room": "客厅", "spot": "", "height": 300, "distance": None, "note": ""}
    content = [line | {"valid_from": DAY.isoformat(), "drawing": None, "rev": None, "trade": "power"}]
    facts = {"content": content, "made_by": "孙浩", "made_at": NOW}
    return kept(PointSheet(estate_id=unit.estate_id, unit_id=unit.id, **facts))


def make_procedure(
    estate: Estate | None, state: ProcedureState = S.in_force, versions: int = 1, **given: Any
) -> Procedure:
    """With one version in the state, written by 孙浩, or with none."""
    who = {"entered_by": "孙浩", "entered_at": NOW}
    facts: dict[str, Any] = {"number": f"ZY-{next(serials):05d}", "title": "入户维修作业程序", "about_units": True}
    made: Procedure = kept(Procedure(estate_id=estate.id if estate else None, **(facts | who | given)))
    if versions:
        make_procedure_version(made, state)
    return made


def make_procedure_version(
    procedure: Procedure, state: ProcedureState = S.in_force, position: int = 1, **given: Any
) -> ProcedureVersion:
    decided = state not in (S.draft, S.submitted, S.dropped)
    facts: dict[str, Any] = {
        "text": "敲门，说明来意。\n铺好地垫。",
        "review_by": REVIEW,
        "author_id": user_called("sunhao").id,
        "author": "孙浩",
        "written_at": NOW,
        "valid_from": DAY if decided else None,
        "decided_by": "沈涛" if decided else "",
        "decided_at": NOW if decided else None,
    }
    made: ProcedureVersion = kept(
        ProcedureVersion(procedure_id=procedure.id, position=position, state=state, **(facts | given))
    )
    step = {"action": "draft", "to_state": state, "taken_by": "孙浩", "taken_at": NOW}
    kept(ProcedureStep(version_id=made.id, taken_by_id=made.author_id, **step))
    return made


def version_of(procedure: Procedure) -> ProcedureVersion:
    """Its only one."""
    with open_session() as db:
        return db.scalars(select(ProcedureVersion).filter_by(procedure_id=procedure.id)).one()


def make_reading(version: ProcedureVersion, username: str = "zhangjg") -> ProcedureReading:
    user = user_called(username)
    return kept(ProcedureReading(version_id=version.id, user_id=user.id, read_by=user.full_name, read_at=NOW))


def ids_of_engineering(estate: Estate) -> dict[str, object]:
    """One of each in the estate, with a row in each table beside it."""
    unit = make.make_unit(estate)
    drawing = make_drawing(estate, unit, versions=0)
    version = make_version(drawing, estate, 1)
    make_withdrawal(make_version(drawing, estate, 2))
    gone = make_point(unit)
    make_ending(gone)
    point = make_point(unit, drawing_version_id=version.id)
    procedure = make_procedure(estate, versions=0)
    in_force = make_procedure_version(procedure, upload_id=make.make_upload(estate, "procedure").id)
    make_reading(in_force)
    return {
        "drawing_id": drawing.id,
        "drawing_version_id": version.id,
        "service_point_id": point.id,
        "point_photo_id": make_photo(point, estate).id,
        "point_sheet_id": make_sheet(unit).id,
        "procedure_id": procedure.id,
        "procedure_version_id": in_force.id,
    }


def make_due(estate: Estate) -> Procedure:
    """In force, and its review is over."""
    made = make_procedure(estate, S.draft)
    with open_session() as db:
        version = db.scalars(select(ProcedureVersion).filter_by(procedure_id=made.id)).one()
        version.state, version.review_by = S.in_force, date(2026, 1, 5)
        version.valid_from, version.decided_by, version.decided_at = date(2025, 1, 5), "沈涛", NOW
        db.commit()
    return made
