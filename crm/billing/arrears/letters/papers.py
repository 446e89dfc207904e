"""The letter on paper, as `/verify` knows it (decision 022): always in Chinese, with a receipt to be torn off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers import proof
from crm.archive.dossiers.proof import Paper, ToIssue
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.billing.arrears.dunning.models import STEP_KINDS, Demand
from crm.billing.arrears.letters.queries import to_print
from crm.db import session
from crm.web import pdf

DEMAND = "demand"
STYLE = "letter.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A print after the first: the paper says so."""

    by: str
    on: date
    reason: str


def content_of(demand: Demand) -> dict[str, Any]:
    """As it was made, and whether it still holds; `run` loaded."""
    return {**demand.content, "void": demand.run.reason if demand.voided else ""}


def content_today(demand_id: int) -> dict[str, Any] | None:
    """Whoever asks: what may be shown of it is `may_see`'s affair."""
    found = select(Demand).where(Demand.id == demand_id).options(joinedload(Demand.run))
    demand = session().scalars(found).one_or_none()
    return content_of(demand) if demand else None


def may_see(demand_id: int) -> bool:
    seen = select(Demand.id).where(Demand.id == demand_id, within(Demand.estate_id))
    return actor().may(Permission.arrears_read) and session().scalar(seen) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A letter about to be pressed: what it says, and its mark for `/verify`."""

    demand_id: int
    content: Mapping[str, Any]
    mark: proof.Mark


def marked(demands: Sequence[Demand]) -> list[Marked]:
    """Kept as issued, in four statements; wants a request, for the address in the code. `run` of each loaded."""
    told = [(demand.id, content_of(demand)) for demand in demands]
    issued = proof.issue_all(
        DEMAND, [ToIssue(subject_id=key, number=said["number"], content=said) for key, said in told]
    )
    return [
        Marked(demand_id=key, content=said, mark=proof.mark(print_))
        for (key, said), print_ in zip(told, issued, strict=True)
    ]


def letter(told: Marked, again: Again | None = None) -> str:
    """As HTML; asks the database nothing."""
    said: dict[str, Any] = {"mark": told.mark, "again": again, "void": told.content["void"], **shown(told.content)}
    with force_locale("zh_CN"):
        return render_template("document/arrears/letter.html", lang="zh-CN", **said)


def as_sent(demand_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Letters that hold, as HTML with its stylesheet, in the order asked for; wants a request for the code."""
    found = {each.demand_id: letter(each) for each in marked(to_print(demand_ids))}
    return [(found[demand_id], STYLE) for demand_id in demand_ids]


def shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """What screen and paper draw of the frozen content: sums as numbers, the words in paragraphs."""
    return {
        "content": content,
        "amount": Decimal(content["amount"]),
        "lines": [{**line, "amount": Decimal(line["amount"])} for line in content["lines"]],
        "paragraphs": [part.strip() for part in content["body"].replace("\r\n", "\n").split("\n\n") if part.strip()],
    }


def paper(demand: Demand, again: Again | None = None) -> bytes:
    [told] = marked([demand])
    return pdf.press(letter(told, again), STYLE)


FIELDS = {
    "number": _l("Number"),
    "kind": _l("Kind"),
    "step": _l("Step"),
    "day": _l("Day"),
    "day_in_words": _l("Day in words"),
    "pay_until": _l("To pay until"),
    "customer": _l("Customer"),
    "customer_code": _l("Customer number"),
    "units": _l("Units"),
    "address": _l("Address"),
    "estate": _l("Estate"),
    "company": _l("Company"),
    "sender": _l("Sender"),
    "phone": _l("Telephone"),
    "amount": _l("Sum (yuan)"),
    "capitals": _l("In capitals"),
    "disputed": _l("Disputed lines left out"),
    "how_to_pay": _l("How to pay"),
    "subject": _l("Subject"),
    "body": _l("Text of the letter"),
    "lines": _l("Bills"),
    "item": _l("Charge item"),
    "unit": _l("Unit"),
    "period": _l("Month"),
    "begins": _l("From"),
    "last": _l("To"),
    "due_on": _l("Due on"),
    "days": _l("Days overdue"),
    "void": _l("Void because"),
}
WORDS: dict[str, dict[Any, Any]] = {"kind": {**STEP_KINDS}}
PAPERS = {
    DEMAND: Paper(title=_l("Demand letter"), content=content_today, may_see=may_see, fields=FIELDS, words=WORDS),
}
