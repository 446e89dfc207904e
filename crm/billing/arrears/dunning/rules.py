"""A step as it is entered, in words, and the usual ones of an estate that has none."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.arrears.dunning.models import WRITTEN, DunningStep, StepKind
from crm.billing.arrears.dunning.wording import to_begin_with
from crm.web.templating import money

MEANING = ("kind", "name", "days", "least", "gap", "spares_matters")
WORDS = ("pay_within", "subject", "body")  # what a letter said is kept with the letter
SECOND = _l("Second demand letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Days overdue, yuan, days after the step before, days to pay."""

    kind: StepKind
    name: str
    days: int
    least: Decimal
    gap: int = 0
    spares_matters: bool = False
    pay_within: int = 15
    subject: str = ""
    body: str = ""

    @property
    def written(self) -> bool:
        return self.kind in WRITTEN

    def told(self) -> dict[str, Any]:
        """What is kept of it: words only where something is written."""
        words = {} if self.written else {"subject": "", "body": ""}
        return asdict(self) | words


def rule_of(step: DunningStep) -> Rule:
    return Rule(**{name: getattr(step, name) for name in (*MEANING, *WORDS)})


def in_words(step: DunningStep | Rule) -> str:
    """From when, from which sum, how long after the step before, and what holds it off."""
    parts = [
        _("from %(days)s days overdue", days=step.days),
        _("from %(sum)s yuan", sum=money(step.least)) if step.least else "",
        _("%(days)s days after the step before", days=step.gap) if step.gap else "",
        _("not while something of ours is open") if step.spares_matters else "",
    ]
    return " · ".join(filter(None, parts))


def usual() -> list[Rule]:
    """催缴步骤的建议值†: days, sums and words are to be confirmed by the company and its counsel."""
    reminder, call, letter, lawyer, court = StepKind
    first = Rule(kind=letter, name=_("First demand letter"), days=61, least=Decimal(200), gap=15, spares_matters=True)
    second = replace(first, name=str(SECOND), days=91)
    serious: dict[str, Any] = {"least": Decimal(1000), "gap": 30, "spares_matters": True}
    return [
        Rule(kind=reminder, name=_("Friendly reminder"), days=7, least=Decimal(0)),
        Rule(kind=call, name=_("Telephone call"), days=31, least=Decimal(100), gap=10),
        _worded(first),
        _worded(second, again=True),
        _worded(Rule(kind=lawyer, name=_("Lawyer's letter"), days=181, **serious)),
        Rule(kind=court, name=_("Litigation"), days=366, **serious),
    ]


def _worded(rule: Rule, *, again: bool = False) -> Rule:
    words = to_begin_with(rule.kind, again=again)
    return replace(rule, subject=words.subject, body=words.body)
