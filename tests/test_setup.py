"""The set-up holds together: requirements and locks, the list of front-end files, the icons, what a wheel carries."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.lock"))
PACKAGE_LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
VENDOR = ROOT / "crm" / "static" / "vendor"


def pins(lock: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "script" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Locks


@pytest.mark.parametrize(
    "path",
    [*PYTHON_LOCKS, ROOT / "package-lock.json", ROOT / "package.json", ROOT / ".npmrc"],
    ids=lambda path: path.name,
)
def test_a_lock_says_what_and_never_from_where(path):
    text = path.read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|registry *=", text)


@pytest.mark.parametrize("path", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_pin_has_a_hash(path):
    entries = re.split(r"^(?=[\w.-]+==)", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-dev.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
        ("requirements-build.lock", PROJECT["optional-dependencies"]["build"]),
        ("requirements-node.lock", PROJECT["optional-dependencies"]["node"]),
    ],
)
def test_a_lock_answers_its_requirements(lock, requirements):
    pinned = pins(lock)
    unanswered = [
        text
        for text in requirements
        if (wanted := Requirement(text))
        and not wanted.specifier.contains(pinned.get(canonicalize_name(wanted.name), "0"))
    ]
    assert unanswered == [], "run script/lock"


@pytest.mark.parametrize("smaller", ["requirements.lock", "requirements-build.lock"])
def test_the_dev_lock_holds_the_smaller_ones_at_the_same_versions(smaller):
    assert pins(smaller).items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("version", ["3.11.0", "3.11.2", "3.13.5"])  # the oldest one allowed, Debian 12's, Debian 13's
def test_the_lock_is_whole_on_every_python(version):
    """A lock is made on one Python and leaves out what only another needs."""
    pinned = pins("requirements.lock")
    python = {"python_version": version.rpartition(".")[0], "python_full_version": version, "extra": ""}
    wanted = {
        canonicalize_name(requirement.name)
        for name in pinned
        for requirement in map(Requirement, distribution(name).requires or [])
        if requirement.marker is None or requirement.marker.evaluate(python)
    }
    assert wanted - {canonicalize_name(name) for name in pinned} == set(), "name it in pyproject.toml, run script/lock"


def test_the_package_lock_was_made_from_this_package_json():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert PACKAGE_LOCK["packages"][""]["dependencies"] == package["dependencies"], "run script/lock"


def test_every_front_end_package_has_a_strong_hash():
    packages = {name: entry for name, entry in PACKAGE_LOCK["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []


# Front-end files


def test_served_files_are_those_of_the_list(vendor):
    listed = {entry["file"]: entry["integrity"] for entry in vendor.entries()}
    served = {path.name: vendor.integrity(path.read_bytes()) for path in VENDOR.iterdir()}
    del served["integrity.json"]
    assert json.loads((VENDOR / "integrity.json").read_text("utf-8")) == served
    del served[vendor.SPRITE]
    assert served == listed


def test_every_listed_file_comes_from_a_locked_package(vendor):
    for entry in vendor.entries():
        parts = entry["from"].split("/")
        package = "/".join(parts[: 2 if entry["from"].startswith("@") else 1])
        assert f"node_modules/{package}" in PACKAGE_LOCK["packages"]


def test_no_served_style_loads_from_another_host(vendor):
    assert [path.name for path in VENDOR.glob("*.css") if vendor.REMOTE.search(path.read_bytes())] == []


@pytest.mark.parametrize(
    "style",
    [
        b'@import url("https://x/a.css")',
        b"@import '//x/a.css'",
        b"src:url(https://x/a.woff2)",
        b"background:url('//x/a.png')",
    ],
)
def test_a_style_that_would_is_seen(vendor, style):
    assert vendor.REMOTE.search(style)


def test_a_drawing_inside_a_style_is_not_another_host(vendor):
    assert not vendor.REMOTE.search(b"""url("data:image/svg+xml,%3csvg xmlns='http://www.w3.org/2000/svg'%3e")""")


def test_a_file_that_changed_is_not_copied(vendor):
    with pytest.raises(SystemExit, match=r"htmx\.min\.js is not the file"):
        vendor.checked({"file": "htmx.min.js", "from": "htmx.org/dist/htmx.min.js", "integrity": "sha384-other"})


# Icons


def icons_asked_for() -> Iterator[str]:
    """Every icon named in a template or in Python: icon="phone", icon('phone')."""
    for folder, pattern in (("templates", "*.html"), ("crm", "*.py")):
        for path in (ROOT / folder).rglob(pattern):
            yield from re.findall(r"""\bicon(?:=|\()["']([a-z0-9-]+)["']""", path.read_text("utf-8"))


def test_the_sprite_draws_every_icon_of_the_list(vendor):
    sprite = ElementTree.parse(VENDOR / vendor.SPRITE).getroot()
    assert [symbol.get("id") for symbol in sprite] == vendor.icon_names()
    for symbol in sprite:
        assert symbol.get("stroke") == "currentColor"
        assert symbol.get("viewBox") == "0 0 24 24"
        assert len(symbol) > 0


def test_every_icon_asked_for_is_in_the_list(vendor):
    assert set(icons_asked_for()) - set(vendor.icon_names()) == set(), "add them to script/icons.txt"


def test_an_unknown_icon_is_named(vendor):
    with pytest.raises(SystemExit, match="'no-such-icon'"):
        vendor.symbol("no-such-icon")


# Scripts and the wheel


@pytest.mark.parametrize("script", ["bootstrap", "server", "test", "check", "lock", "../.ci/run"])
def test_a_script_can_be_run_and_reads_as_bash(script):
    path = ROOT / "script" / script
    assert path.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", path], capture_output=True, check=False).stderr == b""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def test_the_wheel_carries_the_package_and_nothing_beside_it(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {"crm", f"yihu-{PROJECT['version']}.dist-info"}


@pytest.mark.parametrize(
    ("folder", "pattern"), [("templates", "*.html"), ("crm/migrations", "*.py"), ("crm/static", "*")]
)
def test_the_wheel_carries_what_the_checkout_has(wheel, folder, pattern):
    inside = folder if folder.startswith("crm") else f"crm/{folder}"
    paths = [path for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    assert paths
    assert {f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" for path in paths} - set(wheel) == set()


def test_the_wheel_carries_compiled_catalogues_only(wheel):
    compiled = {path.relative_to(ROOT).with_suffix(".mo").as_posix() for path in (ROOT / "translations").rglob("*.po")}
    assert {f"crm/{name}" for name in compiled} - set(wheel) == set()
    assert [name for name in wheel if name.endswith((".po", ".pot"))] == []
