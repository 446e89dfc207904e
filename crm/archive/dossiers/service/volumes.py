"""册, volumes of a living dossier, one a year: a closed one takes nothing more, what comes later opens the next."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers.events import VolumeClosed, VolumeOpened
from crm.archive.dossiers.models import Dossier, Volume
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError


def volume_of(dossier: Dossier) -> Volume:
    """The open volume of the present year; where none is, the next is opened, and those of years before are closed."""
    year, of_this = business_day().year, select(Volume).filter_by(dossier_id=dossier.id)
    standing = session().scalars(of_this.filter_by(closed_at=None)).all()
    found = next((volume for volume in standing if volume.year == year), None)
    if found is None:
        close_volumes(dossier.id)
        found = _open_volume(dossier, year)
    return found


def _open_volume(dossier: Dossier, year: int) -> Volume:
    last = session().scalar(select(func.max(Volume.number)).filter_by(dossier_id=dossier.id, year=year)) or 0
    made = Volume(dossier_id=dossier.id, year=year, number=last + 1)
    session().add(made)
    session().flush()
    record(VolumeOpened(dossier_id=dossier.id, volume_id=made.id, title=made.title))
    return made


def close_volume(volume: Volume) -> None:
    """Nothing more goes into it; what comes later opens the next."""
    if volume.closed_at is not None:
        raise DomainError(_("This volume is closed already."))
    volume.closed_at = utc_now()
    session().flush()
    record(VolumeClosed(dossier_id=volume.dossier_id, volume_id=volume.id, title=volume.title))


def close_volumes(dossier_id: int) -> None:
    """Whichever are open."""
    standing = select(Volume).filter_by(dossier_id=dossier_id, closed_at=None).order_by(Volume.id)
    for volume in session().scalars(standing).all():
        close_volume(volume)
