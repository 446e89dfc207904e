"""What whoever complains is told on the spot: what happens next, and until when."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.complaints.cases.models import UNREPLIED, Complaint
from crm.dates import utc_now
from crm.web.templating import moment


def promised_in_words(case: Complaint, *, answered: bool | None = None) -> str:
    """To be read out. Nobody calls back who cannot be asked."""
    words = _what_comes(case, answered=bool(answered or case.acknowledged_at))
    if not case.wants_callback:
        return words
    return _("%(promised)s After that somebody else of us calls and asks whether it is settled.", promised=words)


def _what_comes(case: Complaint, *, answered: bool) -> str:
    """No moment that has passed is promised once more."""
    now, answer, result = utc_now(), case.answer_due_at, case.result_due_at
    if case.state not in UNREPLIED:
        return _("It was looked into and replied to already.")
    if result is None or result < now:
        return _("It takes longer than we promised, and we are sorry; the result is told as soon as it is there.")
    if answered or answer is None or answer < now:
        return _("Somebody looks into it; the result comes by %(result)s.", result=moment(result))
    return _(
        "The first answer comes by %(answer)s, the result by %(result)s.", answer=moment(answer), result=moment(result)
    )
