"""What is taken into the store, in which form, and that it comes back unchanged or not at all."""

import hashlib
import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import func, select

from crm.errors import DomainError
from crm.files import store
from crm.files.models import StoredFile, Upload
from crm.files.types import DOCX, LARGEST, XLSX, checked

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def pdf(pages=1, password=""):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def photo(kind="JPEG", size=(40, 20), **options):
    """Red, its left upper corner blue; by default with the place and device a telephone notes."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[MAKE] = "Telephone 15"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (36.0, 3.0, 0.0)
    out = BytesIO()
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


def workbook():
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write(0, 0, "房号")
    book.close()
    return out.getvalue()


def archive(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@pytest.fixture
def kept(app, work):
    """`kept(content, name)`: store it; the upload and the bytes as they lie there."""

    def run(content, name):
        with work():
            upload = store.keep(content, name, purpose="supplement", estate_id=None)
            return upload, store.read(upload)

    return run


@pytest.fixture
def take(app):
    """`take(content, name)`: the check alone."""

    def run(content, name):
        with app.app_context():
            return checked(content, name)

    return run


# Pictures


def test_a_photo_loses_place_and_device_and_stands_upright(kept):
    original = photo()
    assert Image.open(BytesIO(original)).getexif()[MAKE] == "Telephone 15"
    upload, content = kept(original, "门牌.jpg")
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.size) == ("JPEG", (20, 40))
    assert dict(picture.getexif()) == {}
    assert b"Telephone" not in content
    assert upload.original_sha256 == hashlib.sha256(original).hexdigest()
    assert upload.sha256 == hashlib.sha256(content).hexdigest() != upload.original_sha256


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"comment": b"hidden words"}),
        ("JPEG", {"xmp": b"<x>hidden words</x>"}),
        ("JPEG", {"icc_profile": b"hidden words" * 20}),
    ],
    ids=["comment", "xmp", "profile"],
)
def test_nothing_hidden_in_a_photo_is_stored(take, kind, options):
    original = photo(kind, **options)
    assert b"hidden words" in original
    assert b"hidden words" not in take(original, "x.jpg").content


def test_nothing_hidden_in_a_png_is_stored(take):
    original = photo("PNG")
    assert b"Telephone" in original
    found = take(original + b"<script>hidden words</script>", "x.png")
    assert (found.media_type, found.pages) == ("image/png", 1)
    assert b"Telephone" not in found.content
    assert b"hidden words" not in found.content


def test_a_damaged_photo_is_refused_wherever_it_is_cut(take):
    original = photo(size=(200, 100))
    for length in (4, 20, len(original) // 4, len(original) // 2, len(original) - 20):
        with pytest.raises(DomainError, match=r"x\.jpg"):
            take(original[:length], "x.jpg")


def test_a_picture_of_too_many_points_is_refused(take):
    out = BytesIO()
    Image.new("1", (10_000, 7_000)).save(out, "PNG")
    with pytest.raises(DomainError, match=r"x\.png"):
        take(out.getvalue(), "x.png")


# PDF


@pytest.mark.parametrize("pages", [1, 3, 12])
def test_pages_are_counted_and_the_bytes_stay(kept, db, pages):
    upload, content = kept(pdf(pages), "合同.pdf")
    assert content == pdf(pages)
    stored = db.get_one(StoredFile, upload.sha256)
    assert (stored.media_type, stored.pages, stored.size) == ("application/pdf", pages, len(content))
    assert stored.sm3 == hashlib.new("sm3", content).hexdigest()


def test_a_pdf_with_a_password_is_refused(take):
    with pytest.raises(DomainError, match=r"x\.pdf"):
        take(pdf(password="secret"), "x.pdf")


def test_a_damaged_pdf_is_refused_wherever_it_is_cut(take):
    whole = pdf(3)
    for length in range(5, len(whole) - 8, 7):
        with pytest.raises(DomainError, match=r"x\.pdf"):
            take(whole[:length], "x.pdf")


# Other kinds


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (workbook(), "房屋.xlsx", XLSX),
        (archive("word/document.xml"), "说明.docx", DOCX),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "old.XLS", "application/vnd.ms-excel"),
        ("房号,姓名\n".encode(), "a.csv", "text/csv"),
        ("房号,姓名\n".encode("gb18030"), "a.CSV", "text/csv"),
        ("记事".encode(), "a.txt", "text/plain"),
    ],
)
def test_kinds_that_are_taken(take, content, name, media_type):
    found = take(content, name)
    assert (found.content, found.media_type, found.pages) == (content, media_type, None)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\0program", "setup.exe"),
        (b"MZ\x90\0program", "contract.pdf"),
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        (b"GIF89a", "moving.gif"),
        (b"\x7fELF", "photo.jpg"),
        (b"a,b\0c", "list.csv"),
        (archive("a.txt"), "many.zip"),
        (archive("a.txt"), "list.xlsx"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "old.doc"),
        (b"PK\x03\x04cut", "list.xlsx"),
        (b"", "empty.pdf"),
    ],
)
def test_kinds_that_are_refused(take, content, name):
    with pytest.raises(DomainError, match=name):
        take(content, name)


def test_what_is_too_large_is_refused(take):
    with pytest.raises(DomainError, match="25"):
        take(b"a" * (LARGEST + 1), "list.csv")


# The store


def test_the_same_content_lies_there_once(kept, db):
    first, _ = kept(pdf(2), "甲.pdf")
    second, _ = kept(pdf(2), "乙.pdf")
    assert first.sha256 == second.sha256
    assert first.id != second.id
    assert db.scalar(select(func.count()).select_from(StoredFile).where(StoredFile.sha256 == first.sha256)) == 1
    assert set(db.scalars(select(Upload.name).where(Upload.sha256 == first.sha256))) == {"甲.pdf", "乙.pdf"}


@pytest.mark.parametrize(
    ("given", "stored"),
    [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\a\\合同.pdf", "合同.pdf"), ("x" * 300 + ".pdf", "x" * 196 + ".pdf")],
)
def test_a_name_has_no_folder(kept, given, stored):
    upload, _ = kept(pdf(), given)
    assert upload.name == stored


def test_a_file_changed_on_disk_is_not_handed_out(app, kept):
    upload, content = kept(pdf(4), "合同.pdf")
    with app.app_context():
        path = store.path_of(upload.sha256)
        path.write_bytes(content + b" ")
        with pytest.raises(DomainError, match=r"合同\.pdf"):
            store.read(upload)
        path.unlink()
        with pytest.raises(DomainError, match=r"合同\.pdf"):
            store.read(upload)


def test_no_draft_is_left_beside_the_file(app, kept):
    upload, _ = kept(pdf(5), "合同.pdf")
    with app.app_context():
        folder = store.path_of(upload.sha256).parent
    assert [path.name for path in folder.iterdir() if len(path.name) != 64] == []


def test_an_upload_that_is_refused_leaves_nothing(kept, db):
    before = db.scalar(select(func.count()).select_from(Upload))
    with pytest.raises(DomainError):
        kept(b"MZ", "setup.exe")
    assert db.scalar(select(func.count()).select_from(Upload)) == before
