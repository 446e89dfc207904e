"""Codes of the logs in words. A test holds that every event, subject and field has one."""

from crm.admin.titles.events import EVENT_TITLES
from crm.admin.titles.fields import FIELD_TITLES
from crm.admin.titles.subjects import SUBJECT_PAGES, SUBJECT_TITLES

__all__ = ["EVENT_TITLES", "FIELD_TITLES", "SUBJECT_PAGES", "SUBJECT_TITLES"]
