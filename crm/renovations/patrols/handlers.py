"""A renovation's plan of patrols begins and ends with its permit."""

from __future__ import annotations

from crm.db import session
from crm.renovations.cases.events import RenovationPermitted, RenovationStepTaken
from crm.renovations.cases.models import Renovation
from crm.renovations.patrols.service import follow


def permitted(event: RenovationPermitted) -> None:
    follow(session().get_one(Renovation, event.renovation_id))


def step_taken(event: RenovationStepTaken) -> None:
    follow(session().get_one(Renovation, event.renovation_id))
