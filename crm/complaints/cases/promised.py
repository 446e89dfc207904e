"""What whoever complains is told on the spot: what happens next, and until when."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.complaints.cases.models import Complaint
from crm.web.templating import moment


def promised_in_words(case: Complaint, *, answered: bool | None = None) -> str:
    """To be read out. Nobody calls back who cannot be asked."""
    answer, result = moment(case.answer_due_at), moment(case.result_due_at)
    if answered or case.acknowledged_at:
        words = _("Somebody looks into it; the result comes by %(result)s.", result=result)
    else:
        words = _("The first answer comes by %(answer)s, the result by %(result)s.", answer=answer, result=result)
    if not case.wants_callback:
        return words
    return _("%(promised)s After that somebody else of us calls and asks whether it is settled.", promised=words)
