"""Every page of complaints, for `crm.app`."""

from crm.complaints.intake.views import blueprint as intake

BLUEPRINTS = (intake,)
