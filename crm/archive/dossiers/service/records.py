"""What is put right after filing: supplements, corrections, removals, and what does not apply. Section 2.4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers import events
from crm.archive.dossiers.models import Correction, Dossier, Item, Removal, SlotAbsence, SupplementFiling, TemplateSlot
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.dossier import SECURITY_TITLES, DossierState
from crm.archive.dossiers.models.records import WORKFLOW, AskState
from crm.archive.dossiers.queries import find_slot, is_removed
from crm.archive.dossiers.service.appointing import expect_appointment
from crm.archive.dossiers.service.filing import derived, filed_item, hold
from crm.archive.dossiers.service.items import ItemFacts, attach_file, expect_sound
from crm.archive.dossiers.service.opening import template_in_force
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.log import plain, record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload

ITEM_FIELDS = {
    "title": _l("Document title"),
    "responsible": _l("Responsible party"),
    "doc_no": _l("Document number"),
    "doc_date": _l("Date"),
    "original_no": _l("Number of the contract as signed"),
    "valid_until": _l("Valid until"),
    "note": _l("Remark"),
}
DOSSIER_FIELDS = {"title": _l("Dossier title"), "security": _l("Security class")}
CLASSES = {each.value: title for each, title in SECURITY_TITLES.items()}


def field_title(field: str, *, of_item: bool) -> LazyString | str:
    """What a correction is about, in words."""
    return (ITEM_FIELDS if of_item else DOSSIER_FIELDS).get(field, field)


def value_title(field: str, value: str) -> str:
    """What a correction says, in words: a class is kept as its code."""
    return str(CLASSES.get(value, value)) if field == "security" else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who brought a supplement: a colleague, or somebody from outside."""

    name: str
    user_id: int | None = None


# Supplements


def expect_supplement(dossier: Dossier, facts: ItemFacts) -> None:
    """Raises `DomainError` unless the dossier is filed and takes such a document."""
    if dossier.state is not DossierState.filed:
        raise DomainError(_("Supplements are for filed dossiers. Put the document into this one directly."))
    expect_sound(dossier, facts)


def file_supplement(
    dossier: Dossier,
    facts: ItemFacts,
    giver: Giver,
    reason: str,
    upload: Upload | None = None,
    *,
    archivist: User | None = None,
) -> Item:
    """补充归档: the next code of its section with 补, the next pages; nothing is renumbered.

    `archivist` took it from the giver and was appointed then; None: the acting person does, and is appointed today.
    Raises `DomainError` when giver and archivist are one.
    """
    if archivist is None:
        expect_appointment(CustodianRole.archivist)
        archivist = session().get_one(User, g.actor.user_id)
    if giver.user_id == archivist.id:
        raise DomainError(_("Whoever brings a supplement cannot be who files it. Let somebody else do one of the two."))
    hold(dossier)
    expect_supplement(dossier, facts)
    slot = session().get(TemplateSlot, facts.slot_id) if facts.slot_id else None
    values = {name: getattr(facts, name) for name in ItemFacts.__slots__ if name not in ("section_id", "slot_id")}
    given = {"supplement": True, "derived_no": _next_contract(dossier) if slot and slot.is_contract else None}
    made = filed_item(dossier, facts.section_id, slot, values, by=archivist.full_name, **given)
    _keep_giver(dossier, made, giver, archivist, reason)
    if upload:
        attach_file(made, upload)
    told: dict[str, Any] = {"code": made.code or "", "title": made.title, "pages": made.pages, "sheets": made.sheets}
    record(events.SupplementFiled(dossier_id=dossier.id, item_id=made.id, giver=giver.name, reason=reason, **told))
    return made


def _next_contract(dossier: Dossier) -> str | None:
    if dossier.number_id is None:
        return None
    known = session().scalars(
        select(Item.derived_no).where(Item.dossier_id == dossier.id, Item.derived_no.is_not(None))
    )
    return derived(session().get_one(ArchiveNumber, dossier.number_id), len(known.all()) + 1)


def _keep_giver(dossier: Dossier, item: Item, giver: Giver, archivist: User, reason: str) -> None:
    session().add(
        SupplementFiling(
            dossier_id=dossier.id,
            item_id=item.id,
            giver=giver.name,
            giver_id=giver.user_id,
            archivist_id=archivist.id,
            reason=reason,
            filed_at=utc_now(),
        )
    )
    session().flush()


# Corrections


def ask_correction(
    dossier: Dossier, item: Item | None, field: str, new: str, reason: str, evidence: Upload | None = None
) -> Correction:
    """更正单: ask that another value be shown. `new` as written on paper, a day as 2026-11-23, a class by its code."""
    _expect_filed(dossier, item)
    if field not in (ITEM_FIELDS if item else DOSSIER_FIELDS):
        raise DomainError(_("This cannot be corrected: numbers, codes and pages stay as they were filed."))
    if field == "title" and not new.strip():
        raise DomainError(_("A title is needed."))
    if field == "security" and new not in CLASSES:
        raise DomainError(_("There is no such security class. Choose one of the list."))
    old = shown_value(dossier, item, field)
    if old == new:
        raise DomainError(_("This is what stands there already."))
    if _waiting(Correction, dossier_id=dossier.id, item_id=item.id if item else None, field=field):
        raise DomainError(_("A correction of this is waiting for approval already."))
    made = Correction(
        dossier_id=dossier.id,
        item_id=item.id if item else None,
        field=field,
        old=old,
        new=new,
        reason=reason,
        evidence_id=evidence.id if evidence else None,
        state=AskState.asked,
        asked_by_id=_own_account(),
        asked_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(events.CorrectionAsked(reason=reason, **_about_correction(made, item)))
    return made


def decide_correction(correction: Correction, *, approve: bool, decision: str) -> None:
    """By another person than who asked; with a reason when refused."""
    _decide(correction, approve=approve, decision=decision)
    item = session().get_one(Item, correction.item_id) if correction.item_id else None
    record(events.CorrectionDecided(approved=approve, decision=decision, **_about_correction(correction, item)))


def shown_value(dossier: Dossier, item: Item | None, field: str) -> str:
    """What stands there now, corrections applied."""
    newest = select(Correction.new).filter_by(dossier_id=dossier.id, field=field, state=AskState.approved)
    of_this = Correction.item_id == item.id if item else Correction.item_id.is_(None)
    corrected = session().scalar(
        newest.where(of_this).order_by(Correction.decided_at.desc(), Correction.id.desc()).limit(1)
    )
    return str(plain(getattr(item or dossier, field)) or "") if corrected is None else corrected


def _about_correction(correction: Correction, item: Item | None) -> dict[str, Any]:
    return {
        "dossier_id": correction.dossier_id,
        "archive_correction_id": correction.id,
        "item_id": correction.item_id,
        "code": (item.code or "") if item else "",
        "field": correction.field,
        "old": correction.old,
        "new": correction.new,
    }


# Removals


removal_hindrances: list[Callable[[Item], str]] = []
"""Why a document cannot leave its dossier now, or "": packages that lend it add theirs in `crm.wiring`."""


def _expect_there(item: Item) -> None:
    if reason := next(filter(None, (hindrance(item) for hindrance in removal_hindrances)), ""):
        raise DomainError(reason)


def ask_removal(dossier: Dossier, item: Item, reason: str, receiver: str) -> Removal:
    """移出单: ask that the document leave, for whom and why."""
    _expect_filed(dossier, item)
    if _waiting(Removal, item_id=item.id):
        raise DomainError(_("The removal of this document is waiting for approval already."))
    if session().scalar(select(Removal.id).filter_by(item_id=item.id, state=AskState.approved)):
        raise DomainError(_("This document has left the dossier already; a substitute sheet holds its place."))
    made = Removal(
        dossier_id=dossier.id,
        item_id=item.id,
        reason=reason,
        receiver=receiver,
        state=AskState.asked,
        asked_by_id=_own_account(),
        asked_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(events.RemovalAsked(reason=reason, **_about_removal(made, item)))
    return made


def decide_removal(removal: Removal, *, approve: bool, decision: str) -> None:
    """By another person than who asked; with a reason when refused."""
    item = session().get_one(Item, removal.item_id)
    if approve:
        session().execute(select(Dossier.id).where(Dossier.id == removal.dossier_id).with_for_update(key_share=True))
        _expect_there(item)
    _decide(removal, approve=approve, decision=decision)
    record(events.RemovalDecided(approved=approve, decision=decision, **_about_removal(removal, item)))


def _about_removal(removal: Removal, item: Item) -> dict[str, Any]:
    return {
        "dossier_id": removal.dossier_id,
        "item_removal_id": removal.id,
        "item_id": item.id,
        "code": item.code or "",
        "title": item.title,
        "receiver": removal.receiver,
    }


# What does not apply


def state_absence(dossier: Dossier, slot: TemplateSlot, reason: str, *, absent: bool = True) -> SlotAbsence:
    """The checklist's document does not apply here, and why; or it does again.

    Raises `DomainError` for a document of another checklist or without a code, and for a dossier that is closed or
    filed.
    """
    if dossier.state not in (DossierState.forming, DossierState.open):
        raise DomainError(_("This dossier is closed or filed: what it had to hold stays as it was."))
    if not slot.code or find_slot(_checklist_of(dossier), slot.code) != slot:
        raise DomainError(_("This is no document of the dossier's checklist. Open the dossier and choose it there."))
    if not reason.strip():
        raise DomainError(_("Say why, so that nobody asks again."))
    if absent and session().scalar(_items_in(dossier, slot.code).limit(1)):
        raise DomainError(_("%(title)s lies in the dossier: it applies.", title=slot.title))
    made = SlotAbsence(
        dossier_id=dossier.id,
        slot_code=slot.code,
        absent=absent,
        reason=reason,
        stated_by=g.actor.name,
        stated_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told = {"slot_code": slot.code, "title": slot.title, "reason": reason}
    record(events.AbsenceStated(dossier_id=dossier.id, absent=absent, **told))
    return made


def _checklist_of(dossier: Dossier) -> int:
    """A living dossier follows the edition in force, a sealed one keeps its own."""
    return dossier.template_id if dossier.sealed else template_in_force(dossier.kind).id


def _items_in(dossier: Dossier, slot_code: str) -> Any:
    lying = select(Item.id).join(TemplateSlot, TemplateSlot.id == Item.slot_id)
    return lying.where(Item.dossier_id == dossier.id, TemplateSlot.code == slot_code, ~is_removed())


# Rules


def _decide(ask: Correction | Removal, *, approve: bool, decision: str) -> None:
    if ask.state is not AskState.asked:
        raise DomainError(_("This was decided already. Look at it again."))
    if ask.asked_by_id == g.actor.user_id:
        raise DomainError(_("Whoever asks cannot approve. Somebody else with the right decides."))
    if not approve and not decision.strip():
        raise DomainError(_("Say why it is refused."))
    decider_id = _own_account()
    WORKFLOW.take(ask, "approve" if approve else "refuse")
    ask.decided_by_id, ask.decided_at, ask.decision = decider_id, utc_now(), decision
    session().flush()


def _expect_filed(dossier: Dossier, item: Item | None) -> None:
    """What is not filed yet is changed directly."""
    if item is not None and item.filed_at is None:
        raise DomainError(_("This document is not filed yet: change it directly."))
    if item is None and dossier.state is DossierState.forming:
        raise DomainError(_("This dossier is not filed yet: change it directly."))


def _waiting(model: type[Correction] | type[Removal], **which: Any) -> bool:
    return session().scalar(select(model.id).filter_by(state=AskState.asked, **which)) is not None


def _own_account() -> int:
    """Jobs and the command line sign nothing."""
    user_id: int | None = g.actor.user_id
    if user_id is None:
        raise DomainError(_("This is done by a person who is signed in."))
    return session().get_one(User, user_id).id
