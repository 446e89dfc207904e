"""Who works in the demo company's renovations, with which passes, and what was seen on the patrols.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import select

from crm.dates import Period, business_day
from crm.db import session
from crm.demo.credit import at_work
from crm.demo.people import id_number, mobile
from crm.demo.place import Ground
from crm.demo.repairs.pictures import kept_as
from crm.renovations.cases.models import ON_SITE, Renovation
from crm.renovations.passes import queries as passes
from crm.renovations.passes import service as people
from crm.renovations.passes.models import ISSUES, RenovationWorker
from crm.renovations.passes.service import Person, Terms
from crm.renovations.patrols import service as patrols
from crm.renovations.patrols.models import Outcome, RenovationPatrolPlan
from crm.renovations.patrols.points import POINTS
from crm.renovations.patrols.queries import find_plan
from crm.renovations.patrols.service import Picture, PointSeen, Seen
from crm.steps.taking import Said
from crm.violations.types.models import ViolationType

CLERK, ENGINEER, WALKERS = "limin", "sunhao", ("zhangjg", "maqiang")
CREW = (
    ("马建国", "现场负责人", 1978),
    ("韩文忠", "水电工", 1985),
    ("陈光明", "水电工", 1991),
    ("冶国强", "瓦工", 1982),
    ("李成林", "木工", 1976),
    ("周小军", "油漆工", 1994),
)
FIRST_SERIAL = 88_000  # of identity cards and telephones that nobody else in the demo has
MORNING = 150  # minutes after eight, when somebody walks
LATE = timedelta(days=3)  # of the first site: its last patrol is so long ago that the next is overdue


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: of the violation that is noted at once, "" for none."""

    code: str
    words: str
    kind: str = ""


# by the patrol's turn at a site; all others found everything in order, or nobody there
FINDINGS: dict[int, Finding] = {
    2: Finding("noise", "中午一点还在打孔，已当场制止"),
    4: Finding("waste", "建筑垃圾未装袋，堆在电梯厅", "建筑垃圾乱堆"),
    7: Finding("permit", "两名工人没有佩戴出入证"),
}
NOBODY = 5


def store(ground: Ground, _dice: Random, _period: Period) -> None:
    """After the renovations themselves: nothing where none is under way."""
    found = session().scalars(select(Renovation).where(Renovation.state.in_(ON_SITE)).order_by(Renovation.id)).all()
    for number, renovation in enumerate(found):
        _people(ground, renovation, number)
        _walks(ground, renovation, number)
    session().expire_all()


def _people(ground: Ground, renovation: Renovation, number: int) -> None:
    day = renovation.begun_on or renovation.valid_from or business_day()
    with at_work(ground, CLERK, day, 30 + number):
        made = people.register(renovation, list(_crew(number)), f"demo-workers-{renovation.id}")
        for worker in made[:4]:
            people.keep_photo(passes.get_worker(worker.id), _face(worker), f"{worker.name}.jpg")
    if renovation.state not in ISSUES or renovation.valid_to is None:
        return
    with at_work(ground, CLERK, day, 60 + number):
        terms = Terms(valid_to=renovation.valid_to, key=f"demo-passes-{renovation.id}")
        issued = people.issue(renovation, [worker.id for worker in made], terms)
    with at_work(ground, CLERK, business_day() - timedelta(days=2), 90 + number):
        people.lose(issued[1], Said(reason="工地上遗失"), again=True)
        people.withdraw(issued[2], Said(reason="楼内吸烟，经劝阻不改"))
        people.hand_in(issued[-1], Said(note="该工种已完工"))


def _crew(number: int) -> Iterator[Person]:
    """The same lead everywhere, with others at each site."""
    for place, (name, trade, year) in enumerate(CREW):
        serial = FIRST_SERIAL + (number * len(CREW) + place if place else 0)
        yield Person(name=name, trade=trade, id_number=id_number(serial, "male", year), phone=mobile(serial))


def _face(worker: RenovationWorker) -> bytes:
    """A drawn face, so that nobody's is shown."""
    image = Image.new("RGB", (240, 320), ("#cfe0ea", "#e6dccb", "#d9e6d3", "#e3d6e6")[worker.id % 4])
    draw = ImageDraw.Draw(image)
    draw.ellipse((70, 60, 170, 180), fill="#e8c39e")
    draw.rectangle((70, 52, 170, 84), fill="#f2b705")
    draw.pieslice((30, 190, 210, 440), 180, 360, fill="#34506b")
    return kept_as(image, "JPEG")


def _walks(ground: Ground, renovation: Renovation, number: int) -> None:
    """By the plan up to today; the first site is overdue, the second is somebody's own."""
    limit = business_day() - (LATE if number == 0 else timedelta())
    turn = 0
    while (plan := find_plan(renovation.id)) and plan.next_on and plan.next_on < limit:
        _walk(ground, renovation, plan.next_on, turn)
        turn += 1
    if plan and plan.next_on and number == 1:
        _assign(ground, plan)


def _assign(ground: Ground, plan: RenovationPatrolPlan) -> None:
    """Today, by somebody who is named."""
    today = business_day()
    with at_work(ground, ENGINEER, today, 20):
        patrols.change(plan, plan.every, ground.users[WALKERS[0]], today)


def _walk(ground: Ground, renovation: Renovation, day: date, turn: int) -> None:
    found = FINDINGS.get(turn)
    seen = Seen(
        points=() if turn == NOBODY else list(_points(found)),
        nobody=turn == NOBODY,
        words="敲门无人应答，门上许可证完好" if turn == NOBODY else "",
        pictures=[Picture(content=_snapshot(turn), name="现场.jpg")] if found or turn % 3 == 0 else (),
        key=f"demo-patrol-{renovation.id}-{turn}",
    )
    with at_work(ground, WALKERS[turn % 2], day, MORNING + 7 * turn):
        patrols.patrol(renovation, seen)


def _points(found: Finding | None) -> Iterator[PointSeen]:
    for place, (code, _title) in enumerate(POINTS.choices()):
        if found and code == found.code:
            yield PointSeen(code=code, outcome=Outcome.found, words=found.words, type=_kind(found.kind))
        else:
            yield PointSeen(code=code, outcome=Outcome.unseen if place == 5 else Outcome.ok)


def _kind(name: str) -> ViolationType | None:
    found = select(ViolationType).filter_by(name=name).where(ViolationType.parent_id.is_not(None))
    return session().scalars(found).one_or_none() if name else None


WALLS: Sequence[str] = ("#c9c2b4", "#b8b0a0", "#d3cabb")


def _snapshot(turn: int) -> bytes:
    """A bare room: floor, window, sacks."""
    image = Image.new("RGB", (960, 720), WALLS[turn % len(WALLS)])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 480, 960, 720), fill="#8f8576")
    draw.rectangle((560, 120, 840, 400), fill="#dfeaf0", outline="#6d675d", width=12)
    for place in range(3 + turn % 3):
        draw.rounded_rectangle((60 + 130 * place, 500, 170 + 130 * place, 640), 18, fill="#e9e4d8", outline="#6d675d")
    return kept_as(image, "JPEG")
