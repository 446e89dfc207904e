"""The verbs of an import: upload, correct, check, carry out. The file is parsed outside the unit of work."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.credit import queries
from crm.archive.credit.events import RefusedProjectsDownloaded, RegisterImported
from crm.archive.credit.importing.draft import MOST, Draft
from crm.archive.credit.importing.drafting import draft
from crm.archive.credit.importing.fields import REGISTER
from crm.archive.credit.importing.present import present
from crm.archive.credit.importing.storing import find_client, store
from crm.archive.credit.models import ImportState, RegisterImport
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.files.models import Upload
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.workbooks.container import kept_name
from crm.workbooks.file import File
from crm.workbooks.registers import Block, Mapping, blocks, corrected, guess, mapped, plain_mapping

PURPOSE = "register_import"
CARRY_OUT = "credit.carry_out"
LARGE = 300  # rows: more are carried out in the background


def file_of(run: RegisterImport) -> tuple[bytes, str]:
    """The kept file and its name; parse it outside the unit of work."""
    upload = session().get_one(Upload, run.upload_id)
    return files.read(upload), upload.name


def upload(file: File) -> RegisterImport:
    """Keep the file and what it was understood as; nothing else is stored."""
    kept = files.keep(file.content, kept_name(file.content, file.name), purpose=PURPOSE, estate_id=None)
    run = RegisterImport(
        upload_id=kept.id,
        state=ImportState.uploaded,
        mapping={},
        started_by=g.actor.name,
        started_at=utc_now(),
    )
    _take_mapping(run, file, guess(REGISTER, file.sheets))
    session().add(run)
    session().flush()
    return run


def _take_mapping(run: RegisterImport, file: File, mapping: Mapping) -> None:
    run.mapping = mapped(file.sheets, mapping)
    run.state, run.result = ImportState.uploaded, {}


def correct(run: RegisterImport, file: File, wanted: Mapping, *, void_missing: bool) -> None:
    """Take what a person sent back."""
    _expect_open(run)
    run.void_missing = void_missing
    _take_mapping(run, file, corrected(REGISTER, file.sheets, plain_mapping(run.mapping), wanted))


def note_check(run: RegisterImport, result: dict[str, Any]) -> None:
    """The dry run: the result as it would be."""
    _expect_open(run)
    run.result, run.state = result, ImportState.checked


def carry_out(run: RegisterImport, file: File) -> None:
    """Store everything the draft says, in the caller's unit of work."""
    _expect_turn(run)
    drafted = drafted_of(run, file)
    result = drafted.result()
    expect_whole(run, result)
    store(drafted, run)
    conclude(run, result, file)


def ask_carry_out(run: RegisterImport, file: File) -> Job:
    """Have a large file stored in the background, or what an ended try has left of it."""
    _expect_turn(run)
    if run.state is not ImportState.checked:
        raise DomainError(_("Check the file first: see what would be taken over."))
    expect_whole(run, run.result)
    key = f"{CARRY_OUT}:{run.id}:{run.version}"
    job = enqueue(CARRY_OUT, _("Take over %(file)s", file=file.name), {"register_import_id": run.id}, key=key)
    run.job_id = job.id
    return job


def expect_whole(run: RegisterImport, result: dict[str, Any]) -> None:
    """Raises `DomainError` while numbers are missing below the highest: those of refused rows are not given away, and
    of the others somebody must say that they are void."""
    if result["held"]:
        raise DomainError(
            _(
                "Correct the refused rows %(numbers)s first: higher numbers are in the file.",
                numbers=_some(result["held"]),
            )
        )
    if result["missing"] and not run.void_missing:
        raise DomainError(
            _(
                "The register has no %(numbers)s. Add the rows, or tick that the missing numbers become void.",
                numbers=_some(result["missing"]),
            )
        )


def conclude(run: RegisterImport, result: dict[str, Any], file: File) -> None:
    """Everything is stored."""
    run.result, run.state, run.done_at = result, ImportState.done, utc_now()
    session().flush()
    counts = {name: result[name] for name in ("created", "numbered", "unchanged", "clients")} | {
        "refused": len(result["refused"])
    }
    record(RegisterImported(register_import_id=run.id, file=file.name, counts=counts))


def _some(numbers: list[str]) -> str:
    return "、".join(numbers[:20])


def drafted_of(run: RegisterImport, file: File) -> Draft:
    read_blocks = blocks_of(run, file)
    rows = sum(1 for block in read_blocks for _row in block.data())
    if rows > MOST:
        raise DomainError(_("A register of more than %(most)s rows is taken over in parts. Split the file.", most=MOST))
    drafted = draft(read_blocks, present())
    clients = {
        (each.client.name, each.client.credit_code, each.client.id_number): each.client for each in drafted.projects
    }
    drafted.new_clients = sum(1 for facts in clients.values() if find_client(facts) is None)
    return drafted


def blocks_of(run: RegisterImport, file: File) -> list[Block]:
    return blocks(REGISTER, file.sheets, plain_mapping(run.mapping))


def note_download(run: RegisterImport) -> None:
    record(RefusedProjectsDownloaded(register_import_id=run.id, rows=len(run.result["refused"])))


def _expect_open(run: RegisterImport) -> None:
    if run.state is ImportState.done:
        raise DomainError(_("This import was carried out already. Upload the file again for another one."))
    if queries.working_import() == run.id:
        raise DomainError(_("This import is being worked on at the moment. Wait until it is done."))


def _expect_turn(run: RegisterImport) -> None:
    """One at a time: two would both call the same client new."""
    queries.lock_imports()
    _expect_open(run)
    if queries.working_import() is not None:
        raise DomainError(_("Another register is being taken over at the moment. Wait until it is done."))
