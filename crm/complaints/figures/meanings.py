"""What each figure means, in words: they stand on the page, in the workbook and on the paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MEANINGS = {
    "received": (
        _l("Complaints received"),
        _l(
            "Complaints entered in the period, those taken back or joined to another later among them. Days and months "
            "are the company's own."
        ),
    ),
    "closed": (
        _l("Complaints closed"),
        _l("Complaints closed with their cause in the period. One opened again counts when it is closed at last."),
    ),
    "open": (
        _l("Not closed at the end"),
        _l("Received before the end of the period and by then not closed. Those taken back or joined are left out."),
    ),
    "answered": (
        _l("First answer in time"),
        _l(
            "First answered no later than promised ÷ all whose promise was kept or ran out in the period. What is not "
            "answered yet and late counts as not in time. Taken back or joined, they are left out. Clause P-20."
        ),
    ),
    "result": (
        _l("Result in time"),
        _l(
            "Replied no later than promised ÷ all whose promise was kept or ran out in the period. Opened again, the "
            "result is promised anew, and the last reply counts. Taken back or joined, they are left out."
        ),
    ),
    "again": (
        _l("Share opened again"),
        _l("Of the complaints closed in the period those that had been opened again once at least ÷ all closed."),
    ),
    "justified": (
        _l("Share justified"),
        _l("Of the complaints closed in the period those found justified, wholly or partly ÷ all closed."),
    ),
    "satisfied": (
        _l("Satisfied customers"),
        _l(
            "Of the call-backs of the period in which somebody was reached: satisfied ÷ reached. The score is the "
            "average of those given, from 1 to 5."
        ),
    ),
    "hours_answer": (
        _l("Hours to the first answer"),
        _l("Of the first answers of the period: half of the customers waited no longer, nights among it."),
    ),
    "hours_result": (
        _l("Hours to the result"),
        _l("From the receipt to the last reply, of the replies of the period: half of the customers waited no longer."),
    ),
    "given": (
        _l("Compensation given"),
        _l("What was given in the period, in yuan, goods and services with what they are worth to the company."),
    ),
    "trend": (_l("Month by month"), _l("Complaints received and complaints closed in each month.")),
    "cause": (
        _l("Why it came to complaints"),
        _l("Complaints closed in the period by their root cause, the most frequent first, and their share added up."),
    ),
    "map": (
        _l("Where, and why"),
        _l("Complaints closed in the period by building and root cause; the darker, the more."),
    ),
    "cross": (
        _l("Building, cause and contractor"),
        _l("Complaints closed in the period; the contractor is the one they were about, if any."),
    ),
    "channel": (_l("How they came"), _l("Complaints received in the period.")),
}


def meaning(key: str) -> str:
    """In the reader's language."""
    return str(MEANINGS[key][1])


def title(key: str) -> str:
    return str(MEANINGS[key][0])
