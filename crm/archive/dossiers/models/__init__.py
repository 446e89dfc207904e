"""The archive's tables: what a dossier should hold, what it holds, where it is, and what was put right."""

from crm.archive.dossiers.models.custody import Appointment, Custody, Location
from crm.archive.dossiers.models.dossier import (
    Attachment,
    AttachmentRelease,
    Dossier,
    DossierReader,
    Item,
    Rendition,
    Volume,
)
from crm.archive.dossiers.models.records import Correction, IssuedPrint, Removal, SlotAbsence, SupplementFiling
from crm.archive.dossiers.models.template import DossierTemplate, PolicyVersion, TemplateSection, TemplateSlot

__all__ = [
    "Appointment",
    "Attachment",
    "AttachmentRelease",
    "Correction",
    "Custody",
    "Dossier",
    "DossierReader",
    "DossierTemplate",
    "IssuedPrint",
    "Item",
    "Location",
    "PolicyVersion",
    "Removal",
    "Rendition",
    "SlotAbsence",
    "SupplementFiling",
    "TemplateSection",
    "TemplateSlot",
    "Volume",
]
