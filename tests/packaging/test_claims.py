"""What pyproject.toml claims to work with is what the locks install and the tests ran."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import clearprop

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
REQUIREMENTS = [
    requirement
    for text in chain(PROJECT["project"]["dependencies"], *EXTRAS.values())
    if (requirement := Requirement(text)).name != "clearprop"
]


def locked(name):
    """Return the versions of each distribution in a lock."""
    found = {}
    for line in (ROOT / "locks" / name).read_text().splitlines():
        if match := re.match(r"([\w.-]+)==([\w.]+)", line):
            found.setdefault(canonicalize_name(match[1]), []).append(Version(match[2]))
    return found


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda each: each.name)
def test_the_lowest_versions_claimed_are_those_of_the_lock_for_the_oldest(requirement):
    (lowest,) = (each.version for each in requirement.specifier if each.operator == ">=")
    (version,) = locked("oldest.txt")[canonicalize_name(requirement.name)]
    assert version in requirement.specifier
    assert version.release[: len(Version(lowest).release)] == Version(lowest).release


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda each: each.name)
def test_the_versions_tested_are_within_the_claims(requirement):
    for version in locked("test.txt")[canonicalize_name(requirement.name)]:
        assert version in requirement.specifier


@pytest.mark.parametrize("lock", ["use.txt", "light.txt"])
def test_users_get_the_versions_that_were_tested(lock):
    tested = locked("test.txt")
    assert {name: tested.get(name) for name in locked(lock)} == locked(lock)


def test_everything_installed_is_locked_with_hashes():
    for lock in (ROOT / "locks").glob("*.txt"):
        entries = re.split(r"\n(?=\S)", lock.read_text())
        pinned = [entry for entry in entries if "==" in entry.split("\n")[0]]
        assert pinned
        assert all("--hash=sha256:" in entry for entry in pinned), lock.name


def test_all_has_every_extra():
    (together,) = EXTRAS["all"]
    assert Requirement(together).extras == set(EXTRAS) - {"all"}


def test_the_pythons_in_the_classifiers_are_those_that_pip_admits():
    listed = [
        text.rpartition(" ")[2]
        for text in PROJECT["project"]["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", text)
    ]
    admitted = Requirement(f"clearprop{PROJECT['project']['requires-python']}").specifier
    assert listed == [f"3.{minor}" for minor in range(100) if f"3.{minor}.9" in admitted]


def test_the_changelog_begins_with_this_version():
    first = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert first[1] == clearprop.__version__
