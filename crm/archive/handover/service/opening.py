"""A hand-over begins with its project's dossier; its clocks with the project's end."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.credit.models import Project
from crm.archive.dossiers.service.custody import current, take_custody
from crm.archive.handover.causes import REPLACED
from crm.archive.handover.events import HandoverOpened
from crm.archive.handover.models import Clock, Handover, HandoverState, Party
from crm.archive.handover.queries import standing as queries
from crm.archive.handover.service import deadlines
from crm.archive.handover.service.lists import take_back
from crm.archive.handover.service.telling import tell
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session


def open_handover(project_id: int, dossier_id: int) -> Handover:
    """The project's hand-over; the one that stands already, where there is one."""
    standing = queries.of_project(project_id)
    if standing is not None:
        return standing
    made = Handover(project_id=project_id, dossier_id=dossier_id, state=HandoverState.preparing, opened_at=utc_now())
    session().add(made)
    session().flush()
    record(HandoverOpened(handover_id=made.id, project_id=project_id, dossier_id=dossier_id))
    return queries.of_project(project_id) or made


def start_clocks(handover: Handover) -> None:
    """The project has ended: A's days and the total run from that day (L-16)."""
    project: Project = handover.project
    if project.ends_on is None:
        return
    for clock in (Clock.a, Clock.total):
        deadlines.start(handover, clock, project.ends_on)
    tell(handover, project.a_id, words=lambda: _("%(title)s has ended: the hand-over's days run.", title=project.title))


def replace_party(handover: Handover, party: Party, former_id: int, user_id: int) -> None:
    """Everything stays but the former one's signature on the list that holds: the new one signs it (L-06).

    Whoever follows also has the dossier in hand, where the former one had it.
    """
    if handover.state is HandoverState.filed:
        return
    versions = queries.versions_of(handover.id)
    for signature in versions[-1].signatures if versions else ():
        if signature.party is party and signature.signer_id == former_id and signature.void is None:
            take_back(handover, versions[-1], signature, _("Replaced by another person."), by_id=None)
    held = current(handover.dossier)
    if held is not None and held.holder_id == former_id:
        take_custody(handover.dossier, holder_id=user_id, cause=REPLACED)
    title = handover.project.title
    tell(handover, user_id, words=lambda: _("You have taken over a hand-over: %(title)s.", title=title))
