"""Passes run as long as their permit."""

from __future__ import annotations

from crm.db import session
from crm.renovations.cases.events import RenovationExtensionDecided
from crm.renovations.cases.models import Decision, Renovation, RenovationExtension
from crm.renovations.passes.service import follow_permit


def extension_decided(event: RenovationExtensionDecided) -> None:
    if event.decision != Decision.approved:
        return
    asked = session().get_one(RenovationExtension, event.renovation_extension_id)
    follow_permit(session().get_one(Renovation, event.renovation_id), asked.valid_to)
