"""The demo company's renovations that come to their end: finished, checked, put right, to be settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from crm.dates import Period, business_day
from crm.demo.place import Ground
from crm.demo.renovations import CLERK, ENGINEER, HEAD, SITES, SKIPPED, Site, Told, tell
from crm.renovations.acceptance import service as acceptance
from crm.renovations.acceptance.items.seeding import seed
from crm.renovations.acceptance.models import Verdict
from crm.renovations.acceptance.queries import to_look_at
from crm.renovations.acceptance.service.checking import STAGES
from crm.renovations.acceptance.signing import signature
from crm.renovations.cases import service
from crm.renovations.cases.service import Agreed, File, Permit, Said
from crm.renovations.settlement import service as settlement
from crm.renovations.settlement.queries import get_settlement, standing

Act = Callable[[Told], None]
STROKES = ((20, 70), (60, 20), (90, 80), (130, 30), (170, 75), (230, 40))


def _drawn() -> bytes:
    """A signature as a finger draws it."""
    paper, out = Image.new("RGB", (300, 100), "white"), BytesIO()
    ImageDraw.Draw(paper).line(STROKES, fill="#123", width=4)
    paper.save(out, "PNG")
    return out.getvalue()


def finish(told: Told) -> None:
    drawing = acceptance.Drawing(name="水电竣工图.pdf", content=told.scan)
    built = f"{told.site.description}，已全部完工"
    done = acceptance.Finished(done_on=business_day(), built=built, as_approved=True, drawings=[drawing])
    acceptance.finish(told.renovation, done, Said())


def check(told: Told, *wrong: str) -> None:
    """All is in order but what has one of these words."""
    renovation = told.renovation
    looks = to_look_at(renovation, STAGES[renovation.state])
    faulty = {look.key for look in looks if any(word in look.what for word in wrong)}
    lines = [
        acceptance.Line(
            look=look,
            verdict=Verdict.fix if look.key in faulty else Verdict.ok,
            words="请整改后通知复查" if look.key in faulty else "",
            hours=0 if look.key in faulty else look.hours,
        )
        for look in looks
    ]
    picture = signature(_drawn(), None, renovation.estate_id)
    checked = acceptance.Checked(
        lines=lines,
        signature_id=picture,
        customer=acceptance.Signed(name=told.home.name, upload_id=picture),
        due_on=business_day() + timedelta(days=7) if faulty else None,
    )
    acceptance.check(renovation, checked, Said())


def failed(*wrong: str) -> Act:
    return lambda told: check(told, *wrong)


def shorten(told: Told) -> None:
    acceptance.shorten(told.renovation, business_day(), Said(reason="业主长期出差，回来前请求提前复验"))


def propose(told: Told) -> None:
    line = settlement.Line(amount=Decimal(260), reason="电梯轿厢壁划伤修复", clause="装修责任书第五条")
    settlement.propose(told.renovation, [line], "已与业主核对照片")


def sign(told: Told) -> None:
    made = standing(told.id)
    if made is not None:
        picture = signature(_drawn(), None, made.estate_id)
        settlement.sign(get_settlement(made.id), settlement.Signed(name=told.home.name, upload_id=picture), Said())


def agree(told: Told) -> None:
    """With the owner and without a deposit."""
    agreed = Agreed(on=business_day(), deposit=Decimal(0), reason="不动结构和水电，主管同意免收")
    service.sign(told.renovation, [File(told.scan, "装修责任书.pdf")], agreed, Said())


def permit(told: Told) -> None:
    day = business_day()
    service.permit(told.renovation, Permit(valid_from=day, valid_to=service.last_day(day)), Said())


def _until_begun(days: int, sign: Act, allow: Act) -> tuple[tuple[int, str, Act], ...]:
    """From the papers to the first day of work, a day each."""
    return (
        (days, CLERK, Told.papers),
        (days - 1, ENGINEER, Told.examine),
        (days - 2, CLERK, sign),
        (days - 3, HEAD, allow),
        (days - 4, CLERK, Told.begin),
    )


ENDS = (
    Site(
        days=48,
        works=("水电改造", "厨卫防水"),
        description="主卫和厨房改造",
        deposit=1000,
        steps=(
            *_until_begun(48, Told.sign, Told.permit),
            (30, CLERK, finish),
            (28, ENGINEER, failed("闭水")),
            (25, ENGINEER, check),
            (14, HEAD, shorten),
            (8, ENGINEER, check),
            (6, CLERK, propose),
            (5, CLERK, sign),
        ),
    ),
    Site(
        days=44,
        works=("地面墙面",),
        description="全屋墙面翻新",
        steps=(
            *_until_begun(44, agree, permit),
            (14, CLERK, finish),
            (12, ENGINEER, failed("电梯", "烟感")),
        ),
    ),
    Site(
        days=41,
        works=("门窗更换",),
        description="更换全部室内门和阳台推拉门",
        steps=(*_until_begun(41, agree, permit), (3, CLERK, finish)),
    ),
)


def store(ground: Ground, _dice: Random, period: Period) -> None:
    seed()
    tell(ground, period, ENDS, SKIPPED + len(SITES))
