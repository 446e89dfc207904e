"""Papers of a renovation: D01 申请表, D03 施工许可证 with its proof, D05 责任书, D08 拆改申请, the record of all steps.

In Chinese, whoever prints them. What is filed is listed in `crm.renovations.cases.filing`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers import proof
from crm.archive.dossiers.models import IssuedPrint
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day, business_day_of, in_words
from crm.db import session
from crm.files import store
from crm.files.models import Upload
from crm.files.pictures import in_pages
from crm.money import in_capitals
from crm.renovations.cases import queries
from crm.renovations.cases.figures import HOURS, RULES, UNDERTAKINGS
from crm.renovations.cases.filing import PERMIT
from crm.renovations.cases.models import (
    DECISION_TITLES,
    STATE_TITLES,
    Decision,
    Renovation,
    RenovationExtension,
    RenovationState,
)
from crm.renovations.cases.wording import step_title
from crm.renovations.works.titles import APPLICATION, UNDERTAKING
from crm.renovations.works.titles import PERMIT as PERMIT_SLOT
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.web import pdf

CHINESE = "zh_CN"


def application_paper(renovation: Renovation) -> bytes:
    """D01, as far as it is known: to be signed."""
    return document("application.html", renovation, papers=queries.papers_of(renovation))


def agreement_paper(renovation: Renovation) -> bytes:
    """D05, with the deposit that is agreed on; to be signed by both sides."""
    return document(
        "agreement.html",
        renovation,
        clauses=UNDERTAKINGS.on(business_day()).splitlines(),
        capitals=in_capitals(renovation.deposit_asked),
        fees=queries.fees_of(renovation.id),
        alterations=queries.alterations_of(renovation.id),
    )


def alterations_paper(renovation: Renovation) -> bytes:
    """D08: each with what was decided; empty lines where nothing was asked for yet."""
    return document(
        "alterations.html",
        renovation,
        alterations=queries.alterations_of(renovation.id),
        decisions=DECISION_TITLES,
    )


def record_paper(renovation: Renovation) -> bytes:
    """过程记录: every step, with extensions, alterations and violations."""
    return document(
        "record.html",
        renovation,
        steps=[(step_title(step.action), step) for step in queries.steps_of(renovation.id)],
        extensions=queries.extensions_of(renovation.id),
        alterations=queries.alterations_of(renovation.id),
        decisions=DECISION_TITLES,
        violations=queries.violations_of(renovation),
    )


def document(template: str, renovation: Renovation, **more: Any) -> bytes:
    """In Chinese, whoever prints it."""
    with force_locale(CHINESE):
        return pdf.document(
            f"renovations/{template}",
            renovation=renovation,
            estate=renovation.estate,
            state=STATE_TITLES[renovation.state],
            code=pdf.qr(url_for("renovations.show", renovation_id=renovation.id, _external=True)),
            printed_on=business_day(),
            clerk=g.actor.name,
            **more,
        )


# The permit, which `/verify` knows


def permit_content(renovation: Renovation) -> dict[str, Any]:
    """What the permit says today; another edition of it once any of that changes."""
    day = business_day()
    alterations = [each for each in queries.alterations_of(renovation.id) if each.decision is Decision.approved]
    return {
        "number": renovation.permit_number or "",
        "renovation": renovation.number,
        "estate": renovation.estate.name,
        "company": renovation.estate.company or renovation.estate.name,
        "unit": renovation.unit.label,
        "applicant": renovation.customer.name,
        "contractor": renovation.contractor,
        "lead": renovation.contractor_lead,
        "works": [work.name for work in renovation.works],
        "alterations": [f"{each.place} {each.what}" for each in alterations],
        "conditions": renovation.conditions,
        "valid_from": _day(renovation.valid_from),
        "valid_to": _day(renovation.valid_to),
        "state": "stopped" if renovation.state is RenovationState.stopped else "live",
        "hours": HOURS.on(day),
        "rules": RULES.on(day),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def issue_permit(renovation_id: int) -> IssuedPrint:
    """Its edition of today: a new one where anything on it has changed."""
    content = permit_content(queries.get_renovation(renovation_id))
    return proof.issue(PERMIT, renovation_id, str(content["number"]), content)


def permit_paper(issued: IssuedPrint, times: int = 1) -> bytes:
    """To hang on the door: an edition as it was issued. `times`: above one it says that it is a reprint."""
    content: Any = issued.content
    with force_locale(CHINESE):
        return pdf.document(
            "renovations/permit.html",
            content=content,
            company=content["company"],
            mark=proof.mark(issued),
            works="、".join(content["works"]),
            first=in_words(date.fromisoformat(content["valid_from"])),
            last=in_words(date.fromisoformat(content["valid_to"])),
            issued_on=in_words(business_day_of(issued.printed_at)),
            times=times,
        )


def _last_edition(renovation_id: int) -> IssuedPrint:
    found = select(IssuedPrint).filter_by(kind=PERMIT, subject_id=renovation_id)
    return session().scalars(found.order_by(IssuedPrint.version.desc()).limit(1)).one()


def _content_of(renovation_id: int) -> dict[str, Any] | None:
    """Whoever asks: for comparing a permit with what holds."""
    found = queries.find_renovation(renovation_id)
    return permit_content(found) if found and found.permit_number else None


def _may_see(renovation_id: int) -> bool:
    if not actor().may(Permission.renovation_read):
        return False
    mine = select(Renovation.id).where(Renovation.id == renovation_id, within(Renovation.estate_id))
    return session().scalar(mine) is not None


PAPERS = {
    PERMIT: proof.Paper(
        title=_l("Renovation permit"),
        content=_content_of,
        may_see=_may_see,
        fields={
            "number": _l("Number"),
            "renovation": _l("Renovation"),
            "estate": _l("Estate"),
            "company": _l("Company"),
            "unit": _l("Unit"),
            "applicant": _l("Applicant"),
            "contractor": _l("Building firm"),
            "lead": _l("Who leads the site"),
            "works": _l("Works"),
            "alterations": _l("Alterations approved"),
            "conditions": _l("Conditions"),
            "valid_from": _l("Valid from"),
            "valid_to": _l("Valid to"),
            "state": _l("State"),
            "hours": _l("Hours of work"),
            "rules": _l("Rules of the site"),
        },
        words={"state": {"live": _l("Work may go on"), "stopped": _l("Renovation stopped")}},
    )
}


# For the dossier


def paper_to_file(renovation_paper_id: int) -> Paper:
    paper = queries.get_paper(renovation_paper_id)
    renovation = queries.get_renovation(paper.renovation_id)
    title = f"{paper.kind.title} {renovation.number}"
    return filed(renovation, paper.kind.slot, title, _scan(paper.upload_id))


def agreement_to_file(renovation_id: int) -> Paper:
    renovation = queries.get_renovation(renovation_id)
    title = _("Renovation agreement %(number)s", number=renovation.number)
    return filed(renovation, UNDERTAKING, title, _scan(renovation.agreement_id))


def _scan(upload_id: int | None) -> bytes:
    """Only what was brought is filed."""
    return in_pages(store.read(session().get_one(Upload, upload_id or 0)))


def alterations_to_file(renovation_id: int) -> Paper:
    renovation = queries.get_renovation(renovation_id)
    title = _("Alterations of %(number)s", number=renovation.number)
    return filed(renovation, APPLICATION, title, alterations_paper(renovation))


def permit_to_file(renovation_id: int) -> Paper:
    renovation = queries.get_renovation(renovation_id)
    title = _("Renovation permit %(number)s", number=renovation.permit_number)
    return filed(renovation, PERMIT_SLOT, title, permit_paper(_last_edition(renovation.id)))


def extension_to_file(renovation_extension_id: int) -> Paper:
    """The permit as it runs since."""
    extension: RenovationExtension = queries.get_extension(renovation_extension_id)
    renovation = queries.get_renovation(extension.renovation_id)
    told = {"number": renovation.permit_number, "day": extension.until.isoformat()}
    title = _("Renovation permit %(number)s, extended to %(day)s", **told)
    return filed(renovation, PERMIT_SLOT, title, permit_paper(_last_edition(renovation.id)))


def record_to_file(renovation_id: int) -> Paper:
    renovation = queries.get_renovation(renovation_id)
    title = _("Record of renovation %(number)s", number=renovation.number)
    return filed(renovation, APPLICATION, title, record_paper(renovation))


def filed(renovation: Renovation, slot: str, title: str, content: bytes) -> Paper:
    return Paper(
        slot=slot,
        title=title,
        number=renovation.number,
        day=business_day(),
        estate_id=renovation.estate_id,
        customer_ids=kept_ids([renovation.customer_id]),
        content=content,
    )
