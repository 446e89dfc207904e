"""Finished, and the second check sooner: pages of the workflow's steps."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.renovations.acceptance import forms, service
from crm.renovations.acceptance.service.finishing import drawing_hindrance
from crm.renovations.acceptance.views.pages import ANCHOR, LOG, blueprint, told
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.cases.service.steps import STEPS
from crm.renovations.cases.views.pages import address
from crm.steps.pages import Page, StepPages, said
from crm.web.forms import attempt, form_page, hindered


def _finish(renovation: Renovation, form: Any) -> None:
    drawings = [
        service.Drawing(name=file.filename, content=file.read())
        for file in form.drawings.data or ()
        if file and getattr(file, "filename", "")
    ]
    finished = service.Finished(
        done_on=form.done_on.data,
        built=form.built.data,
        as_approved=form.as_approved.data,
        differs=form.differs.data or "",
        drawings=drawings,
        no_drawings=form.no_drawings.data or "",
    )
    service.finish(renovation, finished, said(form))


def _shorten(renovation: Renovation, form: Any) -> None:
    service.shorten(renovation, form.day.data, said(form))


PAGES = {"finish": Page(forms.FinishForm, _finish), "shorten": Page(forms.ShortenForm, _shorten)}


class _Pages(StepPages[Renovation]):
    steps, kind, argument = STEPS, "renovation", "renovation_id"
    pages = PAGES

    def load(self, thing_id: int) -> Renovation:
        return get_renovation(thing_id)

    def back_to(self, thing: Renovation) -> str:
        return address(thing, ANCHOR)

    def intro(self, thing: Renovation) -> str:
        return told(thing)

    def offer(self, form: Any, thing: Renovation, action: str) -> None:
        if not form.is_submitted():
            form["done_on" if action == "finish" else "day"].data = business_day()


_Pages().add_to(blueprint)


@blueprint.route("/<int:renovation_id>/drawing", methods=["GET", "POST"])
@requires(LOG)
def bring_drawing(renovation_id: int) -> ResponseReturnValue:
    """An as-built drawing that comes later."""
    renovation, form = get_renovation(renovation_id), forms.DrawingForm()
    back = address(renovation, ANCHOR)
    if not hindered(form, drawing_hindrance(renovation)) and form.validate_on_submit():
        file = form.drawing.data
        drawing = service.Drawing(name=file.filename, content=file.read(), title=form.title.data or "")
        if attempt(form, service.bring_drawing, renovation, drawing, form["key"].data or None):
            flash(_("The drawing is kept."))
            return redirect(back)
    return form_page(form, _("Add an as-built drawing"), back, intro=told(renovation))
