"""Workers, passes and patrols of a renovation, as they stand in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from crm.properties.models import Estate
from crm.renovations.cases.models import Renovation
from crm.renovations.passes.models import PassState, RenovationPass, RenovationPassStep, RenovationWorker
from crm.renovations.patrols.models import (
    Outcome,
    RenovationPatrol,
    RenovationPatrolPhoto,
    RenovationPatrolPlan,
    RenovationPatrolPoint,
)
from tests import factories as make
from tests.renovations.making import DAY, NOW, S, make_renovation
from tests.repairs.making import kept

IDS = ("110101199003076173", "320102198506152132", "440103197812034512", "510107199208211511")
serials = count(1)


def picture(colour: str = "red", size: tuple[int, int] = (60, 80)) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    out.seek(0)
    return out


def make_site(estate: Estate, state: Any = S.under_way, **given: Any) -> Renovation:
    """A renovation of somebody in a unit of their own, with a permit from `DAY` on."""
    unit = make.make_unit(estate)
    return make_renovation(unit, make.make_customer(estate, unit=unit), state, **given)


def make_worker(renovation: Renovation, name: str = "王建国", **given: Any) -> RenovationWorker:
    """With a number of an identity card that nobody looks into."""
    facts: dict[str, Any] = {
        "trade": "水电工",
        "phone": "13907712366",
        "id_number": b"sealed",
        "id_index": f"index-{next(serials)}",
        "id_masked": "110101********6173",
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    return kept(RenovationWorker(renovation_id=renovation.id, name=name, **facts | given))


def make_pass(
    renovation: Renovation, worker: RenovationWorker | None = None, state: PassState = PassState.issued, **given: Any
) -> RenovationPass:
    number = make.make_number("出入证", f"CR2611-{next(serials):04d}")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "estate_id": renovation.estate_id,
        "renovation_id": renovation.id,
        "worker_id": (worker or make_worker(renovation)).id,
        "valid_from": DAY,
        "valid_to": DAY + timedelta(days=89),
        "state": state,
        "issued_by": "李敏",
        "issued_at": NOW,
        "ended_at": NOW if state in (PassState.lost, PassState.returned) else None,
    }
    made = kept(RenovationPass(**facts | given))
    told = {"action": "issue", "to_state": made.state, "taken_by": "李敏", "taken_at": NOW}
    kept(RenovationPassStep(pass_id=made.id, **told))
    return made


def make_patrol_plan(renovation: Renovation, next_on: date | None = DAY, **given: Any) -> RenovationPatrolPlan:
    facts: dict[str, Any] = {
        "estate_id": renovation.estate_id,
        "building_id": renovation.building_id,
        "every": 3,
        "next_on": next_on,
    }
    return kept(RenovationPatrolPlan(renovation_id=renovation.id, **facts | given))


def make_patrol(
    renovation: Renovation, points: Sequence[tuple[str, Outcome, str]] = (), **given: Any
) -> RenovationPatrol:
    facts: dict[str, Any] = {
        "estate_id": renovation.estate_id,
        "due_on": DAY,
        "nobody": False,
        "found": sum(outcome is Outcome.found for _code, outcome, _words in points),
        "words": "地面已铺完",
        "patrolled_by": "刘志强",
        "patrolled_at": NOW,
    }
    made = kept(RenovationPatrol(renovation_id=renovation.id, **facts | given))
    for code, outcome, words in points:
        kept(RenovationPatrolPoint(patrol_id=made.id, code=code, outcome=outcome, words=words))
    return made


def make_patrol_photo(patrol: RenovationPatrol, estate: Estate) -> RenovationPatrolPhoto:
    upload = make.make_upload(estate, "renovation")
    return kept(RenovationPatrolPhoto(patrol_id=patrol.id, upload_id=upload.id, taken_by="刘志强", taken_at=NOW))


def ids_on_site(estate: Estate) -> dict[str, object]:
    """A renovation under way with a worker, a pass, a plan and a patrol with a finding and a photo."""
    renovation = make_site(estate)
    worker = make_worker(renovation, upload_id=make.make_upload(estate, "renovation").id)
    make_patrol_plan(renovation)
    patrol = make_patrol(renovation, [("noise", Outcome.found, "午休时间施工")])
    return {
        "deed": "retire",
        "renovation_id": renovation.id,
        "renovation_worker_id": worker.id,
        "renovation_pass_id": make_pass(renovation, worker).id,
        "renovation_patrol_id": patrol.id,
        "renovation_patrol_photo_id": make_patrol_photo(patrol, estate).id,
    }
