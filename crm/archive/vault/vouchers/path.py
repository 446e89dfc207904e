"""The path of a voucher: what is possible when, by whom, and why not. The one table pages, checks and tests read."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import Purpose, TitleState, VoucherState
from crm.archive.vault.models.document import STATE_TITLES
from crm.archive.vault.models.voucher import INTO, PART_TITLES, PURPOSE_TITLES, VOUCHER_TITLES, Part
from crm.archive.vault.vouchers.standing import Standing
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.workflow import Step, TitledWorkflow

T = TitleState
WANTED: dict[Purpose, tuple[TitleState, ...]] = {
    Purpose.receipt: (T.received,),
    Purpose.back: (T.out,),
    Purpose.found: (T.lost,),
    Purpose.moved: (T.in_vault,),
    Purpose.registration: (T.in_vault,),
    Purpose.court: (T.in_vault,),
    Purpose.extension: (T.in_vault,),
    Purpose.release: (T.in_vault,),
    Purpose.not_handed_out: (T.released,),
    Purpose.loss: (T.with_a, T.received, T.in_vault, T.out),
}
"""What a document must be for each purpose."""
MOVABLE = frozenset(state for purpose, states in WANTED.items() if purpose is not Purpose.receipt for state in states)
BECOMES: dict[Purpose, TitleState] = {
    **dict.fromkeys(INTO, T.in_vault),
    Purpose.registration: T.out,
    Purpose.court: T.out,
    Purpose.extension: T.out,
    Purpose.release: T.released,
    Purpose.loss: T.lost,
}


def unfit(certificate_no: str, state: TitleState, purpose: Purpose) -> str:
    """Why a document cannot be moved for that purpose, or ""."""
    if state in WANTED[purpose]:
        return ""
    return _(
        "%(document)s: “%(state)s”. So it cannot be moved as “%(purpose)s”.",
        document=certificate_no,
        state=STATE_TITLES[state],
        purpose=PURPOSE_TITLES[purpose],
    )


def _unfit(thing: Standing) -> str:
    documents = (line.document for line in thing.lines)
    reasons = (unfit(each.certificate_no, each.state, thing.voucher.purpose) for each in documents)
    return next((reason for reason in reasons if reason), "")


def _not_to_decide(thing: Standing) -> str:
    if thing.voucher.asked_by_id == thing.actor_id:
        return _("Who asked for it does not decide about it. Another of the rank does.")
    return ""


def _not_to_approve(thing: Standing) -> str:
    return _not_to_decide(thing) or _unfit(thing) or (_not_free(thing) if thing.is_release else "")


def _not_to_cancel(thing: Standing) -> str:
    if thing.voucher.purpose is Purpose.receipt:
        return _("What was received has to go into the safe. This voucher stands until it is carried out.")
    if thing.appointed or thing.voucher.asked_by_id == thing.actor_id:
        return ""
    return _("Only who asked for it, or the title custodian, cancels it.")


def _not_keeper(thing: Standing) -> str:
    if thing.appointed:
        return ""
    return _("You have no appointment as title custodian today. The general manager makes one.")


def _not_to_prepare(thing: Standing) -> str:
    if thing.goes_out and not thing.is_release:
        return _("Nothing is to be written for it: it lies in its place, and goes out as asked for.")
    return _not_keeper(thing)


def barred_by_loss(purpose: Purpose, losses: Mapping[int, str]) -> str:
    """What is reported lost goes nowhere: it is written off, or laid in by two who have found it."""
    if not losses or purpose is Purpose.loss or purpose in INTO:
        return ""
    numbers = _(", ").join(sorted(set(losses.values())))
    return _("Reported lost: %(numbers)s. It is written off, or laid into the safe once it is found.", numbers=numbers)


def lacking(thing: Standing) -> str:
    """What the voucher itself still lacks before two people can carry it out, or ""."""
    if reason := _unfit(thing):
        return reason
    if not thing.goes_out and not all(line.location_id for line in thing.lines):
        return _("Say first in which safe or slot each document is laid.")
    if reason := barred_by_loss(thing.voucher.purpose, thing.losses):
        return reason
    return _not_to_release(thing) if thing.is_release else _overtaken(thing)


def _overtaken(thing: Standing) -> str:
    """What has become of it since it was asked for."""
    if thing.voucher.back_on and thing.goes_out and thing.voucher.back_on < business_day():
        return _("The day by which it was to be back has passed. Cancel the voucher and ask anew.")
    if thing.voucher.purpose is Purpose.loss and not all(line.document_id in thing.losses for line in thing.lines):
        return _("There is no open incident about the loss. Report it first.")
    return ""


def _not_free(thing: Standing) -> str:
    """What is decided about: that each document is free, and who receives it by what right."""
    if not thing.freed:
        held = _(", ").join(
            line.document.certificate_no for line in thing.lines if line.document_id not in thing.proofs
        )
        return _(
            "The project is not settled, or its settlement not confirmed, and the collateral not released: %(held)s. "
            "It is given back only then.",
            held=held,
        )
    if thing.needs_power and thing.voucher.power_id is None:
        return _("The receiver is not the client or the owner. Attach the power of attorney first.")
    return ""


def _not_to_release(thing: Standing) -> str:
    voucher = thing.voucher
    if reason := _not_free(thing):
        return reason
    if not voucher.receiver or not voucher.receiver_sealed:
        return _("Enter who receives it, with the ID number as shown on the card.")
    if voucher.receipt_id is None:
        return _("The receipt signed by the receiver is missing. Attach it.")
    return ""


def _barred(thing: Standing) -> str:
    """Why nothing moves now, whoever does it."""
    if thing.counted:
        return _(
            "%(safe)s is being counted: nothing moves in or out until the sheet is handed in.",
            safe=_(", ").join(thing.counted),
        )
    if thing.day_sealed:
        return _("The vault's day is sealed. Carry it out on the next day.")
    if thing.unsealed is not None:
        return _(
            "Something moved on %(day)s and the day is not sealed. Two count and seal it first; nothing moved since.",
            day=thing.unsealed.isoformat(),
        )
    return ""


def _not_ones_turn(thing: Standing) -> str:
    if thing.is_release and thing.is_transferor(thing.actor_id):
        return _("Who is or was A or B of the project does not give its documents back. Two others do.")
    if any(each.user_id == thing.actor_id for each in thing.live.values()):
        who = _(", ").join(str(PART_TITLES[part]) for part in thing.missing)
        return _("You have confirmed. Still missing: %(who)s. Each of the two is another person.", who=who)
    if thing.part is not None:
        return ""
    if thing.goes_out and thing.actor_id in (thing.voucher.asked_by_id, thing.voucher.decided_by_id):
        return _("Who asked for it or approved it is not the second person. Somebody else is.")
    if Part.custodian in thing.missing:
        return _not_keeper(thing)
    return _("Another person is needed as the second one.")


def _not_to_confirm(thing: Standing) -> str:
    return lacking(thing) or _barred(thing) or _not_ones_turn(thing)


def _not_to_carry_out(thing: Standing) -> str:
    return lacking(thing) or _barred(thing)


def _has_scan(thing: Standing) -> str:
    return _("The signed sheet is attached already.") if thing.voucher.scan_id is not None else ""


def _not_to_ask_longer(thing: Standing) -> str:
    if not thing.still_out:
        return _("Nothing of it is outside.")
    if thing.prolongation is not None:
        return _("More time is asked for already.")
    if thing.appointed or thing.actor_id in (thing.project.a_id, thing.project.b_id, thing.voucher.asked_by_id):
        return ""
    return _("Only the title custodian, or A or B of the project, asks for this.")


def _not_to_decide_longer(thing: Standing) -> str:
    if thing.prolongation is None:
        return _("Nobody has asked for more time.")
    if thing.prolongation.asked_by_id == thing.actor_id:
        return _("Who asked for it does not decide about it. Another of the rank does.")
    return ""


S, P = VoucherState, Permission
PATH = TitledWorkflow(
    VOUCHER_TITLES,
    confirm=Step(
        sources={S.ready}, permission=P.title_witness, title=_l("Confirm at the safe"), hindrance=_not_to_confirm
    ),
    prepare=Step(
        sources={S.asked, S.ready}, permission=P.title_keep, title=_l("Places and papers"), hindrance=_not_to_prepare
    ),
    approve=Step(
        sources={S.asked}, target=S.ready, permission=P.title_approve, title=_l("Approve"), hindrance=_not_to_approve
    ),
    ask_anew=Step(sources={S.ready}, target=S.asked, permission=P.title_keep, title=_l("Ask anew")),
    refuse=Step(
        sources={S.asked}, target=S.refused, permission=P.title_approve, title=_l("Turn down"), hindrance=_not_to_decide
    ),
    carry_out=Step(
        sources={S.ready},
        target=S.done,
        permission=P.title_witness,
        title=_l("Carry out"),
        hindrance=_not_to_carry_out,
    ),
    attach_scan=Step(
        sources={S.done}, permission=P.title_keep, title=_l("Attach the signed sheet"), hindrance=_has_scan
    ),
    ask_longer=Step(
        sources={S.done}, permission=P.title_read, title=_l("Ask for more time"), hindrance=_not_to_ask_longer
    ),
    decide_longer=Step(
        sources={S.done},
        permission=P.title_approve,
        title=_l("Decide about more time"),
        hindrance=_not_to_decide_longer,
    ),
    cancel=Step(
        sources={S.asked, S.ready},
        target=S.cancelled,
        permission=P.title_read,
        title=_l("Cancel the voucher"),
        hindrance=_not_to_cancel,
    ),
)
OFFERED = ("confirm", "prepare", "attach_scan", "ask_longer", "decide_longer", "cancel")
"""Steps with a button of their own; deciding has one page, carrying out follows from the second word."""
