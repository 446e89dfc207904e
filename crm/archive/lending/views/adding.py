"""What stands on the slip: found by number, title or a scanned label; a dossier whole, or documents of it."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import may_see
from crm.archive.lending import queries, scanning, service
from crm.archive.lending.forms import AddForm, TakeOffForm
from crm.archive.lending.models import LendingSlip
from crm.archive.lending.service import STEPS
from crm.archive.lending.views.pages import ASK, back, blueprint, load, part_page
from crm.auth.permissions import requires
from crm.db import session
from crm.errors import DomainError
from crm.web.forms import attempt, id_in


@blueprint.route("/<int:lending_slip_id>/add", methods=["GET", "POST"])
@requires(ASK)
def add(lending_slip_id: int) -> ResponseReturnValue:
    """`q`: what is looked for; `dossier`: the one that is opened to choose from. Scanned, it stands on the slip."""
    slip = load(lending_slip_id)
    STEPS.expect(slip, "change")
    form = AddForm()
    if form.validate_on_submit() and (answer := _put_on(slip, form)):
        return answer
    wanted = (form.code.data or "") if form.is_submitted() else request.args.get("q", "").strip()[:300]
    form.code.data = wanted
    opened = queries.find_dossier(id_in(request.args.get("dossier", "")) or 0)
    return part_page(
        form,
        slip,
        _("Put documents on the slip"),
        "lending/add.html",
        found=queries.dossiers_found(scanning.matching(wanted)) if wanted and opened is None else (),
        wanted=wanted,
        opened=opened,
        dossier_title=queries.titles([opened.id]).get(opened.id, "") if opened else "",
        items=queries.lendable_of(opened.id) if opened else (),
        titled=opened is not None and may_see(opened.id),
        there={line.item_id for line in queries.lines_of(slip.id)},
    )


def _put_on(slip: LendingSlip, form: AddForm) -> ResponseReturnValue | None:
    """None where it is to be chosen first, or was refused."""
    if form.item_ids.data:
        return _done(slip, form, attempt(form, _put_items, slip, form.item_ids.data))
    if (key := id_in(form.dossier_id.data or "")) is not None:
        dossier = queries.find_dossier(key) or abort(404)
        return _done(slip, form, attempt(form, service.put_dossier_on, slip, dossier))
    scanned = scanning.resolve(form.code.data or "")
    if scanned is None:
        code = form.code.data or None
        return redirect(url_for("lending.add", lending_slip_id=slip.id, q=code)) if code else None
    if scanned.item_id is not None:
        return _done(slip, form, attempt(form, _put_items, slip, [scanned.item_id]))
    return _done(slip, form, attempt(form, _put_whole, slip, scanned.dossier_id))


def _put_items(slip: LendingSlip, item_ids: list[int]) -> int:
    items = queries.items_named(item_ids)
    if {item.id for item in items} != set(item_ids):
        raise DomainError(
            _("This is not lent by slip: title documents leave by voucher only, and what was removed is not there.")
        )
    return service.put_on(slip, items)


def _put_whole(slip: LendingSlip, dossier_id: int) -> int:
    return service.put_dossier_on(slip, session().get_one(Dossier, dossier_id))


def _done(slip: LendingSlip, form: AddForm, done: object) -> ResponseReturnValue | None:
    if form.form_errors:
        return None
    flash(_("Put on the slip.") if done else _("It stands on the slip already."))
    return redirect(url_for("lending.add", lending_slip_id=slip.id))


@blueprint.post("/<int:lending_slip_id>/take-off")
@requires(ASK)
def take_off(lending_slip_id: int) -> ResponseReturnValue:
    slip, form = load(lending_slip_id), TakeOffForm()
    if form.validate() and form.line_ids.data:
        service.take_off(slip, form.line_ids.data)
        return back(slip, _("Taken off the slip."))
    return back(slip, _("Tick what is to be taken off first."))
