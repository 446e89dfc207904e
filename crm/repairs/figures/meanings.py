"""What each figure means, in words: they stand on the page, in the workbook and on the paper."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.repairs.orders.figures import REPEAT_DAYS

MEANINGS = {
    "reported": (
        _l("Reported"),
        _l("Jobs entered in the period, those cancelled later among them. Days and months are the company's own."),
    ),
    "finished": (
        _l("Finished"),
        _l("Jobs whose work ended in the period. One that is to be done again counts when it is finished at last."),
    ),
    "open": (
        _l("Open at the end"),
        _l("Reported before the end of the period and by then neither finished nor cancelled nor found a duplicate."),
    ),
    "cancelled": (
        _l("Cancelled and reported twice"),
        _l("Jobs that were cancelled, or found to be another job's report, in the period."),
    ),
    "accepted": (
        _l("Accepted in time"),
        _l(
            "Accepted no later than promised ÷ all whose promise was kept or ran out in the period. Given to another "
            "worker, it is promised anew. Cancelled jobs and those reported twice are left out."
        ),
    ),
    "arrived": (
        _l("On site in time"),
        _l(
            "Somebody on site no later than promised ÷ all whose promise was kept or ran out in the period. Pauses "
            "agreed on or with a reason move what is promised, each up to its cap."
        ),
    ),
    "in_time": (
        _l("Finished in time"),
        _l(
            "Finished no later than promised ÷ all whose promise was kept or ran out in the period. What is still open "
            "and late counts as not in time; what is finished late counts in the month its promise ran out."
        ),
    ),
    "contacted": (
        _l("First word to the customer"),
        _l(
            "Of jobs reported in the period by phone, at the counter or by message: talked to within 30 minutes ÷ all "
            "that were talked to or have waited for more than 30 minutes. The median: half of those talked to waited "
            "no longer. Clause P-21."
        ),
    ),
    "first_fix": (
        _l("Mended at the first try"),
        _l(
            "Of the jobs finished in the period those that were not to be done again and whose fault was not reported "
            "anew within the days of a repeat ÷ all finished. Younger jobs count as well: their figure is provisional."
        ),
    ),
    "visits": (
        _l("Return visits made"),
        _l(
            "Of the jobs whose return visit fell due in the period: customers who were reached ÷ all due. One to be "
            "done again falls due anew after it."
        ),
    ),
    "satisfied": (
        _l("Satisfied customers"),
        _l(
            "Of the return visits of the period in which somebody was reached: satisfied ÷ reached. The score is the "
            "average of those given, from 1 to 5."
        ),
    ),
    "hours": (
        _l("Hours to the end"),
        _l("From the report to the end of the work, on average, nights and pauses among them."),
    ),
    "reworks": (_l("Done again"), _l("How often the jobs finished in the period were to be done again.")),
    "cost": (
        _l("Cost of a unit"),
        _l(
            "Materials and labour of the jobs finished in the period ÷ units, parking spaces left out; by who pays for "
            "them."
        ),
    ),
    "worker": (
        _l("By worker"),
        _l("Who finished the job, else who has it now. Estates' totals need not be the sum of the workers'."),
    ),
    "trend": (_l("Month by month"), _l("Jobs reported and jobs finished in each month.")),
    "category": (
        _l("By category"),
        _l("Jobs reported in the period, the most frequent first, and the share of all that they make up together."),
    ),
    "map": (_l("Where jobs come from"), _l("Jobs reported in the period; the darker, the more.")),
    "channel": (_l("How they were reported"), _l("Jobs reported in the period.")),
}


def meaning(key: str) -> str:
    """In the reader's language, with the company's own figure where it takes one."""
    return str(MEANINGS[key][1])


def title(key: str) -> str:
    return str(MEANINGS[key][0])


def repeat_in_words(day: object) -> str:
    return _("A repeat: the same fault within %(days)s days.", days=REPEAT_DAYS.on(day))  # type: ignore[arg-type]
