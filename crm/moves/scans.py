"""What was brought as a scan, as PDF pages: a picture is laid on a page of its own."""

from __future__ import annotations

from crm.files import store
from crm.files.models import Upload
from crm.web import pdf
from crm.web.drawing import JPEG, PNG, inline

PDF = "application/pdf"
KINDS = {"image/png": PNG, "image/jpeg": JPEG}


def as_pdf(upload: Upload, title: str) -> bytes:
    """`upload.stored` is loaded."""
    content = store.read(upload)
    if upload.stored.media_type == PDF:
        return content
    return pdf.document("moves/scan.html", title=title, picture=inline(content, KINDS[upload.stored.media_type]))


def is_paper(upload: Upload) -> bool:
    """Whether it can be laid among papers: a PDF or a picture."""
    return upload.stored.media_type == PDF or upload.stored.media_type in KINDS


def as_picture(upload: Upload | None) -> str:
    """A drawn signature, or a scanned one that is a picture, as an address that holds it; "" for anything else."""
    if upload is None or upload.stored.media_type not in KINDS:
        return ""
    return inline(store.read(upload), KINDS[upload.stored.media_type])


def with_scan(printed: bytes, signature: Upload | None) -> bytes:
    """What was signed on paper and scanned as PDF goes behind the form; a picture stands in it."""
    if signature is None or signature.stored.media_type != PDF:
        return printed
    return pdf.joined([printed, store.read(signature)])
