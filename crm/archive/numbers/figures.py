"""The words of the company's archive numbers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

WORD_LOAN = Figure(
    key="archive.word_loan",
    title=_l("Word of the archive numbers of loans"),
    default="鸿借",
    source=_l("2012鸿借字第001号, section 5 (5) of the archive rules; the company confirms its own word."),
)
COMPANY = Figure(
    key="archive.company",
    title=_l("Company on the papers of loans and guarantees"),
    default="",
    source=_l("Stands at the head of every list; customers' papers carry their estate's company."),
)
WORD_GUARANTEE = Figure(
    key="archive.word_guarantee",
    title=_l("Word of the archive numbers of guarantees"),
    default="鸿保",
    source=_l("The archive rules name only the word of loans; the company confirms its own word."),
)
