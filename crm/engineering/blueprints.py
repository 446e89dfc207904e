"""Every page of the engineering files, for `crm.app`."""

from crm.engineering.drawings.views import blueprint as drawings
from crm.engineering.points.views import blueprint as points
from crm.engineering.procedures.views import blueprint as procedures
from crm.engineering.unit_files.views import blueprint as unit_files

BLUEPRINTS = (drawings, points, procedures, unit_files)
