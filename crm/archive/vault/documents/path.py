"""What is done to a title document up to the custodian's hands; whatever comes afterwards is done by a voucher."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import Project, ProjectState
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import TitleDocument, TitleState
from crm.archive.vault.models.document import STATE_TITLES
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow


def _asked(document: TitleDocument) -> str:
    return _("It is asked already: the title custodian or a manager confirms it.") if document.void_asked else ""


def _not_asked(document: TitleDocument) -> str:
    """A has it in hand: nobody makes it vanish alone."""
    if not document.void_asked:
        return _("Nobody has asked to make it void.")
    if document.void_asked_by_id == actor().user_id:
        return _("Who asked for it does not confirm it.")
    return ""


S, PREPARES, KEEPS, READS = TitleState, Permission.credit_prepare, Permission.title_keep, Permission.title_read
PATH = TitledWorkflow(
    STATE_TITLES,
    change=Step(sources={S.expected, S.with_a}, permission=PREPARES, title=_l("Change")),
    obtain=Step(sources={S.expected}, target=S.with_a, permission=PREPARES, title=_l("Obtained")),
    void=Step(sources={S.expected}, target=S.void, permission=PREPARES, title=_l("Void")),
    ask_void=Step(sources={S.with_a}, permission=PREPARES, title=_l("Ask to make it void"), hindrance=_asked),
    confirm_void=Step(
        sources={S.with_a}, target=S.void, permission=READS, title=_l("Confirm that it is void"), hindrance=_not_asked
    ),
    keep=Step(sources={S.with_a}, permission=READS, title=_l("Do not make it void"), hindrance=_not_asked),
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


def not_second(project: Project) -> str:
    """Why the acting person does not confirm what A or B wants to vanish, or ""."""
    user_id = actor().user_id
    if not project.is_transferor(user_id) and (user_id in custodians() or actor().may(Permission.title_approve)):
        return ""
    return _("Only the title custodian or a manager confirms this, neither A nor B.")


def over(project: Project) -> str:
    """Why nothing comes in for the project any more, or ""."""
    if project.state in LIVE:
        return ""
    return _("The project is settled, turned down or withdrawn: no title document comes in for it any more.")
