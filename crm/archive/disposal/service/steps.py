"""Taking a step of a list: what hinders everybody, and who has had a part in it already (2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.disposal import queries
from crm.archive.disposal.events import DisposalStepTaken
from crm.archive.disposal.figures import SIGN_MINUTES
from crm.archive.disposal.group import seats_for
from crm.archive.disposal.holding import holds_of
from crm.archive.disposal.models import (
    DISPOSAL_TITLES,
    WORKFLOW,
    DisposalLine,
    DisposalList,
    DisposalState,
    DisposalStep,
    Outcome,
)
from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may, who_may_in
from crm.dates import business_day, utc_now
from crm.db import session
from crm.notifications.service import notify
from crm.steps.taking import NOTHING_SAID, Said, Steps

__all__ = ["NOTHING_SAID", "STEPS", "Said"]
FREE = ("withdraw", "refuse", "keep")  # nothing is destroyed by them
ADDRESS = "/archive/disposal/lists/{}"
TOLD_BACK = ("approve", "keep", "refuse", "withdraw", "destroy")
NAMED = 5  # dossiers in one sentence


class _DisposalSteps(Steps[DisposalList, DisposalStep]):
    model, row, owner, workflow = DisposalList, DisposalStep, "list_id", WORKFLOW

    def impossible(self, found: DisposalList, action: str) -> str:
        if reason := super().impossible(found, action):
            return reason
        if action in ("count", "counted") and found.cools_until is not None and business_day() <= found.cools_until:
            return _("It cools off until %(day)s; it is counted after that.", day=found.cools_until.isoformat())
        if action not in FREE and (reason := held_back(to_destroy(found))):
            return reason
        if action == "destroy":
            return _unsigned(found)
        return ""

    def not_entitled(self, found: DisposalList, action: str) -> str:
        who = actor().user_id
        if who is None:
            return _("This is done by a person who is signed in.")
        if action == "opine":
            return _not_of_the_group(found, who)
        if action in ("approve", "keep", "refuse") and who in {found.proposed_by_id, *members(found)}:
            return _("Whoever proposed the list or gave an opinion on it does not approve it.")
        if action in ("count", "counted"):
            return _not_a_witness(found, who)
        return _not_at_the_end(found, action, who)


STEPS = _DisposalSteps()


def to_destroy(found: DisposalList) -> list[DisposalLine]:
    """Of the list, what may still come to its end by it."""
    return [line for line in found.lines if line.live and line.outcome in (None, Outcome.destroy)]


def members(found: DisposalList) -> set[int]:
    return {each.given_by_id for each in queries.opinions_of(found.id)}


def held_back(lines: Sequence[DisposalLine]) -> str:
    """What of it is held, or whose period is not over any more, in words; "" when nothing is."""
    ids = [line.dossier_id for line in lines]
    holds, over = holds_of(ids), queries.still_over(ids)
    told = [
        f"{line.code}: {holds[line.dossier_id][0].text}"
        if line.dossier_id in holds
        else _("%(code)s: its period is not over", code=line.code)
        for line in lines
        if line.dossier_id in holds or line.dossier_id not in over
    ]
    if not told:
        return ""
    return _("Held back: %(what)s. Withdraw the list, or clear this first.", what="; ".join(told[:NAMED]))


def _not_of_the_group(found: DisposalList, who: int) -> str:
    given = queries.opinions_of(found.id)
    if any(each.given_by_id == who for each in given):
        return _("You have given your opinion on this list already.")
    if not free_seats(found):
        return _("No seat of the group that fits you is free: archive, business and audit are three people.")
    return ""


def _not_at_the_end(found: DisposalList, action: str, who: int) -> str:
    if action == "attest" and who not in (found.witness_id, found.second_witness_id):
        return _("Only the two who counted sign as witnesses.")
    if action == "destroy" and who in (found.witness_id, found.second_witness_id, found.approved_by_id):
        return _("The witnesses and whoever approved do not destroy: somebody else of the archive does.")
    return ""


def free_seats(found: DisposalList) -> list[str]:
    taken = {each.seat for each in queries.opinions_of(found.id)}
    return [seat for seat in seats_for(actor().roles) if seat not in taken]


def _not_a_witness(found: DisposalList, who: int) -> str:
    if who in _partners(found):
        return _("A witness has no other part in the list: not proposing, not in the group, not approving.")
    if who == found.witness_id:
        return _("You have counted already; the second witness is somebody else.")
    if queries.is_party(found.id, who):
        return _("A and B of a project on the list are no witnesses to its destruction. Somebody else is.")
    return ""


def _partners(found: DisposalList) -> Collection[int | None]:
    return {found.proposed_by_id, found.approved_by_id, *members(found)}


def _unsigned(found: DisposalList) -> str:
    """Both witnesses sign shortly before: they stand by while it is done."""
    since = utc_now() - timedelta(minutes=SIGN_MINUTES.on(business_day()))
    signed = {step.taken_by_id for step in STEPS.of(found.id) if step.action == "attest" and step.taken_at >= since}
    if {found.witness_id, found.second_witness_id} <= signed:
        return ""
    minutes = SIGN_MINUTES.on(business_day())
    return _("Both witnesses sign first, at most %(minutes)s minutes before.", minutes=minutes)


def tell(found: DisposalList, action: str, said: Said = NOTHING_SAID) -> None:
    record(
        DisposalStepTaken(
            disposal_list_id=found.id,
            number=found.number,
            action=action,
            state=DisposalState(found.state).value,
            reason=said.reason,
        )
    )
    ring(found, next_of(found, action))


def next_of(found: DisposalList, action: str) -> Collection[int | None]:
    """Whose turn it is after the step, and after the proposal."""
    parts = {*_partners(found), found.witness_id}
    if action == "propose":
        return _may(found, Permission.disposal_appraise)
    if action == "appraise":
        return _may(found, Permission.disposal_approve) - parts
    if action == "count":
        return _may(found, Permission.disposal_witness) - parts
    if action == "counted":
        return {found.witness_id, found.second_witness_id}
    if action == "attest" and not _unsigned(found):
        return _may(found, Permission.disposal_keep) - {found.witness_id, found.second_witness_id, found.approved_by_id}
    return {found.proposed_by_id} if action in TOLD_BACK else set()


def _may(found: DisposalList, permission: Permission) -> set[int | None]:
    people = who_may_in(found.estate_id, permission) if found.estate_id else who_may(permission)
    return {person.id for person in people}


def ring(found: DisposalList, user_ids: Collection[int | None]) -> None:
    """Whoever does it oneself knows it already; what is unread of one list is one bell."""
    wanted = {key for key in user_ids if key is not None} - {actor().user_id}
    people = select(User.id, User.locale).where(User.id.in_(wanted), User.active).order_by(User.id)
    for row in session().execute(people) if wanted else ():
        with force_locale(row.locale):
            told = _("%(number)s: %(step)s.", number=found.number, step=DISPOSAL_TITLES[found.state])
        notify(row.id, told, ADDRESS.format(found.id), group=f"disposal-{found.id}", icon="archive")
