"""Editions of the checklists: drafted, edited, put in force, confirmed. L-07, L-38. Policies: L-37."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers import events
from crm.archive.dossiers.models import DossierTemplate, PolicyVersion, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.template import WORKFLOW, DossierKind, PolicyScope, TemplateState
from crm.archive.dossiers.queries import find_in_force, sections_of
from crm.audit.log import differences, record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

SLOT_FACTS = ("title", "required", "several", "form", "signed_by", "is_contract", "is_title", "code")


def draft_edition(template: DossierTemplate) -> DossierTemplate:
    """A new edition with everything of this one, to be edited. One draft of a kind at a time."""
    if session().scalar(select(DossierTemplate.id).filter_by(kind=template.kind, state=TemplateState.draft)):
        raise DomainError(_("There is a draft of this checklist already. Edit that one, or put it in force first."))
    newest = session().scalar(select(func.max(DossierTemplate.edition)).filter_by(kind=template.kind)) or 0
    made = DossierTemplate(
        kind=template.kind,
        edition=newest + 1,
        title=template.title,
        state=TemplateState.draft,
        made_by=g.actor.name,
        made_at=utc_now(),
        sections=[_copied(section) for section in sections_of(template.id)],
    )
    session().add(made)
    session().flush()
    record(events.TemplateDrafted(dossier_template_id=made.id, kind=made.kind.value, edition=made.edition))
    return made


def _copied(section: TemplateSection) -> TemplateSection:
    slots = [
        TemplateSlot(position=slot.position, **{name: getattr(slot, name) for name in SLOT_FACTS})
        for slot in section.slots
    ]
    return TemplateSection(position=section.position, title=section.title, slots=slots)


def put_in_force(template: DossierTemplate) -> None:
    """New dossiers and new filing follow it from now on; what was filed keeps its own edition."""
    if template.state is not TemplateState.draft:
        raise DomainError(_("Only a draft is put in force. This edition was already."))
    if fault := template_fault(template):
        raise DomainError(fault)
    before = find_in_force(template.kind)
    if before:
        WORKFLOW.take(before, "supersede")
        session().flush()
    WORKFLOW.take(template, "put_in_force")
    template.in_force_from = utc_now()
    session().flush()
    record(
        events.TemplatePutInForce(dossier_template_id=template.id, kind=template.kind.value, edition=template.edition)
    )


def template_fault(template: DossierTemplate) -> str:
    """Why it cannot be put in force, or ""."""
    sections = sections_of(template.id)
    if not sections or not all(section.slots for section in sections):
        return _("Every section needs a document at least. Add one, or take the empty section out.")
    codes = [slot.code for section in sections for slot in section.slots if slot.code]
    twice = next((code for code in codes if codes.count(code) > 1), "")
    if twice:
        return _("Two documents have the code %(code)s. Give one of them another.", code=twice)
    before = find_in_force(template.kind)
    lost = _codes(before) - set(codes) if before else set()
    if lost and template.kind is DossierKind.property:
        named = ", ".join(sorted(lost))
        return _("Other desks file by the codes %(codes)s. Keep a document with each of them.", codes=named)
    return ""


def _codes(template: DossierTemplate) -> set[str]:
    return {slot.code for section in sections_of(template.id) for slot in section.slots if slot.code}


def confirm_template(template: DossierTemplate) -> None:
    """The company says that this is its own checklist."""
    if template.confirmed:
        raise DomainError(_("The company has confirmed this edition already."))
    if template.state is TemplateState.superseded:
        raise DomainError(_("This edition is no longer in force. Confirm the present one."))
    template.confirmed = True
    session().flush()
    record(
        events.TemplateConfirmed(dossier_template_id=template.id, kind=template.kind.value, edition=template.edition)
    )


# A draft's sections and slots


def rename_template(template: DossierTemplate, title: str) -> None:
    expect_draft(template)
    changes = differences(template, {"title": title})
    template.title = title
    _edited(template, title, changes)


def add_section(template: DossierTemplate, title: str, position: int | None = None) -> TemplateSection:
    expect_draft(template)
    sections = list(sections_of(template.id))
    made = TemplateSection(template_id=template.id, position=len(sections) + 1, title=title)
    session().add(made)
    session().flush()
    _place(sections, made, position or made.position)
    _edited(template, title, {"section": [None, title]})
    return made


def change_section(template: DossierTemplate, section: TemplateSection, title: str, position: int) -> None:
    expect_draft(template)
    changes = differences(section, {"title": title, "position": position})
    section.title = title
    others = [each for each in sections_of(template.id) if each.id != section.id]
    _place(others, section, position)
    _edited(template, title, changes)


def remove_section(template: DossierTemplate, section: TemplateSection) -> None:
    expect_draft(template)
    others = [each for each in sections_of(template.id) if each.id != section.id]
    session().delete(next(each for each in sections_of(template.id) if each.id == section.id))
    session().flush()
    _renumber(others)
    _edited(template, section.title, {"section": [section.title, None]})


def add_slot(
    template: DossierTemplate, section: TemplateSection, facts: dict[str, Any], position: int | None = None
) -> TemplateSlot:
    """`facts`: those of `SLOT_FACTS`."""
    expect_draft(template)
    slots = _slots_of(section)
    made = TemplateSlot(section_id=section.id, position=len(slots) + 1, **facts)
    session().add(made)
    session().flush()
    _place(slots, made, position or made.position)
    _edited(template, made.title, {"slot": [None, made.title]})
    return made


def change_slot(template: DossierTemplate, slot: TemplateSlot, facts: dict[str, Any], position: int) -> None:
    expect_draft(template)
    changes = differences(slot, facts | {"position": position})
    for name, value in facts.items():
        setattr(slot, name, value)
    others = [each for each in _slots_of(session().get_one(TemplateSection, slot.section_id)) if each.id != slot.id]
    _place(others, slot, position)
    _edited(template, slot.title, changes)


def remove_slot(template: DossierTemplate, slot: TemplateSlot) -> None:
    expect_draft(template)
    others = [each for each in _slots_of(session().get_one(TemplateSection, slot.section_id)) if each.id != slot.id]
    title = slot.title
    session().delete(slot)
    session().flush()
    _renumber(others)
    _edited(template, title, {"slot": [title, None]})


def expect_draft(template: DossierTemplate) -> None:
    if template.state is not TemplateState.draft:
        raise DomainError(_("An edition in force never changes. Make a new edition from it and edit that."))


def _slots_of(section: TemplateSection) -> list[TemplateSlot]:
    query = select(TemplateSlot).filter_by(section_id=section.id).order_by(TemplateSlot.position)
    return list(session().scalars(query))


def _place(others: list[Any], one: Any, position: int) -> None:
    """At this place among the others, 1 the first."""
    place = max(1, min(position, len(others) + 1))
    _renumber([*others[: place - 1], one, *others[place - 1 :]])


def _renumber(ordered: list[Any]) -> None:
    """In two steps, so that no two ever stand in one place."""
    for place, each in enumerate(ordered, start=1):
        each.position = -place
    session().flush()
    for place, each in enumerate(ordered, start=1):
        each.position = place
    session().flush()


def _edited(template: DossierTemplate, what: str, changes: dict[str, list[Any]]) -> None:
    """The template's version counts up with its parts: a form opened before is refused. It is to be confirmed anew."""
    if changes:
        template.made_by, template.made_at, template.confirmed = g.actor.name, utc_now(), False
        session().flush()
        record(events.TemplateEdited(dossier_template_id=template.id, what=what, changes=changes))


# Policies


def enter_policy(scope: PolicyScope, title: str, effective_from: date, summary: str = "") -> PolicyVersion:
    """As it was promulgated; the company has yet to confirm what the archivist entered."""
    made = PolicyVersion(
        scope=scope,
        title=title,
        effective_from=effective_from,
        summary=summary,
        confirmed=False,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(events.PolicyEntered(policy_version_id=made.id, title=title, effective_from=effective_from))
    return made
