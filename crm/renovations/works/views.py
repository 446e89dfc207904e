"""The tree of works and the papers, as the company keeps them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.renovations.works import queries, service
from crm.renovations.works.forms import GroupForm, PaperForm, WorkForm
from crm.renovations.works.models import ASKED_TITLES, RenovationWork
from crm.renovations.works.titles import FORM_TITLES, SLOT_TITLES
from crm.trees.pages import add_deeds, at
from crm.web.forms import attempt, form_page, is_current

blueprint = Blueprint("renovation_works", __name__, url_prefix="/renovations/works")
READ, KEEP = Permission.renovation_read, Permission.renovation_decide
PAPERS_OF_FORM = {"csrf_token", "version", "required", "further"}


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return render_template(
        "renovations/works.html",
        tree=queries.tree(),
        papers_of=queries.papers_by_work(),
        papers=queries.papers(),
        titles={"form": FORM_TITLES, "slot": SLOT_TITLES, "asked": ASKED_TITLES},
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form = GroupForm()
    if form.validate_on_submit() and (made := attempt(form, service.add_group, form.name.data)):
        flash(_("The group is added. Now add its kinds of work."))
        return redirect(at(made))
    return form_page(form, _("New group of works"), url_for(".index"))


@blueprint.route("/<int:renovation_work_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def new_work(renovation_work_id: int) -> ResponseReturnValue:
    group, form = queries.get_work(renovation_work_id), WorkForm()
    form.offer(queries.papers())
    if form.validate_on_submit() and attempt(form, service.add_work, group, _values(form), form.papers):
        return redirect(at(group))
    return form_page(form, _("New kind of work"), at(group), intro=group.name)


@blueprint.route("/<int:renovation_work_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(renovation_work_id: int) -> ResponseReturnValue:
    work = queries.get_work(renovation_work_id)
    form: Any = _form_of(work)
    papers = form.papers if work.parent_id is not None else None
    if (
        form.validate_on_submit()
        and is_current(form, work, timeline("renovation_work", work.id))
        and attempt(form, service.change_work, work, _values(form), papers)
    ):
        flash(_("Saved."))
        return redirect(at(work))
    title = _("Change the group of works") if work.parent_id is None else _("Change the kind of work")
    return form_page(form, title, at(work), intro=work.full_name)


def _form_of(work: RenovationWork) -> Any:
    if work.parent_id is None:
        return GroupForm(obj=work)
    rows = queries.papers_by_work().get(work.id, [])
    needed, further = ([row.paper_id for row in rows if row.required is wanted] for wanted in (True, False))
    form = WorkForm(obj=work, required=needed, further=further)
    form.offer(queries.papers())
    return form


def _values(form: Any) -> dict[str, Any]:
    given = {name: value for name, value in form.data.items() if name not in PAPERS_OF_FORM}
    if "deposit" in given:
        given["deposit"] = given["deposit"] or Decimal(0)
    return given


# Papers


@blueprint.route("/papers/new", methods=["GET", "POST"])
@requires(KEEP)
def new_paper() -> ResponseReturnValue:
    form = PaperForm()
    if form.validate_on_submit() and attempt(form, service.add_paper, _values(form)):
        return redirect(url_for(".index", _anchor="papers"))
    return form_page(form, _("New paper"), url_for(".index", _anchor="papers"))


@blueprint.route("/papers/<int:renovation_paper_kind_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit_paper(renovation_paper_kind_id: int) -> ResponseReturnValue:
    kind, back = queries.get_paper_kind(renovation_paper_kind_id), url_for(".index", _anchor="papers")
    form = PaperForm(obj=kind)
    if (
        form.validate_on_submit()
        and is_current(form, kind, timeline("renovation_paper_kind", kind.id))
        and attempt(form, service.change_paper, kind, _values(form))
    ):
        flash(_("Saved."))
        return redirect(back)
    return form_page(form, _("Change the paper"), back, intro=kind.title)


@blueprint.post("/papers/<int:renovation_paper_kind_id>/retire")
@requires(KEEP)
def retire_paper(renovation_paper_kind_id: int) -> ResponseReturnValue:
    return _use(renovation_paper_kind_id, active=False)


@blueprint.post("/papers/<int:renovation_paper_kind_id>/restore")
@requires(KEEP)
def restore_paper(renovation_paper_kind_id: int) -> ResponseReturnValue:
    return _use(renovation_paper_kind_id, active=True)


def _use(renovation_paper_kind_id: int, *, active: bool) -> ResponseReturnValue:
    service.use_paper(queries.get_paper_kind(renovation_paper_kind_id), active=active)
    return redirect(url_for(".index", _anchor="papers"))


add_deeds(blueprint, service.TREE, KEEP)
