"""Taking a step of a notice."""

from __future__ import annotations

from crm.correspondence.notices.models import WORKFLOW, Notice, NoticeStep
from crm.steps.taking import Steps


class _NoticeSteps(Steps[Notice, NoticeStep]):
    model, row, owner, workflow = Notice, NoticeStep, "notice_id", WORKFLOW


STEPS = _NoticeSteps()
