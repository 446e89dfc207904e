"""Use of what is filed: who opened or printed what, and what for. It stands in the log alone (P-04)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.archive.dossiers.events import DossierUsed
from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.models import User
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.policy.dictionaries import Dictionary

OTHER = "other"  # wants words of its own
ONE_USE = timedelta(minutes=1)  # a second click, and a viewer that asks again, are no second use
PURPOSES = Dictionary(
    key="archive.purpose",
    title=_l("What archives are used for"),
    defaults={
        "answer": _l("To answer a customer"),
        "fees": _l("To check fees"),
        "works": _l("Repair or building work"),
        "audit": _l("Audit or inspection"),
        "management": _l("For the management"),
        "keeping": _l("Keeping the archive"),
        OTHER: _l("Other"),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What is opened or printed: a document's file, or the list of this kind."""

    item_id: int | None = None
    rendition_id: int | None = None
    code: str = ""
    title: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """`code` is of PURPOSES, `note` what was written with it."""

    code: str
    note: str


def purpose_today(dossier_id: int) -> Purpose | None:
    """What the acting person last said today that this dossier is used for."""
    said = session().scalars(_uses_since(dossier_id, beginning_of(business_day()))).first()
    return Purpose(said.data["purpose"], said.data["note"]) if said else None


def note_use(dossier_id: int, used: Used, purpose: Purpose) -> None:
    """Once a minute for each thing, however often it is asked for; one person's uses come one after the other."""
    session().execute(select(User.id).where(User.id == g.actor.user_id).with_for_update(key_share=True))
    lately = session().scalars(_uses_since(dossier_id, utc_now() - ONE_USE)).all()
    whole: dict[str, Any] = asdict(used)
    if not any(whole.items() <= entry.data.items() for entry in lately):
        record(DossierUsed(dossier_id=dossier_id, **whole, purpose=purpose.code, note=purpose.note))


def _uses_since(dossier_id: int, moment: datetime) -> Select[LogEntry]:
    """The acting person's, newest first."""
    own = LogEntry.kind == DossierUsed.__name__, LogEntry.user_id == g.actor.user_id, LogEntry.at >= moment
    return timeline("dossier", dossier_id).where(*own)
