"""What `/verify` says of each kind of paper is said in words: no code of a state, a kind or a step comes through."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask_babel import force_locale

from crm.archive.credit.models import ProjectState
from crm.archive.dossiers import proof
from crm.archive.dossiers.ledger import Sheet
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.wording import Wording
from crm.archive.handover import papers
from crm.archive.handover.models import SupplementLine
from crm.archive.numbers.queries import runs
from crm.archive.vault.models import TitleTransfer
from tests import factories as make
from tests.archive.vault.ids import make_voucher

CODE = re.compile(r"[a-z][a-z_]{2,}")
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def subjects(estate, db):
    """A paper of each kind: what it is of."""
    ids = make.everything(estate)
    project = make.make_project(ProjectState.settled)
    for part in (make.make_repayment, make.make_guarantor, make.make_collateral, make.make_contract):
        part(project)
    of = {"correction": "correction_id", "removal": "removal_id", "handover_list": "handover_id"}
    of |= dict.fromkeys(("dossier_list", "volume_list", "note_sheet"), "dossier_id")
    of |= {"receipt": "receipt_id", "demand": "demand_id", "filing_report": "filing_review_id"}
    found = {kind: ids[name] for kind, name in of.items()}
    period = papers.number_for(date(2000, 1, 1), date(2099, 12, 31))
    found |= {"late_filing": ids["filing_id"], "postponement": ids["postponement_id"], "receipt_register": period}
    found |= {"title_transfer": db.get_one(TitleTransfer, ids["transfer_id"]).number_id}
    found |= {"title_voucher": make_voucher().id, "vault_count": ids["vault_count_id"], "vault_day": ids["day_end_id"]}
    found |= dict.fromkeys(("lending_slip", "lending_overdue"), ids["lending_slip_id"])
    found |= dict.fromkeys(("disposal_list", "disposal_opinions", "disposal_certificate"), ids["disposal_list_id"])
    found |= {"renovation_permit": ids["renovation_id"], "renovation_pass": ids["renovation_pass_id"]}
    wanted = db.get_one(SupplementLine, ids["missing_id"])
    return found | {"supplement_list": wanted.list_id, "project_sheet": project.id}


def test_every_kind_of_paper_is_told_in_words(app, work, subjects):
    with work(), force_locale("zh_CN"):
        subjects["number_ledger"] = runs()[0].series_id
        subjects["archive_ledger"] = Sheet(DossierKind.loan, date(2099, 1, 1), 2026).key
        assert set(subjects) == set(proof.papers)
        for kind, subject_id in subjects.items():
            content = proof.papers[kind].content(subject_id)
            assert content, kind
            words = Wording(proof.papers[kind])
            told = [*words.head(content), *words.totals(content)]
            for table in words.tables(content):
                told += [(table.title, *table.headings), *table.rows]
            text = HASH.sub("", " ".join(" ".join(row) for row in told))
            assert CODE.findall(text) == [], kind
