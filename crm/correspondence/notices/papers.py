"""A notice on paper: for a household, for the board, and the receipt that is filed. Always in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from crm.correspondence.notices import queries
from crm.correspondence.notices.models import (
    REACH_TITLES,
    STATE_TITLES,
    Notice,
    NoticeDelivery,
    NoticeHousehold,
    NoticeState,
)
from crm.correspondence.notices.placeholders import ALL, Words, general, told
from crm.correspondence.notices.reading import address_of
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day, business_day_of, in_words
from crm.files import store
from crm.files.pictures import as_pdf
from crm.properties.models import Estate
from crm.tenants.closing import Paper
from crm.web import pdf
from crm.web.language import kept

STYLE, POSTER_STYLE = "letter.css", "poster.css"
SIZES = ("a4", "a3")
PDF = "application/pdf"
SLOT = "notice_receipt"
RECEIPT = _l("Receipt of a notice: %(subject)s")


def public_words(notice: Notice, estate: Estate) -> Words:
    """As everybody may read it: nobody is named."""
    day = business_day_of(notice.issued_at) if notice.issued_at else business_day()
    same = general(estate, notice.facts, notice.number, day)
    return told(Words(subject=notice.subject, body=notice.body), same, ALL)


def household_paper(household: NoticeHousehold) -> str:
    """As HTML, with the code of its own link; wants a request. Notice and estate loaded."""
    notice = household.notice
    with force_locale("zh_CN"):
        return render_template(
            "document/notices/notice.html",
            lang="zh-CN",
            household=household,
            paragraphs=in_paragraphs(household.body),
            code=pdf.qr(address_of(household)),
            **_sender(notice),
        )


def _sender(notice: Notice) -> dict[str, Any]:
    day = business_day_of(notice.issued_at) if notice.issued_at else business_day()
    return {
        "notice": notice,
        "company": notice.estate.company or notice.estate.name,
        "estate": notice.estate,
        "day_in_words": in_words(day),
    }


def poster(notice: Notice, size: str) -> bytes:
    """For the walls, in letters that are read standing."""
    words = public_words(notice, notice.estate)
    with force_locale("zh_CN"):
        page = render_template(
            "document/notices/poster.html",
            lang="zh-CN",
            size=size,
            subject=words.subject,
            paragraphs=in_paragraphs(words.body),
            code=pdf.qr(notice.number or ""),
            withdrawn=notice.state is NoticeState.withdrawn,
            **_sender(notice),
        )
    return pdf.press(page, POSTER_STYLE)


def receipt(household_id: int) -> Paper:
    """What a household's file keeps: the words, how it was reached, and behind it what proves it."""
    [household] = queries.households_of([household_id])
    notice = household.notice
    title = kept(RECEIPT) % {"subject": household.subject}
    return Paper(
        slot=SLOT,
        title=title,
        number=notice.number or "",
        day=business_day_of(household.reached_at) if household.reached_at else business_day(),
        estate_id=notice.estate_id,
        customer_ids={queries.kept_customer(household)},
        content=pdf.joined([_sheet(household), *_proofs(queries.proofs_of(household.id))]),
    )


def _sheet(household: NoticeHousehold) -> bytes:
    entries = queries.deliveries_of(household.id)
    return pdf.document(
        "notices/receipt.html",
        household=household,
        state=STATE_TITLES[household.notice.state],
        reached=REACH_TITLES[household.reached_by] if household.reached_by else "",
        paragraphs=in_paragraphs(household.body),
        deliveries=[(REACH_TITLES[each.reach], each) for each in entries],
        undone={each.takes_back_id for each in entries},
        code=pdf.qr(household.notice.number or ""),
        printed_on=business_day(),
        clerk=household.notice.issued_by,
        **_sender(household.notice),
    )


def _proofs(entries: Sequence[NoticeDelivery]) -> list[bytes]:
    found = []
    for each in entries:
        assert each.upload  # noqa: S101 - asked for
        content = store.read(each.upload)
        found.append(content if each.upload.stored.media_type == PDF else as_pdf(content))
    return found
