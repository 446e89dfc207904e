"""The jobs under an incident: they live in a package above this one, `crm.wiring` says who knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job in words; `address` is its page."""

    id: int
    number: str
    address: str
    place: str
    problem: str
    worker: str
    state: str
    tone: str


known: list[Callable[[int], Sequence[Job]]] = []  # each: those of the incident with this id


def jobs_of(incident_id: int) -> list[Job]:
    return [job for jobs in known for job in jobs(incident_id)]
