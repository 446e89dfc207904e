"""One page for each step: its form, its verb, its permission from the table."""

from __future__ import annotations

from typing import Any

from crm.moves.leaving import forms, service
from crm.moves.leaving.models import Leaving
from crm.moves.leaving.proposing import status_after
from crm.moves.leaving.queries import get_leaving, meters_of
from crm.moves.leaving.service import STEPS, Handed, KeyFate, Papers, Read, Signatures
from crm.moves.leaving.standing import division, hindered, keys_out, left_by, passes_on, stuck_lines
from crm.moves.leaving.views.pages import address, blueprint, intro, kept
from crm.properties.models import UnitStatus
from crm.steps.forms import ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said
from crm.tenants.queries import get_customer
from crm.web.forms import id_in


def _change(leaving: Leaving, form: Any) -> None:
    proof = kept(form.proof, leaving.estate_id)
    papers = Papers(contract=form.contract.data or "", proof_id=proof.id if proof else None)
    service.change(leaving, form.day.data, form.reason.data or "", papers, service.Said(key=form.key.data))


def _readings(leaving: Leaving, form: Any) -> None:
    read = [
        Read(
            meter_id=id_in(line.meter_id.data or "") or 0,
            value=line.value.data,
            rolled=line.rolled.data,
            upload=kept(line.photo, leaving.estate_id),
        )
        for line in form.used
    ]
    service.read_meters(leaving, read, form.note.data or "", service.Said(key=form.key.data))


def _keys(leaving: Leaving, form: Any) -> None:
    out = {each.line_id: each.count for each in keys_out(leaving)}
    handed = []
    for line in form.used:
        line_id = id_in(line.line_id.data or "") or 0
        count = line.count.data or out.get(line_id, 0)
        handed.append(Handed(line_id=line_id, fate=KeyFate(line.fate.data), count=count, reason=line.reason.data or ""))
    service.hand_keys(leaving, handed, form.note.data or "", service.Said(key=form.key.data))


def _sign(leaving: Leaving, form: Any) -> None:
    drawn: dict[str, Any] = {name: form[name].drawn for name in ("leaver", "buyer", "clerk") if name in form}
    scans: dict[str, Any] = {
        name: kept(form[name], leaving.estate_id) for name in ("scan", "buyers_scan") if name in form
    }
    service.sign(leaving, Signatures(**drawn, **scans), said(form))


PAGES: dict[str, Page] = {
    "change": Page(forms.ChangeForm, _change, "_layout/form.html", shows=("day", "contract", "reason")),
    "readings": Page(forms.ReadingsForm, _readings, "moves/leaving/readings.html"),
    "keys": Page(forms.KeysForm, _keys, "moves/leaving/keys.html"),
    "money": Page(StepForm, with_said(service.see_money), "moves/leaving/money.html"),
    "checklist": Page(
        forms.ChecklistForm,
        lambda leaving, form: service.note_open(leaving, form.reason.data or "", service.Said(key=form.key.data)),
        "moves/leaving/checklist.html",
    ),
    "sign": Page(forms.SignForm, _sign, "moves/leaving/sign.html"),
    "unsign": Page(ReasonForm, with_said(service.unsign)),
    "close": Page(
        forms.CloseForm,
        lambda leaving, form: service.close(leaving, UnitStatus(form.status.data), said(form)),
        "moves/leaving/close.html",
    ),
    "settle": Page(StepForm, with_said(service.settle), "moves/leaving/settle.html"),
    "cancel": Page(ReasonForm, with_said(service.cancel)),
}


class _Pages(StepPages[Leaving]):
    steps, kind, argument, pages = STEPS, "leaving", "leaving_id", PAGES

    def load(self, thing_id: int) -> Leaving:
        return get_leaving(thing_id)

    def back_to(self, thing: Leaving) -> str:
        return address(thing)

    def intro(self, thing: Leaving) -> str:
        return intro(thing)

    def offer(self, form: Any, thing: Leaving, action: str) -> None:
        if offer := OFFERS.get(action):
            offer(form, thing)


def _offer_meters(form: Any, leaving: Leaving) -> None:
    hangs = meters_of(leaving)
    if not form.is_submitted():
        form.note.data = leaving.readings_note
        for meter, _last in hangs:
            form.lines.append_entry({"meter_id": str(meter.id)})
    known = {str(meter.id): (meter, last) for meter, last in hangs}
    for entry in form.lines:
        entry.form.meter = known.get(entry.form.meter_id.data or "")


def _offer_keys(form: Any, leaving: Leaving) -> None:
    held = keys_out(leaving)
    if not form.is_submitted():
        form.note.data = leaving.keys_note
        for each in held:
            form.lines.append_entry({"line_id": str(each.line_id), "count": each.count})
    known = {str(each.line_id): each for each in held}
    for entry in form.lines:
        entry.form.held = known.get(entry.form.line_id.data or "")
        if not leaving.is_sale:
            entry.form.fate.choices = [each for each in entry.form.fate.choices if each.value != KeyFate.passed_on]


def _show_money(form: Any, leaving: Leaving) -> None:
    """Beside the form: the division, with who pays, and what each who leaves leaves open."""
    form.division = [(line, _payer(line.payer_id), hindered(line)) for line in division(leaving)]
    form.left = left_by(leaving)


def _payer(customer_id: int | None) -> str:
    return get_customer(customer_id).name if customer_id else ""


def _show_checklist(form: Any, leaving: Leaving) -> None:
    form.left, form.stuck = left_by(leaving), stuck_lines(leaving)
    if not form.is_submitted():
        form.reason.data = leaving.open_note


def _offer_signing(form: Any, leaving: Leaving) -> None:
    if not leaving.is_sale:
        del form.buyer, form.buyers_scan


def _offer_closing(form: Any, leaving: Leaving) -> None:
    form.division = [(line, _payer(line.payer_id), "") for line in passes_on(leaving)]
    form.left = left_by(leaving) if "status" in form else []
    if "status" in form and not form.is_submitted():
        form.status.data = status_after(leaving)


OFFERS = {
    "readings": _offer_meters,
    "keys": _offer_keys,
    "money": _show_money,
    "checklist": _show_checklist,
    "sign": _offer_signing,
    "close": _offer_closing,
    "settle": _offer_closing,
}
_Pages().add_to(blueprint)
