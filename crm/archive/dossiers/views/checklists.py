"""Editions of the checklists and the policies' versions."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import false, select

from crm.archive.dossiers import queries
from crm.archive.dossiers.forms import PolicyForm, SectionForm, SlotForm, TemplateForm
from crm.archive.dossiers.models import DossierTemplate, PolicyVersion, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.template import (
    FORM_TITLES,
    KIND_TITLES,
    SCOPE_TITLES,
    TEMPLATE_STATE_TITLES,
    Form,
    PolicyScope,
    TemplateState,
)
from crm.archive.dossiers.service import templates as service
from crm.archive.dossiers.views.pages import APPOINT, KEEP, OVERSEE, blueprint
from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.db import session
from crm.web.forms import attempt, form_page, is_current

TO_CONFIRM = "to_confirm"
TONES = {TemplateState.draft: "orange", TemplateState.in_force: "green", TemplateState.superseded: "grey"}


@blueprint.get("/checklists")
@requires(OVERSEE)
def checklists() -> ResponseReturnValue:
    """All, or the checklists that the company has yet to confirm."""
    query = select(DossierTemplate).order_by(DossierTemplate.kind, DossierTemplate.edition.desc())
    policies = select(PolicyVersion).order_by(PolicyVersion.scope, PolicyVersion.effective_from.desc())
    if request.args.get("state") == TO_CONFIRM:
        query, policies = query.where(queries.TO_CONFIRM), policies.where(false())
    return render_template(
        "dossiers/checklists.html",
        templates=session().scalars(query).all(),
        policies=session().scalars(policies).all(),
        scopes=SCOPE_TITLES,
        may_keep=g.actor.may(KEEP),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"kinds": KIND_TITLES, "states": TEMPLATE_STATE_TITLES, "tones": TONES, "forms": FORM_TITLES}


@blueprint.get("/checklists/<int:template_id>")
@requires(OVERSEE)
def checklist(template_id: int) -> ResponseReturnValue:
    template = queries.get_template(template_id)
    draft = template.state is TemplateState.draft
    return render_template(
        "dossiers/checklist.html",
        template=template,
        sections=queries.sections_of(template.id),
        may_edit=draft and g.actor.may(KEEP),
        may_draft=not draft and g.actor.may(KEEP),
        may_confirm=not template.confirmed and template.state is not TemplateState.superseded and g.actor.may(APPOINT),
        **_words(),
    )


def _back(template_id: int) -> ResponseReturnValue:
    return redirect(url_for(".checklist", template_id=template_id))


@blueprint.post("/checklists/<int:template_id>/draft")
@requires(KEEP)
def draft_checklist(template_id: int) -> ResponseReturnValue:
    return _back(service.draft_edition(queries.get_template(template_id)).id)


@blueprint.post("/checklists/<int:template_id>/put-in-force")
@requires(KEEP)
def put_in_force(template_id: int) -> ResponseReturnValue:
    service.put_in_force(queries.get_template(template_id))
    flash(_("In force from now on. Dossiers that are being prepared keep their edition."))
    return _back(template_id)


@blueprint.post("/checklists/<int:template_id>/confirm")
@requires(APPOINT)
def confirm_checklist(template_id: int) -> ResponseReturnValue:
    """The general manager says that this is the company's own."""
    service.confirm_template(queries.get_template(template_id))
    flash(_("Confirmed."))
    return _back(template_id)


@blueprint.route("/checklists/<int:template_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit_checklist(template_id: int) -> ResponseReturnValue:
    template = queries.get_template(template_id)
    form = TemplateForm(obj=template)
    history = timeline("dossier_template", template.id)
    if form.validate_on_submit() and is_current(form, template, history):  # noqa: SIM102
        if attempt(form, service.rename_template, template, form.title.data):
            return _back(template.id)
    return form_page(form, _("Change the title"), url_for(".checklist", template_id=template.id))


@blueprint.route("/checklists/<int:template_id>/sections/new", methods=["GET", "POST"])
@requires(KEEP)
def new_section(template_id: int) -> ResponseReturnValue:
    template, form = queries.get_template(template_id), SectionForm()
    if form.validate_on_submit():
        said = (template, form.title.data, form.position.data)
        if attempt(form, service.add_section, *said):
            return _back(template.id)
    return form_page(form, _("Add a section"), url_for(".checklist", template_id=template.id))


def _section(section_id: int) -> tuple[DossierTemplate, TemplateSection]:
    section = session().get(TemplateSection, section_id) or abort(404)
    return session().get_one(DossierTemplate, section.template_id), section


def _slot(slot_id: int) -> tuple[DossierTemplate, TemplateSlot]:
    slot = session().get(TemplateSlot, slot_id) or abort(404)
    return _section(slot.section_id)[0], slot


@blueprint.route("/checklist-sections/<int:section_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit_section(section_id: int) -> ResponseReturnValue:
    template, section = _section(section_id)
    form = SectionForm(obj=section)
    if form.validate_on_submit():
        said = (template, section, form.title.data, form.position.data or section.position)
        if attempt(form, service.change_section, *said):
            return _back(template.id)
    return form_page(form, _("Change the section"), url_for(".checklist", template_id=template.id))


@blueprint.post("/checklist-sections/<int:section_id>/remove")
@requires(KEEP)
def remove_section(section_id: int) -> ResponseReturnValue:
    template, section = _section(section_id)
    service.remove_section(template, section)
    return _back(template.id)


@blueprint.route("/checklist-sections/<int:section_id>/slots/new", methods=["GET", "POST"])
@requires(KEEP)
def new_slot(section_id: int) -> ResponseReturnValue:
    (template, section), form = _section(section_id), SlotForm()
    if form.validate_on_submit():
        said = (template, section, _slot_facts(form), form.position.data)
        if attempt(form, service.add_slot, *said):
            return _back(template.id)
    back = url_for(".checklist", template_id=template.id)
    return form_page(form, _("Add a document"), back, intro=section.title)


@blueprint.route("/checklist-slots/<int:slot_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit_slot(slot_id: int) -> ResponseReturnValue:
    template, slot = _slot(slot_id)
    form = SlotForm(obj=slot)
    if form.validate_on_submit():
        said = (template, slot, _slot_facts(form), form.position.data or slot.position)
        if attempt(form, service.change_slot, *said):
            return _back(template.id)
    back = url_for(".checklist", template_id=template.id)
    return form_page(form, _("Change the document"), back, intro=slot.title)


@blueprint.post("/checklist-slots/<int:slot_id>/remove")
@requires(KEEP)
def remove_slot(slot_id: int) -> ResponseReturnValue:
    template, slot = _slot(slot_id)
    service.remove_slot(template, slot)
    return _back(template.id)


def _slot_facts(form: Any) -> dict[str, Any]:
    facts = {name: form[name].data for name in service.SLOT_FACTS}
    return facts | {"form": Form(form.form.data), "signed_by": form.signed_by.data or "", "code": form.code.data or ""}


@blueprint.route("/policies/new", methods=["GET", "POST"])
@requires(KEEP)
def new_policy() -> ResponseReturnValue:
    """A policy as it was promulgated; dossiers that were opened before keep the one of their start (L-37)."""
    form = PolicyForm(data={"effective_from": business_day()})
    if form.validate_on_submit():
        said = (PolicyScope(form.scope.data), form.title.data, form.effective_from.data, form.summary.data or "")
        if attempt(form, service.enter_policy, *said):
            flash(_("Entered."))
            return redirect(url_for(".checklists"))
    return form_page(form, _("Enter a policy"), url_for(".checklists"))
