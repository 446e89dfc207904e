"""What the demo company knows of how its buildings were built, and how work is done in them.

Through the same verbs as everybody's, each at the moment at which it is told to have happened. Files lie in the dossier
as the background work would have put them there.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.service import DocumentFacts, file_document
from crm.dates import Period
from crm.db import session
from crm.demo.cases.today import FREE, KNOWN
from crm.demo.days import Days
from crm.demo.place import Ground
from crm.engineering.drawings import service as drawings
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion
from crm.engineering.drawings.papers import SLOTS
from crm.engineering.drawings.queries import get_version, versions_of
from crm.engineering.drawings.service import Brought, Described, Place
from crm.engineering.filed import DRAWING, holders
from crm.engineering.points import service as points
from crm.engineering.points.pasting import read
from crm.engineering.points.queries import get_point
from crm.engineering.points.service import Source
from crm.engineering.procedures import service as procedures
from crm.engineering.procedures.queries import find_called, get_procedure
from crm.engineering.procedures.queries import versions_of as procedure_versions
from crm.engineering.procedures.service import Named, Written
from crm.engineering.trades import Trade
from crm.properties.models import Building, Estate, Unit
from crm.tenants.filing import SUBJECT

ENGINEER, HEAD = "sunhao", "shentao"
WORKERS = ("zhangjg", "maqiang", "qijun")
ENTERED, REBUILT = 320, 40  # days ago
OFFICE = "省建筑设计研究院"
POINTS = """电\t五孔插座\t客厅\t电视墙，距东墙角\t300\t1200
电\t五孔插座\t客厅\t沙发墙，距门框\t300\t900
电\t空调插座\t主卧\t北墙，距窗边\t2200\t200
电\t强电箱\t玄关\t鞋柜内\t1600
弱\t网络面板\t书房\t东墙，距门框\t300\t600
弱\t可视对讲\t玄关\t入户门右侧\t1450
水\t给水角阀\t厨房\t水槽下\t450
水\t给水角阀\t卫生间\t洗手盆下\t500
水\t地漏\t卫生间\t淋浴区\t0\t350
气\t燃气表\t厨房\t阳台侧墙\t1500
消\t烟感\t走廊\t吊顶中部\t2600"""
PROCEDURES: tuple[tuple[str, bool, str, Trade | None, bool, str, int, int], ...] = (
    # number, the company's own, title, trade, about units, text, written so many days ago, reviewed after so many
    (
        "ZY-01",
        True,
        "入户维修作业程序",
        None,
        True,
        "预约并核对房号、报修内容。\n敲门，出示工牌，说明来意。\n穿鞋套，铺地垫，拍维修前照片。\n动水、电、气前先查机电点位表。\n"
        "修完清理现场，拍照，请业主签字。",
        300,
        365,
    ),
    (
        "ZY-02",
        True,
        "停水作业程序",
        Trade.water,
        True,
        "提前24小时通知住户。\n关闭分户阀或立管阀，挂牌上锁。\n放空余水后施工。\n恢复供水前逐户排气，检查渗漏。",
        410,
        365,
    ),
    (
        "ZY-03",
        True,
        "燃气泄漏应急程序",
        Trade.gas,
        True,
        "不开关任何电器，不打电话。\n关闭表前阀，开窗通风。\n疏散本层住户，到户外报燃气公司抢修。\n未经燃气公司确认不得恢复供气。",
        200,
        180,
    ),
    (
        "YG-01",
        False,
        "装修开墙前核对程序",
        Trade.power,
        True,
        "查单元竣工图和机电点位表。\n用探测仪复核，画线标出管线。\n业主、施工方、工程部三方签字后才能开槽。",
        150,
        365,
    ),
)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """Nothing where there is no estate."""
    if ground.estates:
        Engineering(ground, dice).tell()


class Engineering(Days):
    def tell(self) -> None:
        self.estate = session().get_one(Estate, next(iter(self.ground.estates.values())))
        homes = select(Unit).where(Unit.estate_id == self.estate.id, Unit.label.in_((*FREE, KNOWN)))
        units = session().scalars(homes.options(joinedload(Unit.building)).order_by(Unit.id)).all()
        self.begin(self.ago(ENTERED))
        self.do(ENGINEER, lambda: self._draw(DrawingKind.fire, "消-01", "消防总平面图", Place(estate=self.estate)))
        for building in {unit.building_id: unit.building for unit in units if unit.building}.values():
            self.do(ENGINEER, partial(self._standard, building))
        for place, unit in enumerate(units):
            self._home(place, unit)
        self._procedures()

    def _standard(self, building: Building) -> Drawing:
        place = Place(estate=self.estate, building=building)
        return self._draw(DrawingKind.as_built, f"竣-{building.number}-00", "标准层竣工平面图", place)

    def _draw(self, kind: DrawingKind, number: str, title: str, place: Place) -> Drawing:
        described = Described(kind=kind, number=number, title=title, place=place)
        return drawings.enter(described, self._brought("A", kind is not DrawingKind.as_built))

    def _brought(self, rev: str, wired: bool, changes: str = "") -> Brought:
        content, name = plan(wired=wired), f"平面图{rev}.png"
        day = self.day - timedelta(days=20)
        return Brought(content=content, name=name, rev=rev, dated_on=day, maker=OFFICE, changes=changes)

    def _home(self, place: int, unit: Unit) -> None:
        """As built; in the first home a wall was moved since, and a wrong file was taken back."""
        self.begin(self.ago(ENTERED - place))
        where = Place(estate=self.estate, unit=unit)
        built = self.do(ENGINEER, lambda: self._draw(DrawingKind.as_built, f"竣-{unit.label}", "单元竣工平面图", where))
        self.do(ENGINEER, lambda: self._draw(DrawingKind.services, f"电-{unit.label}", "机电点位图", where))
        lines = read(POINTS).lines
        entered = self.do(ENGINEER, lambda: points.enter(unit, lines, Source(valid_from=self.day)))
        self._file(built)
        if place == 0:
            self._rebuilt(unit, built, entered[0].id)

    def _rebuilt(self, unit: Unit, built: Drawing, service_point_id: int) -> None:
        self.begin(self.ago(REBUILT))
        wrong = self.do(
            ENGINEER, lambda: drawings.add_version(built, self._brought("B", wired=True, changes="厨房改开放式"))
        )
        self.do(ENGINEER, lambda: drawings.withdraw(get_version(wrong.id), "传成了隔壁单元的图"))
        self.do(ENGINEER, lambda: drawings.add_version(built, self._brought("B", wired=False, changes="厨房改开放式")))
        moved = read("电\t五孔插座\t客厅\t电视墙，距东墙角\t650\t1200\t电视挂墙，插座上移").lines[0]
        source = Source(valid_from=self.day)
        self.do(ENGINEER, lambda: points.replace(get_point(service_point_id), moved, source, "装修移位"))

    def _file(self, drawing: Drawing) -> None:
        """Into section 12 of whoever has the unit, as the background work does it."""
        version = versions_of(drawing.id)[-1]
        whose = session().scalars(holders(drawing.unit_id or 0, self.today)).all()
        facts = self._facts(drawing, version)
        self.do("fengxue", *(lambda key=key: file_document(SUBJECT, key, SLOTS[drawing.kind], facts) for key in whose))

    def _facts(self, drawing: Drawing, version: DrawingVersion) -> DocumentFacts:
        told: dict[str, Any] = {"source_kind": DRAWING, "source_id": version.id, "upload_id": version.upload_id}
        number = f"{drawing.number} {version.rev}"
        return DocumentFacts(title=f"{drawing.title}（{number}）", doc_no=number, date=version.dated_on, **told)

    def _procedures(self) -> None:
        for number, whole, title, trade, about_units, text, ago, after in PROCEDURES:
            self.begin(self.ago(ago))
            named = Named(
                estate_id=None if whole else self.estate.id,
                number=number,
                title=title,
                trade=trade,
                about_units=about_units,
            )
            self._in_force(named, Written(text=text, changes="首次发布", review_by=self.day + timedelta(days=after)))
        self._next_version()

    def _in_force(self, named: Named, written: Written) -> None:
        procedure = self.do(ENGINEER, lambda: procedures.enter(named, written))
        [version] = procedure_versions(procedure.id)
        self.do(ENGINEER, lambda: procedures.hand_in(version))
        self.do(HEAD, lambda: procedures.approve(version, self.day))
        self.begin(self.working(min(self.day + timedelta(days=3), self.today)))
        for worker in self.dice.sample(WORKERS, 2):
            self.do(worker, lambda: procedures.acknowledge(version))

    def _next_version(self) -> None:
        """Of the oldest one a new version waits for a decision."""
        self.begin(self.ago(2))
        self.do(ENGINEER, self._written_anew)

    def _written_anew(self) -> None:
        procedure = get_procedure(find_called("ZY-02") or 0)
        last = procedure_versions(procedure.id)[0]
        changed = Written(
            text=f"{last.text}\n在住户群里发恢复供水的消息。",
            changes="增加恢复供水后的告知",
            review_by=self.day + timedelta(days=365),
        )
        procedures.hand_in(procedures.draft(procedure, changed))


def plan(*, wired: bool) -> bytes:
    """A flat from above: walls, doors, and where the cables run."""
    image = Image.new("RGB", (840, 594), "#ffffff")
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 820, 574), outline="#1c2733", width=2)
    pen.rectangle((80, 80, 640, 520), outline="#1c2733", width=8)
    for wall in ((360, 80, 360, 330), (80, 330, 360, 330), (480, 330, 640, 330), (480, 330, 480, 520)):
        pen.line(wall, fill="#1c2733", width=6)
    for left, top in ((300, 330), (360, 260), (480, 400)):
        pen.arc((left - 40, top - 40, left + 40, top + 40), 0, 90, fill="#5c6773", width=2)
    if wired:
        for left, top in ((110, 110), (330, 110), (390, 110), (610, 110), (110, 490), (450, 490), (610, 360)):
            pen.ellipse((left - 8, top - 8, left + 8, top + 8), outline="#b3261e", width=3)
            pen.line((left, top, 360, 200), fill="#c9a227", width=1)
    for row in range(5):
        pen.rectangle((660, 400 + row * 30, 800, 430 + row * 30), outline="#1c2733")
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
