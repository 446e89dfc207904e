"""Everything of the engineering files in the words of a timeline, for `crm.wiring` and the log."""

from __future__ import annotations

from crm.engineering import wording
from crm.engineering.drawings import history as drawings
from crm.engineering.points import history as points
from crm.engineering.procedures import history as procedures

EVENT_TITLES = drawings.EVENT_TITLES | points.EVENT_TITLES | procedures.EVENT_TITLES
EVENT_DETAILS = drawings.EVENT_DETAILS | points.EVENT_DETAILS
FIELD_TITLES = wording.FIELD_TITLES | drawings.FIELD_TITLES | points.FIELD_TITLES | procedures.FIELD_TITLES
SUBJECT_TITLES = drawings.SUBJECT_TITLES | points.SUBJECT_TITLES | procedures.SUBJECT_TITLES
SUBJECT_PAGES = drawings.SUBJECT_PAGES | points.SUBJECT_PAGES | procedures.SUBJECT_PAGES
