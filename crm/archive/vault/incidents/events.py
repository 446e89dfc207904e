"""What happens to an incident."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleIncidentReported:
    title_incident_id: int
    title_document_id: int | None
    number: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleIncidentNoted:
    title_incident_id: int
    title_document_id: int | None
    words: str
    upload_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleIncidentClosed:
    title_incident_id: int
    title_document_id: int | None
    number: str
    result: str
