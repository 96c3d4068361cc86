"""An installed wheel runs anywhere: it carries everything that it reads, and nothing of the workshop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
NO_CODE = (".po", ".html", ".css", ".js", ".svg", ".mako", ".yaml")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([*build, "--no-build-isolation", "-w", str(folder), str(ROOT)], check=True, timeout=60)
    (built,) = folder.glob("keng-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pure Python wheel is installed by unpacking it."""
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder, where only the installed copy and its dependencies are to be found."""
    empty = installed.parent / "empty"
    empty.mkdir(exist_ok=True)
    # -S leaves out the .pth file by which the checkout itself is importable.
    command = [sys.executable, "-S", *words]
    places = os.pathsep.join([str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    environ = {"PATH": os.defpath, "HOME": str(empty), "PYTHONPATH": places, "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=empty, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def shipped(folder: Path) -> set[str]:
    return {
        str(file.relative_to(ROOT))
        for file in folder.rglob("*")
        if file.is_file() and (file.suffix == ".py" or file.suffix in NO_CODE) and "__pycache__" not in file.parts
    }


def test_the_wheel_carries_every_module_catalogue_page_and_migration(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    wanted = shipped(ROOT / "bot") | shipped(ROOT / "index")
    assert wanted - names == set()
    for kind in NO_CODE[:-1]:
        assert any(name.endswith(kind) for name in names), kind


def test_the_wheel_carries_playbooks_law_organisation_and_scenarios(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    wanted = {f"bot/_data/{name}" for name in shipped(ROOT / "playbooks")}
    assert wanted - names == set()
    below = "bot/_data/playbooks"
    assert {f"{below}/unclassified.yaml", f"{below}/blocks.yaml", f"{below}/law/rules.yaml"} <= names
    for folder in ("organisation/sample", "organisation/template", "scenarios"):
        assert any(name.startswith(f"{below}/{folder}/") for name in names), folder


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"bot", "index", "keng"}
    assert [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc", "keng.yaml"))] == []


def test_the_wheel_brings_the_command_keng(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "keng = bot.cli:main" in archive.read(name).decode()


def test_the_installed_copy_finds_its_own_playbooks_and_catalogues(installed: Path) -> None:
    program = (
        "import json, bot, bot.locale; from bot.playbooks import default_playbooks_folder as folder, load_playbooks;"
        "print(json.dumps([bot.__file__, str(folder()), len(load_playbooks(folder()))]))"
    )
    place, playbooks, count = json.loads(run(installed, "-c", program).stdout)
    assert Path(place).is_relative_to(installed)
    assert Path(playbooks) == (installed / "bot" / "_data" / "playbooks").resolve()
    assert count == 33


@pytest.mark.parametrize("command", ["playbooks lint", "check", "people list --json"])
def test_the_installed_command_works_in_an_empty_folder(installed: Path, command: str) -> None:
    run(installed, "-m", "bot", *command.split())
