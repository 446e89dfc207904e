"""Dossiers and customers' files: each fault is found, what is like it is not, and what is mended is found no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from crm.properties.models import Estate
from tests.review import faults_customers as customers
from tests.review import faults_dossiers as dossiers
from tests.review.looked import found_in

Work = Callable[..., Any]
KINDS = customers.FAULTS.keys() | dossiers.FAULTS.keys()


def test_every_fault_is_found_and_nothing_like_it(app: Flask, work: Work, estate: Estate) -> None:
    faults = [*dossiers.FAULTS.items(), *dossiers.MORE, *customers.FAULTS.items(), *customers.MORE]
    with app.app_context():
        wrong = [(kind, maker.__name__, maker(estate)) for kind, maker in faults]
        innocent = {maker.__name__: maker(estate) for maker in (*dossiers.INNOCENT, *customers.INNOCENT)}

    found = found_in(work, [*(each[2] for each in wrong), *innocent.values()])

    def kinds(dossier_id: int) -> set[str]:
        return found[dossier_id].keys() & KINDS

    assert {name: kinds(dossier_id) for _kind, name, dossier_id in wrong} == {name: {kind} for kind, name, _id in wrong}
    assert {name: kinds(dossier_id) for name, dossier_id in innocent.items() if kinds(dossier_id)} == {}
