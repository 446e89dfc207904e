"""The path of a count: what is possible when, by whom, and why not."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.models import CountState
from crm.archive.vault.models.count import COUNT_TITLES
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow


def _not_to_explain(thing: Standing) -> str:
    if thing.signatures:
        return _("It is signed already: nothing of it changes any more.")
    return "" if thing.variances else _("Nothing differs from the books.")


def _not_to_sign(thing: Standing) -> str:
    if thing.unexplained:
        numbers = _(", ").join(each.certificate_no for each in thing.unexplained[:5])
        return _("Not explained yet: %(numbers)s. Each difference is explained first.", numbers=numbers)
    if thing.actor_id in thing.signers:
        return _("You have signed. Another person signs as the second one.")
    if not thing.signers:
        if thing.actor_id == thing.count.first_id or thing.appointed:
            return ""
        return _("Who handed the sheet in, or the title custodian, signs first.")
    if not thing.signers & thing.custodians and not thing.appointed:
        return _("One of the two is the title custodian, whose signature is still missing.")
    return ""


S, P = CountState, Permission
PATH = TitledWorkflow(
    COUNT_TITLES,
    begin=Step(sources={S.ordered}, target=S.open, permission=P.title_witness, title=_l("Begin the count")),
    hand_in=Step(sources={S.open}, target=S.counted, permission=P.title_witness, title=_l("Hand the sheet in")),
    explain=Step(
        sources={S.counted}, permission=P.title_witness, title=_l("Explain what differs"), hindrance=_not_to_explain
    ),
    sign=Step(sources={S.counted}, permission=P.title_witness, title=_l("Sign the count"), hindrance=_not_to_sign),
    complete=Step(sources={S.counted}, target=S.signed, permission=P.title_witness, title=_l("Signed by two")),
    cancel=Step(
        sources={S.ordered, S.open}, target=S.cancelled, permission=P.title_approve, title=_l("Cancel the count")
    ),
)
OFFERED = ("begin", "hand_in", "sign", "cancel")
