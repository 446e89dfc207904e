"""Who hears of a stored file that is not what it was."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.files.events import FileFaultFound
from crm.files.models import FAULT_TITLES, Fault
from crm.notifications.service import notify

ADDRESS = "/admin/files"  # made where `url_for` has no request


def file_fault_found(event: FileFaultFound) -> None:
    """Whoever keeps the machine and whoever keeps the archive, at any hour: the last good backup grows old."""
    for user in who_may(Permission.job_keep, Permission.dossier_keep):
        with force_locale(user.locale):
            what = FAULT_TITLES[Fault(event.fault)]
            text = _("A stored file is not what it was: %(name)s (%(what)s)", name=event.name, what=what)
        notify(user.id, text, ADDRESS, group="stored files", icon="alert-triangle", urgent=True)
