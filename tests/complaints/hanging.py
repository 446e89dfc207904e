"""What hangs on a complaint, as it stands in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter

from crm.auth.actor import Actor
from crm.auth.permissions import RoleName
from crm.complaints.cases.models import (
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintFile,
    ComplaintLink,
    CorrectiveAction,
    LinkKind,
)
from crm.properties.models import Estate
from tests import acting
from tests import factories as make
from tests.complaints.making import NOW, make_complained, make_to_call
from tests.repairs.making import kept, user_called

DUE = date(2026, 12, 1)
ENGINEERS = "工程维修部"  # whom `make_case` is about


def make_action(case: Complaint, owner: str = "sunhao", **given: Any) -> CorrectiveAction:
    """To be done by 孙浩."""
    facts: dict[str, Any] = {"what": "重排夜班，漏水两小时内到场", "due_on": DUE, "added_by": "李敏", "added_at": NOW}
    return kept(CorrectiveAction(complaint_id=case.id, owner_id=user_called(owner).id, **(facts | given)))


def make_done(case: Complaint, owner: str = "sunhao", **given: Any) -> CorrectiveAction:
    told = {"done_words": "已重排", "done_by_id": user_called(owner).id, "done_at": NOW}
    return make_action(case, owner, **(told | given))


def make_verified(case: Complaint, **given: Any) -> CorrectiveAction:
    seen = {"verified_words": "看过排班表", "verified_by_id": user_called("zhouhui").id, "verified_at": NOW}
    return make_done(case, **(seen | given))


def make_dropped(case: Complaint, **given: Any) -> CorrectiveAction:
    return make_action(case, **({"dropped_words": "不再需要", "dropped_at": NOW} | given))


def make_compensation(
    case: Complaint, state: CompensationState = CompensationState.asked, **given: Any
) -> Compensation:
    """200 yuan, asked for by 李敏."""
    facts: dict[str, Any] = {"kind": CompensationKind.waiver, "amount": Decimal("200.00"), "reason": "三天没有热水"}
    facts |= {"asked_by_id": user_called("limin").id, "asked_by": "李敏", "asked_at": NOW}
    facts |= {"customer_id": case.customer_id}
    if state in ("approved", "refused", "given"):
        facts |= {"decided_by_id": user_called("shentao").id, "decided_by": "沈涛", "decided_at": NOW}
    if state == "given":
        facts |= {"given_on": date(2026, 11, 25), "given_by": "李敏", "reference": "减免单0012"}
    return kept(Compensation(complaint_id=case.id, state=state, **(facts | given)))


def make_link(
    case: Complaint, kind: LinkKind, thing_id: int, label: str = "W2611-0032 · 厨房水管漏水"
) -> ComplaintLink:
    told = {"label": label, "linked_by": "李敏", "linked_at": NOW}
    return kept(ComplaintLink(complaint_id=case.id, kind=kind, thing_id=thing_id, **told))


def make_file(case: Complaint, estate: Estate, **given: Any) -> ComplaintFile:
    upload = make.make_upload(estate, "complaint")
    return kept(ComplaintFile(complaint_id=case.id, upload_id=upload.id, added_by="李敏", added_at=NOW, **given))


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 6), "red").save(buffer, "PNG")
    return buffer.getvalue()


def scan() -> bytes:
    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return buffer.getvalue()


def of_department(username: str, department_id: int | None) -> Actor:
    """The same person, had they been of that department."""
    return replace(acting.as_(username), department_id=department_id)


def another(role: RoleName, department_id: int | None, estate: Estate | None = None) -> Actor:
    """Somebody else with the rights of the role."""
    member = {RoleName.desk_supervisor: "zhouhui", RoleName.deputy_general_manager: "shentao"}[role]
    user = make.make_user(role, department_id=department_id, estates=[estate] if estate else None)
    return replace(acting.as_(member), user_id=user.id, name=user.full_name, department_id=department_id)


def ids_of_hanging(estate: Estate) -> dict[str, object]:
    """One of each, on a case that waits for its call-back."""
    case = make_to_call(estate)
    make_link(case, LinkKind.user, user_called("sunhao").id, "孙浩")
    return {
        "corrective_action_id": make_done(case).id,
        "compensation_id": make_compensation(case).id,
        "complaint_file_id": make_file(case, estate).id,
        "link_kind": "repair_order",
    }


def make_listed_action(estate: Estate) -> CorrectiveAction:
    return make_action(make_complained(estate))


def make_listed_compensation(estate: Estate) -> Compensation:
    return make_compensation(make_complained(estate))


def leave_hanging(estate: Estate) -> None:
    """A row in each table of these that takes no change."""
    case = make_to_call(estate)
    make_link(case, LinkKind.user, user_called("sunhao").id, "孙浩")
    make_file(case, estate)
