"""Who may decide about a case and is not complained about: as `service.steps.concerned` has it, of others."""

from __future__ import annotations

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.service.steps import departments_about


def outsiders(case: Complaint, permission: Permission) -> list[User]:
    """Of those who have the right in the case's estate."""
    about = departments_about(case)
    too_close = {None, *about} if about else set()
    able = who_may_in(case.estate_id, permission)
    return [user for user in able if user.id != case.about_user_id and user.department_id not in too_close]
