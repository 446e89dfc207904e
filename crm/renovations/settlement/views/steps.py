"""One page for each step of the settlement; and the end of the renovation, or its opening again."""

from __future__ import annotations

from typing import Any

from crm.billing.ledger.models import Method
from crm.renovations.acceptance.signing import signature
from crm.renovations.acceptance.views.pages import told
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.cases.service.steps import STEPS as RENOVATIONS
from crm.renovations.cases.views.pages import address
from crm.renovations.settlement import forms, queries, service
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.service import STEPS
from crm.renovations.settlement.views.pages import blueprint, page_of
from crm.steps.forms import NotedForm, ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said
from crm.web.templating import money


def _sign(settlement: RenovationSettlement, form: Any) -> None:
    signed = service.Signed(
        name=form.name.data,
        upload_id=signature(form.drawing.drawn, form.signed_file.data, settlement.estate_id),
        refusal=form.refusal.data or "",
        witness=form.witness.data or "",
    )
    service.sign(settlement, signed, said(form))


def _refund(settlement: RenovationSettlement, form: Any) -> None:
    payout = service.Payout(
        method=Method(form.method.data),
        payee=form.payee.data,
        payee_reason=form.payee_reason.data or "",
        reference=form.reference.data or "",
    )
    service.ask_refund(settlement, payout, said(form))


PAGES: dict[str, Page] = {
    "sign": Page(forms.SignForm, _sign, "renovations/settlement/sign.html"),
    "object": Page(forms.ObjectForm, with_said(service.object_to)),
    "reply": Page(forms.ReplyForm, with_said(service.reply)),
    "carry_out": Page(StepForm, with_said(service.carry_out)),
    "refund": Page(forms.RefundForm, _refund),
    "drop": Page(ReasonForm, with_said(service.drop)),
}
ENDS: dict[str, Page] = {
    "close": Page(NotedForm, with_said(service.close)),
    "reopen": Page(ReasonForm, with_said(service.reopen)),
}


class _Settlements(StepPages[RenovationSettlement]):
    steps, kind, argument = STEPS, "renovation_settlement", "renovation_settlement_id"
    pages = PAGES

    def load(self, thing_id: int) -> RenovationSettlement:
        return queries.get_settlement(thing_id)

    def back_to(self, thing: RenovationSettlement) -> str:
        return page_of(thing)

    def intro(self, thing: RenovationSettlement) -> str:
        sums = f"{money(thing.held)} − {money(thing.deducted)} = {money(thing.back)}"
        return " · ".join((thing.number, thing.renovation.unit.label, thing.renovation.customer.name, sums))

    def offer(self, form: Any, thing: RenovationSettlement, action: str) -> None:
        if form.is_submitted():
            return
        if action == "sign":
            form.name.data = thing.renovation.customer.name
        if action == "refund" and thing.deposit:
            form.payee.data, form.method.data = thing.deposit.payer, thing.deposit.method.value


class _Renovations(StepPages[Renovation]):
    steps, kind, argument = RENOVATIONS, "renovation", "renovation_id"
    pages = ENDS

    def load(self, thing_id: int) -> Renovation:
        return get_renovation(thing_id)

    def back_to(self, thing: Renovation) -> str:
        return address(thing)

    def intro(self, thing: Renovation) -> str:
        return told(thing)


_Settlements().add_to(blueprint)
_Renovations().add_to(blueprint)
