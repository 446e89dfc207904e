"""The path of a hand-over: who does what, when, and why not. The one table that pages, checks and tests read (2.2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.handover.models import PARTY_TITLES, STATE_TITLES, HandoverState, Party
from crm.archive.handover.standing import Standing, line_name, named
from crm.auth.permissions import Permission
from crm.errors import NotEntitled
from crm.workflow import Step, Workflow


@dataclass(frozen=True, kw_only=True)
class Deed(Step):
    """A step of one party; `own_party` None: it follows by itself from what somebody did."""

    party: Party | None
    permission: Permission
    asks_reason: bool = False


class Path(Workflow):
    """Refuses in a sentence: first where it stands, then whose turn it is, then what is still to be done."""

    def __getitem__(self, name: str) -> Deed:
        return cast(Deed, super().__getitem__(name))

    def hindrance(self, thing: Standing, name: str) -> str:
        deed = self[name]
        if thing.state not in deed.sources:
            return _misplaced(deed, thing)
        return _not_ones_turn(deed, thing) or deed.hindrance(thing)

    def expect(self, thing: Standing, name: str) -> None:
        """Without an appointment the archivist's part is no right of the acting person at all (L-04)."""
        deed = self[name]
        if deed.party is Party.archivist and thing.state in deed.sources and not thing.appointed:
            raise NotEntitled(self.hindrance(thing, name))
        super().expect(thing, name)

    def withheld(self, thing: Standing, permissions: Collection[str]) -> list[tuple[str, str]]:
        """What the acting person's parties cannot do now, each with its reason; what is over is left out."""
        order: list[str] = list(HandoverState)
        here = order.index(thing.state)
        return [
            (name, reason)
            for name, deed in self.items()
            if isinstance(deed, Deed)
            and deed.party in thing.parties
            and deed.permission in permissions
            and max(order.index(source) for source in deed.sources) >= here
            and (reason := self.hindrance(thing, name))
        ]


def _misplaced(deed: Deed, thing: Standing) -> str:
    states = _(" / ").join(str(STATE_TITLES[state]) for state in HandoverState if state in deed.sources)
    return _(
        "“%(action)s” is possible while a hand-over is at: %(states)s. This one is at: %(state)s.",
        action=deed.title,
        states=states,
        state=STATE_TITLES[thing.state],
    )


def _not_ones_turn(deed: Deed, thing: Standing) -> str:
    if deed.party is None or thing.plays(deed.party):
        return ""
    if deed.party is not Party.archivist:
        return _("Only %(who)s does this in this project.", who=thing.who(deed.party))
    if thing.is_transferor:
        return _("Who is or was A or B of the project does not receive its dossier. Another archivist does it.")
    if thing.appointed and thing.is_decider:
        return _("Who decided about more time or waived a line does not receive it. Another archivist does.")
    return _("You have no appointment as archivist today. The general manager makes one.")


def _not_ready(thing: Standing) -> str:
    if not thing.lines:
        return _("Nothing lies in the dossier yet. Enter its documents first.")
    if thing.missing:
        return _(
            "Required documents are missing: %(what)s. Enter them or mark them as not applicable, with the reason.",
            what=named(thing.missing),
        )
    if not thing.ended:
        return _("The project has not ended yet, so there is no number. Enter its end first.")
    if thing.is_current:
        return _(
            "Version %(version)s says exactly what lies in the dossier; there is nothing new to issue.",
            version=thing.issued,
        )
    return ""


def _no_list(thing: Standing) -> str:
    if thing.version is None:
        return _("No list was issued yet. %(who)s issues it first.", who=thing.who(Party.a))
    if not thing.is_current:
        return _(
            "What lies in the dossier was changed after version %(version)s was issued. %(who)s issues the list anew.",
            version=thing.issued,
            who=thing.who(Party.a),
        )
    return ""


def _unsigned(thing: Standing, *parties: Party) -> str:
    lacking = [thing.who(party) for party in parties if thing.signature_of(party) is None]
    if not lacking:
        return ""
    return _(
        "The signature of %(who)s under version %(version)s is missing. It is signed first.",
        who=_(", ").join(lacking),
        version=thing.issued,
    )


def _signed_by(party: Party) -> Any:
    def hindrance(thing: Standing) -> str:
        if reason := _no_list(thing):
            return reason
        if thing.signature_of(party) is not None:
            return _("You have signed this version. A signature is taken back with a reason only.")
        if any(each.signer_id == thing.actor_id for each in thing.signatures):
            return _("You have signed this version for another party. Each of the three is another person.")
        return "" if party is Party.a else _not_audited(thing)

    return hindrance


def _not_to_hand_over(thing: Standing) -> str:
    return _no_list(thing) or _unsigned(thing, Party.a)


def _bound_by_signature(thing: Standing) -> str:
    if thing.signature_of(Party.b) is not None:
        return _(
            "You have signed the list. Declining goes before signing; take the signature back with a reason first."
        )
    return ""


def _lines_open(thing: Standing) -> str:
    if wanted := [line.wanted for line in thing.open_lines]:
        return _(
            "On the supplement list is still open: %(what)s. B checks it again, or it is waived.", what=named(wanted)
        )
    return ""


def _not_audited(thing: Standing) -> str:
    if reason := _lines_open(thing) or _no_list(thing):
        return reason
    if unticked := thing.unchecked(Party.b):
        return _(
            "Not found in order yet: %(what)s. Tick each line, or ask for a supplement.",
            what=named([line_name(line) for line in unticked]),
        )
    return _unsigned(thing, Party.a)


def _not_to_submit(thing: Standing) -> str:
    return _not_audited(thing) or _unsigned(thing, Party.a, Party.b)


def _not_to_receive(thing: Standing) -> str:
    if reason := _no_list(thing) or _lines_open(thing) or _unsigned(thing, Party.a, Party.b):
        return reason
    if unticked := thing.unchecked(Party.archivist):
        return _(
            "Not checked or not in order yet: %(what)s. Tick each line, or reject with a reason.",
            what=named([line_name(line) for line in unticked]),
        )
    return ""


S, P = HandoverState, Permission
PREPARES, KEEPS = P.credit_prepare, P.dossier_keep
PATH = Path(
    arrange=Deed(
        party=Party.a, sources={S.preparing, S.supplementing}, permission=PREPARES, title=_l("Arrange the documents")
    ),
    issue=Deed(
        party=Party.a,
        sources={S.preparing, S.with_b, S.supplementing, S.coded, S.checking},
        permission=PREPARES,
        title=_l("Issue the list"),
        hindrance=_not_ready,
    ),
    sign_a=Deed(
        party=Party.a,
        sources={S.preparing, S.with_b, S.supplementing, S.coded, S.checking},
        permission=PREPARES,
        title=_l("Sign the list as A"),
        hindrance=_signed_by(Party.a),
    ),
    hand_to_b=Deed(
        party=Party.a,
        sources={S.preparing},
        target=S.with_b,
        permission=PREPARES,
        title=_l("Hand over to B"),
        hindrance=_not_to_hand_over,
    ),
    provide=Deed(
        party=Party.a,
        sources={S.preparing, S.with_b, S.supplementing},
        permission=PREPARES,
        title=_l("Provide what is missing"),
    ),
    audit=Deed(
        party=Party.b,
        sources={S.with_b, S.supplementing},
        permission=PREPARES,
        title=_l("Audit the lines"),
        hindrance=_no_list,
    ),
    ask_supplement=Deed(
        party=Party.b,
        sources={S.with_b, S.supplementing},
        target=S.supplementing,
        permission=PREPARES,
        title=_l("Issue a supplement list"),
    ),
    recheck=Deed(
        party=Party.b,
        sources={S.with_b, S.supplementing},
        permission=PREPARES,
        title=_l("Check again what was provided"),
    ),
    supplemented=Deed(
        party=None,
        sources={S.supplementing},
        target=S.with_b,
        permission=PREPARES,
        title=_l("Supplement complete"),
        hindrance=_lines_open,
    ),
    return_to_a=Deed(
        party=Party.b,
        sources={S.with_b, S.supplementing, S.coded},
        target=S.preparing,
        permission=PREPARES,
        title=_l("Return to A"),
        hindrance=_bound_by_signature,
        asks_reason=True,
    ),
    code=Deed(
        party=Party.b,
        sources={S.with_b},
        target=S.coded,
        permission=PREPARES,
        title=_l("Confirm the codes"),
        hindrance=_not_audited,
    ),
    audit_again=Deed(
        party=Party.b,
        sources={S.coded},
        target=S.with_b,
        permission=PREPARES,
        title=_l("Back to the audit"),
        hindrance=_bound_by_signature,
    ),
    sign_b=Deed(
        party=Party.b,
        sources={S.coded, S.checking},
        permission=PREPARES,
        title=_l("Sign the list as B"),
        hindrance=_signed_by(Party.b),
    ),
    submit=Deed(
        party=Party.b,
        sources={S.coded},
        target=S.checking,
        permission=PREPARES,
        title=_l("Submit to the archive room"),
        hindrance=_not_to_submit,
    ),
    check=Deed(
        party=Party.archivist,
        sources={S.checking},
        permission=KEEPS,
        title=_l("Check the lines"),
        hindrance=_no_list,
    ),
    reject=Deed(
        party=Party.archivist,
        sources={S.checking},
        target=S.with_b,
        permission=KEEPS,
        title=_l("Reject"),
        asks_reason=True,
    ),
    receive=Deed(
        party=Party.archivist,
        sources={S.checking},
        target=S.filed,
        permission=KEEPS,
        title=_l("Sign and receive"),
        hindrance=_not_to_receive,
    ),
    register_late=Deed(party=Party.archivist, sources={S.filed}, permission=KEEPS, title=_l("Register a supplement")),
)


def party_title(name: str) -> str:
    party = PATH[name].party
    return "" if party is None else str(PARTY_TITLES[party])
