"""违规与往来: violations, letters in and out, notices and how many households they reached."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.correspondence.letters.reports import letters_of_months, times_of_months
from crm.correspondence.notices.times import times_of_estates
from crm.statistics.asked import Asked
from crm.statistics.registers import since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.violations.cases.reports import violations_of_months

FIGURES = (
    SheetFigure(
        key="noted",
        title=_l("Violations noted"),
        meaning=_l("Violations noted in the month, without those dropped since as no violation."),
    ),
    SheetFigure(
        key="settled",
        title=_l("Violations settled"),
        meaning=_l("Violations settled in the month, put right or otherwise, whenever they were noted."),
    ),
    SheetFigure(
        key="still_open",
        title=_l("Violations open"),
        meaning=_l("Noted by the month's end and by then not settled."),
    ),
    SheetFigure(
        key="received",
        title=_l("Letters received"),
        meaning=_l("Letters in that were registered in the month, void ones left out."),
    ),
    SheetFigure(
        key="in_time",
        of="due",
        kind="rate",
        title=_l("Letters answered in time"),
        meaning=_l(
            "Of the letters in with a day for the answer, registered in the month: answered or noted no later than on "
            "it ÷ all that were, or whose day has passed."
        ),
    ),
    SheetFigure(
        key="sent",
        title=_l("Letters sent"),
        meaning=_l(
            "Letters of ours that left in the month, whichever way: sent, handed over, left at the door; void ones do "
            "not count."
        ),
    ),
    SheetFigure(
        key="served",
        title=_l("Letters served"),
        meaning=_l("Letters of ours of which the month brought the proof that they arrived."),
    ),
    SheetFigure(
        key="notices",
        title=_l("Notices issued"),
        meaning=_l("Notices to households that were issued in the month, withdrawn ones too."),
    ),
    SheetFigure(
        key="reached",
        of="households",
        kind="rate",
        title=_l("Households reached"),
        meaning=_l(
            "Of the households that the notices of the month were for: those of which an entry that stands, a sent "
            "mail or a reading says that it arrived, up to now. All others are unreached."
        ),
    ),
    SheetFigure(
        key="read",
        of="households",
        kind="rate",
        title=_l("Households that have read it"),
        meaning=_l("Of the same households: those that said by the link that they have read the notice."),
    ),
)


def reckon(asked: Asked) -> Reckoned:
    violations = violations_of_months(asked.estates, asked.months)
    letters = letters_of_months(asked.estates, asked.months)
    answers = times_of_months(asked.estates, asked.compared, asked.today)
    notices = times_of_estates(asked.estates, asked.months[0], asked.month)
    known: dict[tuple[int, date], dict[str, Any]] = {}
    for place, case in violations.items():
        letter = letters[place]
        known[place] = {"noted": case.noted, "settled": case.settled, "still_open": case.open}
        known[place] |= {"received": letter.received, "sent": letter.sent, "served": letter.served}
    for place, line in answers.items():
        known[place] |= {"in_time": line.in_time, "due": line.due}
    for (estate_id, month), notice in notices.items():
        counts = {name: getattr(notice, name) for name in ("notices", "households", "reached", "read")}
        known[estate_id, date.fromisoformat(f"{month}-01")] |= counts
    return Reckoned(known=known)


SHEET = Sheet(
    slug="correspondence",
    title=_l("Violations, letters and notices"),
    definition=_l("Violations noted and settled, letters in and out, and whom the notices reached."),
    permission=Permission.letter_read,
    figures=FIGURES,
    drawn=("reached", "read"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Violations of the month"),
            endpoint="violations.index",
            permission=Permission.violation_read,
            parameters=since_and_until,
        ),
        Register(
            title=_l("Letters of the month"),
            endpoint="correspondence.index",
            permission=Permission.letter_read,
            parameters=since_and_until,
        ),
        Register(
            title=_l("Times of notices"),
            endpoint="notices.figures",
            permission=Permission.letter_read,
            parameters=lambda asked: {"month": asked.title, "until": asked.title},
        ),
    ),
)
