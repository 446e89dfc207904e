"""Who may decide about a case and is not complained about: as `service.steps.concerned` has it, of others."""

from __future__ import annotations

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.cases.models import Complaint


def outsiders(case: Complaint, permission: Permission) -> list[User]:
    """Of those who have the right in the case's estate."""
    return [user for user in who_may_in(case.estate_id, permission) if not _is_concerned(user, case)]


def _is_concerned(user: User, case: Complaint) -> bool:
    if user.id == case.about_user_id:
        return True
    return case.about_department_id is not None and user.department_id in (None, case.about_department_id)
