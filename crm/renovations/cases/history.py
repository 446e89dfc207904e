"""Renovations in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.cases.models import DECISION_TITLES, Decision
from crm.renovations.cases.wording import step_title
from crm.tenants.history import REVEAL_REASONS
from crm.web.revealing import reason_in_words
from crm.web.templating import money

EVENT_TITLES = {
    "RenovationApplied": _l("Renovation applied for"),
    "RenovationChanged": _l("Application for a renovation changed"),
    "RenovationStepTaken": _l("Renovation"),
    "RenovationPaperBrought": _l("Paper of a renovation"),
    "RenovationSigned": _l("Renovation agreement signed"),
    "RenovationCharged": _l("Fee of a renovation charged"),
    "RenovationDepositTied": _l("Deposit of a renovation named"),
    "RenovationPermitted": _l("Renovation permit issued"),
    "RenovationPermitPrinted": _l("Renovation permit printed"),
    "RenovationExtensionAsked": _l("More time for a renovation asked for"),
    "RenovationExtensionDecided": _l("More time for a renovation decided"),
    "RenovationAlterationAsked": _l("Alteration asked for"),
    "RenovationAlterationDecided": _l("Alteration decided"),
    "RenovationStopped": _l("Renovation stopped"),
    "RenovationNumberShown": _l("Number of a renovation's contact shown"),
}
FIELD_TITLES = {
    "works": _l("Works"),
    "contractor": _l("Building firm"),
    "contractor_licence": _l("Licence number"),
    "contractor_lead": _l("Who leads the site"),
    "contractor_phone": _l("Telephone of the site"),
    "contact": _l("Contact"),
    "contact_phone": _l("Telephone of the contact"),
    "description": _l("What is built"),
    "area": _l("Area rebuilt (m²)"),
    "starts_on": _l("Begins on"),
    "ends_on": _l("Ends on"),
    "deposit_asked": _l("Deposit asked for"),
    "permit_number": _l("Permit number"),
    "valid_from": _l("Valid from"),
    "valid_to": _l("Valid to"),
    "owed_reason": _l("Why it was issued before all fees were paid"),
    "paper": _l("Paper wanted"),
    "agreed_on": _l("Signed on"),
    "until": _l("Extended to"),
    "late": _l("Asked for late"),
    "what": _l("What is altered"),
    "bears": _l("It carries load"),
    "edition": _l("Edition"),
    "times": _l("Print"),
}
SUBJECT_TITLES = {
    "renovation": _l("Renovation"),
    "renovation_extension": _l("More time for a renovation"),
    "renovation_alteration": _l("Alteration"),
}
SUBJECT_PAGES = {
    "renovation": ("renovations.show", "renovation_id"),
    "renovation_extension": ("renovations.decide_extension", "renovation_extension_id"),
    "renovation_alteration": ("renovations.decide_alteration", "renovation_alteration_id"),
}


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _yuan(amount: Any) -> str:
    return _("%(sum)s yuan", sum=money(Decimal(amount)))


def _applied(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], "、".join(data["works"]), f"{data['starts_on']} – {data['ends_on']}")


def _changed(data: Mapping[str, Any]) -> str:
    told = [
        f"{FIELD_TITLES.get(name, name)}: {old or '–'} → {new or '–'}" for name, (old, new) in data["changes"].items()
    ]
    return _joined(data["number"], *told)


def _taken(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], step_title(data["action"]), data["reason"], data["note"])


def _paper(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["paper"], data["reason"] and _("not needed: %(why)s", why=data["reason"]))


def _signed(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["agreed_on"], _yuan(data["deposit_asked"]), data["reason"])


def _charged(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["item"], _yuan(data["amount"]))


def _tied(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _yuan(data["amount"]), "" if data["deposit_id"] else _("let go"))


def _permitted(data: Mapping[str, Any]) -> str:
    return _joined(
        data["number"], data["permit_number"], f"{data['valid_from']} – {data['valid_to']}", data["owed_reason"]
    )


def _printed(data: Mapping[str, Any]) -> str:
    return _joined(
        data["number"], _("edition %(edition)s, print %(times)s", edition=data["edition"], times=data["times"])
    )


def _more_time(data: Mapping[str, Any]) -> str:
    late = _("asked for late") if data["late"] else ""
    return _joined(data["number"], _("until %(day)s", day=data["until"]), data["reason"], late)


def _time_decided(data: Mapping[str, Any]) -> str:
    verdict = DECISION_TITLES[Decision(data["decision"])]
    return _joined(data["number"], verdict, _("until %(day)s", day=data["until"]), data["words"])


def _alteration(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["place"], data["what"])


def _alteration_decided(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], DECISION_TITLES[Decision(data["decision"])], data["what"], data["words"])


def _stopped(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["reason"])


def _shown(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], reason_in_words(data["reason"], REVEAL_REASONS))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RenovationApplied": _applied,
    "RenovationChanged": _changed,
    "RenovationStepTaken": _taken,
    "RenovationPaperBrought": _paper,
    "RenovationSigned": _signed,
    "RenovationCharged": _charged,
    "RenovationDepositTied": _tied,
    "RenovationPermitted": _permitted,
    "RenovationPermitPrinted": _printed,
    "RenovationExtensionAsked": _more_time,
    "RenovationExtensionDecided": _time_decided,
    "RenovationAlterationAsked": _alteration,
    "RenovationAlterationDecided": _alteration_decided,
    "RenovationStopped": _stopped,
    "RenovationNumberShown": _shown,
}
