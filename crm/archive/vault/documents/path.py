"""What is done to a title document up to the custodian's hands; whatever comes afterwards is done by a voucher."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import Project, ProjectState
from crm.archive.vault.models import TitleState
from crm.archive.vault.models.document import STATE_TITLES
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow

S, PREPARES, KEEPS = TitleState, Permission.credit_prepare, Permission.title_keep
PATH = TitledWorkflow(
    STATE_TITLES,
    change=Step(sources={S.expected, S.with_a}, permission=PREPARES, title=_l("Change")),
    obtain=Step(sources={S.expected}, target=S.with_a, permission=PREPARES, title=_l("Obtained")),
    void=Step(sources={S.expected, S.with_a}, target=S.void, permission=PREPARES, title=_l("Void")),
    put_on_list=Step(sources={S.with_a}, target=S.verifying, permission=PREPARES, title=_l("Put on a transfer list")),
    take_off_list=Step(
        sources={S.verifying}, target=S.with_a, permission=PREPARES, title=_l("Take off the transfer list")
    ),
    receive=Step(sources={S.verifying}, target=S.received, permission=KEEPS, title=_l("Sign and receive")),
)
LIVE = (ProjectState.applied, ProjectState.approved, ProjectState.ended)


def not_a_or_b(project: Project) -> str:
    """Why the acting person says nothing about the project's title documents, or ""."""
    if project.is_transferor(actor().user_id):
        return ""
    return _("Only A or B of the project does this: %(a)s or %(b)s.", a=project.a.full_name, b=project.b.full_name)


def not_a(project: Project) -> str:
    if actor().user_id == project.a_id:
        return ""
    return _("Only A does this: it is in the hands of %(a)s.", a=project.a.full_name)


def over(project: Project) -> str:
    """Why nothing comes in for the project any more, or ""."""
    if project.state in LIVE:
        return ""
    return _("The project is settled, turned down or withdrawn: no title document comes in for it any more.")
