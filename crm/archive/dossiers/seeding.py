"""What every archive begins with: the shipped checklists and policies, and a room. Safe to run again.

`crm init` calls it; opening a dossier does where nobody has yet (an installation that was restored).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from crm.archive.dossiers import defaults
from crm.archive.dossiers.models import DossierTemplate, Location, PolicyVersion, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.custody import LocationKind
from crm.archive.dossiers.models.template import TemplateState
from crm.dates import utc_now
from crm.db import session


def seed() -> None:
    """Add what is missing; what the company changed stays."""
    known = set(session().scalars(select(DossierTemplate.kind).distinct()))
    session().add_all(_template(each) for each in defaults.TEMPLATES if each.kind not in known)
    scopes = set(session().scalars(select(PolicyVersion.scope).distinct()))
    session().add_all(_policy(each) for each in defaults.POLICIES if each.scope not in scopes)
    if session().scalar(select(Location.id).limit(1)) is None:
        session().add(Location(kind=LocationKind.room, code=defaults.ROOM, path=defaults.ROOM))
    session().flush()


def _template(shipped: defaults.Template) -> DossierTemplate:
    now = utc_now()
    return DossierTemplate(
        kind=shipped.kind,
        edition=1,
        title=shipped.title,
        state=TemplateState.in_force,
        made_by=defaults.MADE_BY,
        made_at=now,
        in_force_from=now,
        sections=[
            TemplateSection(position=place, title=section.title, slots=_slots(section))
            for place, section in enumerate(shipped.sections, start=1)
        ],
    )


def _slots(section: defaults.Section) -> list[TemplateSlot]:
    return [TemplateSlot(position=place, **_facts(slot)) for place, slot in enumerate(section.slots, start=1)]


def _facts(slot: defaults.Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in defaults.Slot.__slots__}


def _policy(shipped: defaults.Policy) -> PolicyVersion:
    return PolicyVersion(
        scope=shipped.scope,
        title=shipped.title,
        summary=shipped.summary,
        effective_from=defaults.LONG_AGO,
        entered_by=defaults.MADE_BY,
        entered_at=utc_now(),
    )
