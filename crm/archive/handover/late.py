"""补充归档: what the slip says, and who takes which step of it when (2.4, 2.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.models import TemplateSlot
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.models import LATE_TITLES, LateFiling, LateState
from crm.audit.log import plain
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.workflow import Step, Workflow

FORM = "late_filing"
FACTS = ("title", "responsible", "doc_no", "doc_date", "pages", "sheets", "form", "note", "original_no", "valid_until")
DAYS = ("doc_date", "valid_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """Who brought it, a colleague or somebody from outside, and why it comes later."""

    name: str
    reason: str
    user_id: int | None = None


def document_said(facts: ItemFacts, slot: TemplateSlot, sha256: str) -> dict[str, Any]:
    """The document as both sign it."""
    said = {name: plain(getattr(facts, name)) for name in FACTS}
    return {"slot": slot.code, **said, "files": [sha256] if sha256 else []}


def facts_of(filing: LateFiling, section_id: int) -> ItemFacts:
    """What was signed, as it is filed."""
    said: Mapping[str, Any] = filing.content["document"]
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in DAYS}
    rest = {name: said[name] for name in FACTS if name not in DAYS}
    return ItemFacts(section_id=section_id, slot_id=filing.slot_id, **rest | days | {"form": Form(said["form"])})


class LateWorkflow(Workflow):
    """Refuses in a sentence."""

    def hindrance(self, thing: LateFiling, name: str) -> str:
        if thing.state is not LateState.pending:
            return _("This supplement is settled: %(state)s.", state=LATE_TITLES[thing.state])
        return self[name].hindrance(thing)


def _not_the_giver(filing: LateFiling) -> str:
    if filing.giver_id is None:
        return _("Whoever brought it has no account: the slip signed in ink takes the place of the confirmation.")
    if filing.giver_id != actor().user_id:
        return _("Only %(who)s, who brought the document, confirms or declines it.", who=filing.content["giver"])
    return ""


def _has_account(filing: LateFiling) -> str:
    if filing.giver_id is not None:
        return _("%(who)s has an account and confirms it there.", who=filing.content["giver"])
    return ""


P, S = Permission, LateState
LATE = LateWorkflow(
    confirm=Step(
        sources={S.pending}, target=S.filed, permission=P.credit_read, title=_l("Confirm"), hindrance=_not_the_giver
    ),
    decline=Step(
        sources={S.pending}, target=S.declined, permission=P.credit_read, title=_l("Decline"), hindrance=_not_the_giver
    ),
    attest=Step(
        sources={S.pending},
        target=S.filed,
        permission=P.dossier_keep,
        title=_l("File with the slip signed in ink"),
        hindrance=_has_account,
    ),
    withdraw=Step(
        sources={S.pending}, target=S.withdrawn, permission=P.dossier_keep, title=_l("Withdraw the supplement")
    ),
)
