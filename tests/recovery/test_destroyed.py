"""A company in which a dossier was destroyed is backed up and comes back: nobody asks for the bytes that were wiped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from crm.archive.disposal.models import DisposalLine, DisposalList, DisposalState, Tombstone
from crm.archive.disposal.periods import kept_until
from crm.archive.disposal.service import destroying
from crm.archive.dossiers import invariants
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.events import DossierDestroyed
from crm.archive.dossiers.models import Dossier, Item, Rendition
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service.destroying import destroy
from crm.auth.models import User
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.files.models import Upload
from crm.numbering import take_all
from crm.recovery.backup import back_up
from crm.recovery.restore import restore
from tests.recovery.conftest import KEY, Place
from tests.recovery.test_restore import sealed


def _bury() -> str:
    """A loan's dossier with a scan, its list told and its tombstone set; the scan's hash."""
    [taken] = take_all("销毁清册", "销毁{year:04d}-{serial:03d}", year=2026, count=1)
    dossier = session().scalars(select(Dossier).filter_by(state=DossierState.filed).order_by(Dossier.id)).first()
    assert dossier is not None
    item = session().scalars(select(Item).filter_by(dossier_id=dossier.id).order_by(Item.id)).first()
    assert item is not None
    upload = session().scalars(select(Upload).order_by(Upload.id.desc())).first()
    assert upload is not None
    session().add(Rendition(item_id=item.id, upload_id=upload.id, checks={}, added_by="冯雪", added_at=utc_now()))
    people = session().scalars(select(User.id).order_by(User.id).limit(5)).all()
    parts = ("proposed_by_id", "approved_by_id", "witness_id", "second_witness_id", "destroyer_id")
    facts = {"proposed_by": "冯雪", "proposed_at": utc_now(), "destroyed_at": utc_now(), "title": "到期"}
    who = dict(zip(parts, people, strict=True))
    made = DisposalList(number_id=taken.id, number=taken.text, state=DisposalState.destroyed, **facts, **who)
    session().add(made)
    session().flush()
    day = business_day()
    line = {"code": dossier.code, "title": dossier.title, "volumes": 1, "pages": 1, "from_year": 1990, "to_year": 1990}
    kept = {"retention": "years_30", "kept_since": day, "kept_until": kept_until(day, 30), "live": False}
    session().add(DisposalLine(list_id=made.id, dossier_id=dossier.id, **line, **kept))
    content: dict[str, Any] = {"items": []}
    stone = {"code": dossier.code, "title": dossier.title, "items": 0, "pages": 0, "content": content}
    grave = {"hash": content_hash(content), "destroyed_at": utc_now()}
    session().add(Tombstone(dossier_id=dossier.id, list_id=made.id, **stone, **grave))
    session().flush()
    told = {"number": taken.text, "items": 0, "pages": 0, "hash": grave["hash"]}
    destroy(dossier, DossierDestroyed(dossier_id=dossier.id, **told))
    return upload.sha256


def test_it_comes_back_without_what_was_wiped(
    company_copy: Place, place: Callable[..., Any], living: Callable[..., Any], tmp_path: Path
) -> None:
    with living(company_copy):
        with unit_of_work():
            sha256 = _bury()
        assert destroying.wipe_files() == 1
    path = tmp_path / "x.backup"
    made = back_up(company_copy.engine, company_copy.settings, path, KEY).manifest
    assert (made.missing_files, sha256 in made.files) == ([], False)
    target = place("sqlite")
    done = restore(sealed(path, target), target.settings)
    assert (done.chain_faults, done.broken_files) == ([], [])
    with living(target), unit_of_work(writes=False):
        assert session().scalar(select(Dossier.id).filter_by(state=DossierState.destroyed)) is not None
        found = invariants.examine()
        assert (found["I2"], found["I10"]) == ([], [])
