"""B's part: ticks, supplement lists, codes, submitting, returning; and A's answers to a supplement list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.queries import sections_of
from crm.archive.handover import forms, reports
from crm.archive.handover.forms import ProvideForm, ReasonForm, RecheckForm, StepForm, WaiveForm
from crm.archive.handover.models import LINE_TITLES, Party, SupplementLine
from crm.archive.handover.path import PATH
from crm.archive.handover.queries import lists
from crm.archive.handover.queries.standing import absences, get_line
from crm.archive.handover.service import auditing, steps, supplements
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import (
    DECIDE,
    back,
    blueprint,
    load,
    part_page,
    step_page,
)
from crm.auth.permissions import requires
from crm.web.forms import BaseForm, attempt

LineVerb = Callable[[Standing, SupplementLine], None]


@blueprint.post("/<int:handover_id>/audit")
@requires(PATH["audit"].permission)
def audit(handover_id: int) -> ResponseReturnValue:
    """B's ticks of the whole page."""
    return ticked(handover_id, Party.b)


def ticked(handover_id: int, party: Party) -> ResponseReturnValue:
    standing = load(handover_id)
    PATH.expect(standing, auditing.CHECKING[party])
    found = forms.ticks(standing, needs_signature(standing))
    count = auditing.check(standing, party, found)
    return back(standing, _("%(count)d lines noted.", count=count) if count else _("Nothing was changed."))


def needs_signature(standing: Standing) -> dict[int, bool]:
    return {item.id: bool(item.slot and item.slot.signed_by) for item in lists.items_of(standing.handover.dossier_id)}


@blueprint.route("/<int:handover_id>/return", methods=["GET", "POST"])
@requires(PATH["return_to_a"].permission)
def return_to_a(handover_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return step_page(
        handover_id,
        "return_to_a",
        form,
        lambda standing: auditing.return_to_a(standing, form.reason.data or ""),
        question=_("Dossier and list go back to A. A's due date stays."),
    )


@blueprint.route("/<int:handover_id>/supplement", methods=["GET", "POST"])
@requires(PATH["ask_supplement"].permission)
def ask_supplement(handover_id: int) -> ResponseReturnValue:
    """What is missing, line by line."""
    standing = load(handover_id)
    PATH.expect(standing, "ask_supplement")
    sections = _sections(standing)
    empty = {row.slot_id: row.title for section in sections for row in section.rows if row.line is None and row.slot_id}
    form = BaseForm()
    if form.validate_on_submit() and attempt(form, supplements.ask, standing, forms.wanted(standing, empty)):
        return back(standing, _("The supplement list is with A. It stops no clock."))
    title = str(PATH["ask_supplement"].title)
    return part_page(form, standing, title, "handover/supplement.html", sections=sections, kinds=LINE_TITLES)


def _sections(standing: Standing) -> list[reports.Section]:
    handover = standing.handover
    return reports.sections(
        standing,
        sections_of(handover.dossier.template_id),
        lists.items_of(handover.dossier_id),
        absences(handover.dossier_id),
    )


@blueprint.route("/<int:handover_id>/missing/<int:missing_id>/provide", methods=["GET", "POST"])
@requires(PATH["provide"].permission)
def provide(handover_id: int, missing_id: int) -> ResponseReturnValue:
    form = ProvideForm()
    return _line_page(
        handover_id,
        missing_id,
        form,
        lambda standing, line: supplements.provide(standing, line, form.words.data or ""),
        action="provide",
        title=_("Provide what is missing"),
    )


@blueprint.route("/<int:handover_id>/missing/<int:missing_id>/recheck", methods=["GET", "POST"])
@requires(PATH["recheck"].permission)
def recheck(handover_id: int, missing_id: int) -> ResponseReturnValue:
    form = RecheckForm()

    def act(standing: Standing, line: SupplementLine) -> None:
        if form.found.data == "verify":
            supplements.verify(standing, line)
        else:
            supplements.bounce(standing, line, form.reason.data or "")

    return _line_page(handover_id, missing_id, form, act, action="recheck", title=_("Check again"))


@blueprint.route("/<int:handover_id>/missing/<int:missing_id>/waive", methods=["GET", "POST"])
@requires(DECIDE)
def waive(handover_id: int, missing_id: int) -> ResponseReturnValue:
    form = WaiveForm()
    return _line_page(
        handover_id,
        missing_id,
        form,
        lambda standing, line: supplements.waive(standing, line, form.reason.data or ""),
        title=_("Waive"),
    )


def _line_page(
    handover_id: int, missing_id: int, form: Any, act: LineVerb, *, title: str, action: str = ""
) -> ResponseReturnValue:
    """A step of one line of a supplement list, on a page that says what is missing."""
    standing = load(handover_id)
    line = get_line(standing.handover, missing_id)
    if action:
        PATH.expect(standing, action)
    if not form.is_submitted():
        form.version.data = line.version
    if form.validate_on_submit():
        line.expect_version(form.version.data)
        if attempt(form, act, standing, line):
            return back(standing)
    return part_page(form, standing, title, "handover/missing.html", line=line, kinds=LINE_TITLES)


@blueprint.route("/<int:handover_id>/codes", methods=["GET", "POST"])
@requires(PATH["code"].permission)
def code(handover_id: int) -> ResponseReturnValue:
    """The proposed codes: confirm them, or write other places, which gives other codes."""
    standing = load(handover_id)
    PATH.expect(standing, "code")
    form = BaseForm()
    if form.validate_on_submit() and (words := attempt(form, auditing.code, standing, forms.places(standing))):
        return back(standing, words)
    return part_page(
        form, standing, str(PATH["code"].title), "handover/codes.html", sections=standing.content["sections"]
    )


@blueprint.route("/<int:handover_id>/audit-again", methods=["GET", "POST"])
@requires(PATH["audit_again"].permission)
def audit_again(handover_id: int) -> ResponseReturnValue:
    return step_page(
        handover_id,
        "audit_again",
        StepForm(),
        lambda standing: steps.take(standing, "audit_again"),
        question=_("The audit is open again; the codes are confirmed anew afterwards."),
    )


@blueprint.route("/<int:handover_id>/submit", methods=["GET", "POST"])
@requires(PATH["submit"].permission)
def submit(handover_id: int) -> ResponseReturnValue:
    return step_page(
        handover_id,
        "submit",
        StepForm(),
        lambda standing: steps.take(standing, "submit"),
        question=_("Dossier and list go to the archive room. B's clock stops with this day."),
    )
