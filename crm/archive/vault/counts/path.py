"""The path of a count: what is possible when, by whom, and why not."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.models import CountKind, CountState
from crm.archive.vault.models.count import COUNT_TITLES
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow


def _not_to_begin(thing: Standing) -> str:
    if thing.count.kind is CountKind.surprise and not thing.may_approve:
        return _("A count by surprise begins by whoever may order one.")
    return ""


def _not_ones_own(thing: Standing) -> str:
    if thing.counts:
        return ""
    return _("Only the two who were named count and sign: %(names)s.", names=_(", ").join(thing.counters))


def _not_to_explain(thing: Standing) -> str:
    if thing.signatures:
        return _("It is signed already: nothing of it changes any more.")
    if not thing.variances:
        return _("Nothing differs from the books.")
    return _not_ones_own(thing)


def _not_to_recount(thing: Standing) -> str:
    if thing.signatures:
        return _("It is signed already: nothing of it changes any more.")
    return "" if thing.may_approve else _not_ones_own(thing)


def _not_to_sign(thing: Standing) -> str:
    if reason := _not_ones_own(thing):
        return reason
    if thing.unexplained:
        numbers = _(", ").join(each.certificate_no for each in thing.unexplained[:5])
        return _("Not explained yet: %(numbers)s. Each difference is explained first.", numbers=numbers)
    if thing.actor_id in thing.signers:
        return _("You have signed. Another person signs as the second one.")
    return ""


S, P = CountState, Permission
PATH = TitledWorkflow(
    COUNT_TITLES,
    begin=Step(
        sources={S.ordered},
        target=S.open,
        permission=P.title_witness,
        title=_l("Begin the count"),
        hindrance=_not_to_begin,
    ),
    hand_in=Step(
        sources={S.open},
        target=S.counted,
        permission=P.title_witness,
        title=_l("Hand the sheet in"),
        hindrance=_not_ones_own,
    ),
    explain=Step(
        sources={S.counted}, permission=P.title_witness, title=_l("Explain what differs"), hindrance=_not_to_explain
    ),
    sign=Step(sources={S.counted}, permission=P.title_witness, title=_l("Sign the count"), hindrance=_not_to_sign),
    recount=Step(
        sources={S.counted},
        target=S.open,
        permission=P.title_witness,
        title=_l("Count again"),
        hindrance=_not_to_recount,
    ),
    complete=Step(sources={S.counted}, target=S.signed, permission=P.title_witness, title=_l("Signed by two")),
    cancel=Step(
        sources={S.ordered, S.open}, target=S.cancelled, permission=P.title_approve, title=_l("Cancel the count")
    ),
)
OFFERED = ("begin", "hand_in", "sign", "recount", "cancel")
