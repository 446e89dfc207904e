"""What a worker photographed, drawn; and a customer's signature."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

from crm.repairs.orders.models import PhotoStage, RepairOrder
from crm.repairs.orders.photos import add_photo

SIZE = (320, 240)


def add(order: RepairOrder, *stages: PhotoStage) -> None:
    """By whoever acts, at the moment that is told."""
    for stage in stages:
        draw, name = PICTURES[stage]
        add_photo(order, draw(), name, stage, f"demo-{order.id}-{stage}")


def _wet() -> bytes:
    return _pipe(dripping=True)


def _dry() -> bytes:
    return _pipe(dripping=False)


def _pipe(*, dripping: bool) -> bytes:
    """A pipe under a basin, with drops and a puddle, or with a new valve."""
    image = Image.new("RGB", SIZE, "#d8d4cb")
    pen = ImageDraw.Draw(image)
    for left in range(0, SIZE[0], 40):
        pen.line((left, 0, left, 170), fill="#c4bfb4")
    pen.rectangle((0, 170, *SIZE), fill="#8f8a80")
    pen.rectangle((150, 0, 172, 110), fill="#9a9fa6")
    pen.rectangle((150, 96, 250, 116), fill="#9a9fa6")
    pen.ellipse((140, 84, 184, 126), fill="#6f4b2a" if dripping else "#d9dde2", outline="#4d3520", width=2)
    if dripping:
        for top in (132, 148, 164):
            pen.ellipse((157, top, 165, top + 10), fill="#4f7fb0")
        pen.ellipse((100, 182, 228, 212), fill="#6c93bb")
    return kept_as(image, "JPEG")


def _signed() -> bytes:
    image = Image.new("RGB", (320, 120), "#ffffff")
    pen = ImageDraw.Draw(image)
    points = [(30, 70), (60, 30), (70, 90), (95, 45), (120, 80), (150, 35), (165, 85), (205, 50), (240, 78), (290, 40)]
    pen.line(points, fill="#1c2733", width=3, joint="curve")
    return kept_as(image, "PNG")


def kept_as(image: Image.Image, form: str) -> bytes:
    kept = BytesIO()
    image.save(kept, form, quality=70)
    return kept.getvalue()


PICTURES: dict[PhotoStage, tuple[Callable[[], bytes], str]] = {
    PhotoStage.before: (_wet, "维修前.jpg"),
    PhotoStage.after: (_dry, "维修后.jpg"),
    PhotoStage.signature: (_signed, "业主签字.png"),
}
