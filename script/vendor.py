"""Copies the few front-end files we serve from node_modules into crm/static/vendor, and draws the icon sprite.

`vendor.json` is the one list: file, where it comes from, and the sha384 it must have. npm has already held each package
against package-lock.json; this second hash also holds what we serve, so a file changed on disk is not copied unnoticed.
`--accept` writes the hashes of what is there now into the list; script/lock does so after it took new releases.
"""

import base64
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "script" / "vendor.json"
ICONS = ROOT / "script" / "icons.txt"
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "crm" / "static" / "vendor"
SPRITE = "tabler-sprite.svg"
SVG = "http://www.w3.org/2000/svg"
# A page must work with no network at all, and nobody else learns who reads it.
REMOTE = re.compile(rb"""(?:@import|url\()\s*(?:url\()?["']?(?:https?:)?//""")
STROKE = {
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


def integrity(content: bytes) -> str:
    """The value of an HTML `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def entries() -> list[dict[str, str]]:
    return json.loads(LIST.read_text("utf-8"))


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICONS.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def accept() -> None:
    """Take the hashes of the installed files into the list."""
    lines = []
    for entry in entries():
        entry["integrity"] = integrity((PACKAGES / entry["from"]).read_bytes())
        lines.append("  " + json.dumps(entry))
    LIST.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def checked(entry: dict[str, str]) -> bytes:
    content = (PACKAGES / entry["from"]).read_bytes()
    if integrity(content) != entry["integrity"]:
        sys.exit(f"vendor: {entry['from']} is not the file that script/vendor.json names (its sha384 differs)")
    if entry["file"].endswith(".css") and REMOTE.search(content):
        sys.exit(f"vendor: {entry['from']} would load something from another host")
    return content


def symbol(name: str) -> ElementTree.Element:
    source = PACKAGES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not source.is_file():
        sys.exit(f"vendor: script/icons.txt asks for '{name}', and there is no such icon")
    drawing = ElementTree.parse(source).getroot()
    drawn = ElementTree.Element(f"{{{SVG}}}symbol", {"id": name, "viewBox": drawing.get("viewBox", ""), **STROKE})
    # Each drawing starts with an invisible square; the viewBox already gives the size.
    shapes = [shape for shape in drawing if shape.get("stroke") != "none" or shape.get("fill") != "none"]
    for shape in shapes:
        shape.tail = None
    drawn.extend(shapes)
    return drawn


def sprite() -> bytes:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    root.text = "\n"
    for name in icon_names():
        drawn = symbol(name)
        drawn.tail = "\n"
        root.append(drawn)
    return ElementTree.tostring(root, encoding="utf-8") + b"\n"


def copy() -> None:
    """Fill the folder anew: a file that left the list does not stay behind."""
    files = {entry["file"]: checked(entry) for entry in entries()}
    files[SPRITE] = sprite()
    hashes = {name: integrity(content) for name, content in sorted(files.items())}
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
    (TARGET / "integrity.json").write_text(json.dumps(hashes, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--accept"]:
        accept()
    copy()
