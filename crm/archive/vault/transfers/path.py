"""The path of a transfer list: who compares, signs, receives and withdraws, when, and why not (L-26…L-28)."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.handover.models import Party
from crm.archive.vault.models import TransferState
from crm.archive.vault.models.transfer import TRANSFER_TITLES
from crm.archive.vault.transfers.standing import Standing
from crm.auth.permissions import Permission
from crm.errors import NotEntitled
from crm.workflow import Step, TitledWorkflow

ISSUED = (TransferState.issued,)
PREPARES, KEEPS = Permission.credit_prepare, Permission.title_keep
CUSTODIANS = ("check", "receive")  # the title custodian's part; the others are A's and B's


class Path(TitledWorkflow):
    """Refuses in a sentence: first where it stands, then whose it is, then what is still to be done."""

    def hindrance(self, thing: Standing, name: str) -> str:
        if thing.state not in self[name].sources:
            return super().hindrance(thing, name)
        return not_ones_own(thing, name) or super().hindrance(thing, name)

    def expect(self, thing: Standing, name: str) -> None:
        if thing.state in self[name].sources and (reason := not_ones_own(thing, name)):
            raise NotEntitled(reason)
        super().expect(thing, name)

    def withheld(self, thing: Standing, permissions: Collection[str]) -> list[tuple[str, str]]:
        """What the acting person's party cannot do now, each with its reason."""
        if not thing.open:
            return []
        mine = [name for name, step in self.items() if step.permission in permissions and not not_ones_own(thing, name)]
        return [(name, reason) for name in mine if (reason := self.hindrance(thing, name))]


def not_ones_own(thing: Standing, name: str) -> str:
    """Why the step is not the acting person's at all, or ""."""
    if name in CUSTODIANS:
        if thing.actor_id in thing.transferors:
            return _("Who is or was A or B of the project does not receive its title documents.")
        if thing.party is Party.archivist:
            return ""
        return _("You have no appointment as title custodian today. The general manager makes one.")
    if thing.party in (Party.a, Party.b):
        return ""
    project = thing.project
    return _("Only A or B of the project does this: %(a)s or %(b)s.", a=project.a.full_name, b=project.b.full_name)


def _replaced(thing: Standing) -> str:
    if not thing.replaced:
        return ""
    return _(
        "A or B was replaced after the list was issued. Withdraw it with the reason and issue a new one: the new A, "
        "%(a)s, does that.",
        a=thing.project.a.full_name,
    )


def _bound(thing: Standing) -> str:
    if reason := _replaced(thing):
        return reason
    if thing.signatures:
        return _("The list is being signed: what was compared stays. Withdraw it if something is wrong.")
    return ""


def _not_to_check(thing: Standing) -> str:
    """Whoever became title custodian after A and B had signed compares too, and receives."""
    if not thing.has_compared(Party.archivist) and thing.signature_of(Party.archivist) is None:
        return _replaced(thing)
    return _bound(thing)


def _not_compared(thing: Standing) -> str:
    if waiting := [thing.who(party) for party in Party if not thing.has_compared(party)]:
        return _(
            "Not compared yet by: %(who)s. All three compare every line before anybody signs.", who=_listed(waiting)
        )
    found = [
        _("%(who)s: %(what)s", who=thing.who(party), what="; ".join(told))
        for party in Party
        if (told := thing.differing(party))
    ]
    if not found:
        return ""
    return _(
        "Something differs, so nobody signs. %(what)s. Withdraw the list, put it right and issue it anew; whoever made "
        "a slip ticks again.",
        what="; ".join(found),
    )


def _not_to_sign(thing: Standing) -> str:
    if reason := _replaced(thing) or _not_compared(thing):
        return reason
    party = thing.party or Party.a
    if thing.signature_of(party) is not None:
        return _("You have signed this list.")
    before = {Party.a: (), Party.b: (Party.a,), Party.archivist: (Party.a, Party.b)}[party]
    if lacking := [thing.who(each) for each in before if thing.signature_of(each) is None]:
        return _("Signed first by: %(who)s.", who=_listed(lacking))
    return ""


def _listed(names: Collection[str]) -> str:
    return _(", ").join(names)


PATH = Path(
    TRANSFER_TITLES,
    tick=Step(sources=ISSUED, permission=PREPARES, title=_l("Compare the lines"), hindrance=_bound),
    check=Step(sources=ISSUED, permission=KEEPS, title=_l("Compare the lines"), hindrance=_not_to_check),
    sign=Step(sources=ISSUED, permission=PREPARES, title=_l("Sign the list"), hindrance=_not_to_sign),
    receive=Step(
        sources=ISSUED,
        target=TransferState.complete,
        permission=KEEPS,
        title=_l("Sign and receive"),
        hindrance=_not_to_sign,
    ),
    withdraw=Step(
        sources=ISSUED, target=TransferState.withdrawn, permission=PREPARES, title=_l("Withdraw the transfer list")
    ),
)
