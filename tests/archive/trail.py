"""A row in every table of the archive that is only ever added to, for the test that none takes a change."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from crm.archive.credit.models import Decision, EndCorrection, Project, Role, RoleChange, Verdict
from crm.archive.dossiers.models import SlotAbsence, SupplementFiling
from crm.archive.handover.models import (
    Cause,
    Clock,
    Deadline,
    DeadlineReminder,
    HandoverState,
    HandoverStep,
    LineCheck,
    Party,
    ReminderKind,
    SignatureVoid,
)
from crm.properties.models import Estate
from tests import factories as make

MOMENT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def leave_a_trail(db: Session, estate: Estate) -> None:
    """One hand-over to its end, one under way, and what was done to a customer's dossier."""
    make.make_register_entry(make.make_handover())
    under_way = make.make_handover(HandoverState.with_b)
    make.make_supplement_line(under_way)
    make.make_late_signature(make.make_late_filing(under_way))
    make.make_repayment(db.get_one(Project, under_way.project_id))
    dossier = make.make_dossier(estate)
    item = make.make_item(dossier)
    make.make_release(make.make_attachment(dossier), make.make_upload(estate, "dossier"))
    a, b, archivist, manager = (make.user_called(name).id for name in ("wanglei", "zhaoqian", "fengxue", "shentao"))
    signature = make.make_list_signature(make.make_list_version(under_way))
    evidence_id = make.make_upload(None, "credit").id
    deadline = Deadline(
        handover_id=under_way.id, clock=Clock.a, starts_on=date(2026, 5, 7), days=3, due_on=date(2026, 5, 11),
        provisional=False, calendar_version=2, cause=Cause.start, reckoned_at=MOMENT,
    )  # fmt: skip
    db.add(deadline)
    db.flush()
    project = {"project_id": under_way.project_id}
    db.add_all(
        (
            DeadlineReminder(deadline_id=deadline.id, kind=ReminderKind.before, told_at=MOMENT),
            HandoverStep(
                handover_id=under_way.id, action="hand_to_b", source="preparing", target="with_b", taken_by_id=a,
                taken_at=MOMENT,
            ),
            LineCheck(
                handover_id=under_way.id, item_id=1, line_hash="a" * 64, party=Party.b, matches=True, signed=True,
                checked_by_id=b, checked_at=MOMENT, a_id=a, b_id=b,
            ),
            SignatureVoid(signature_id=signature.id, reason="签错了版本", voided_by_id=a, voided_at=MOMENT),
            EndCorrection(
                **project, old=date(2026, 5, 7), new=date(2026, 5, 8), reason="放款日录错", evidence_id=evidence_id,
                corrected_by="王磊", corrected_at=MOMENT,
            ),
            RoleChange(
                **project, role=Role.a, from_id=a, to_id=manager, reason="离职", handed_over="全部材料",
                changed_by="王磊", changed_at=MOMENT,
            ),
            Decision(
                **project, verdict=Verdict.approved, decided_on=date(2026, 5, 2), resolution_no="评审〔2026〕001号",
                approver_id=manager, a_id=a, b_id=b, evidence_id=evidence_id, entered_by="沈涛", entered_at=MOMENT,
            ),
            SlotAbsence(
                dossier_id=dossier.id, slot_code="key_receipt", absent=True, reason="没有钥匙", stated_by="冯雪",
                stated_at=MOMENT,
            ),
            SupplementFiling(
                dossier_id=dossier.id, item_id=item.id, giver="欧阳娜娜", archivist_id=archivist, reason="补交",
                filed_at=MOMENT,
            ),
        )
    )  # fmt: skip
    db.commit()
