"""Stand-ins for folders of pictures that are not there, and for those of their classes in one."""

import glob
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from clearprop.check.script.child.missing.program_text import ProgramText
from clearprop.check.script.child.missing.stubs import asked_by_program

OF_FOLDERS = re.compile(r"\bisdir\(|\bis_dir\(")
"""What programs say that look for folders of classes in a folder."""
CLASSES, PICTURES, OF_A_PATTERN = 2, 60, 10
"""Folders of classes that are made up, pictures in a folder, and those that a pattern finds."""


class MakesUp(Protocol):
    """What says what was made up."""

    def say(self, en: str, zh: str) -> None:
        """Note what was made up, once."""


class Folders:
    """Folders that a program lists and that are not there."""

    def __init__(self, made_up: MakesUp, text: ProgramText) -> None:
        self.made_up, self.text = made_up, text
        self.classes: set[str] = set()
        """The paths of folders of classes that were made up."""

    def arrange(self) -> None:
        """Put the stand-ins in their places."""
        os.listdir = self.listing(os.listdir)
        os.path.isdir = self.being(os.path.isdir)
        glob.glob = self.finding(glob.glob)
        Path.iterdir = self.walking(Path.iterdir)  # type: ignore[method-assign]
        Path.is_dir = self.being(Path.is_dir)  # type: ignore[method-assign]

    def listing(self, real: Callable[..., list[str]]) -> Any:
        """Return a function that lists a folder, or makes up what is in it."""

        def listdir(path: Any = ".") -> list[str]:
            try:
                return real(path)
            except (FileNotFoundError, NotADirectoryError):
                if not asked_by_program():
                    raise
                return self.names_in(str(path))

        return listdir

    def walking(self, real: Callable[..., Any]) -> Any:
        """Return the same for ``Path.iterdir``."""

        def iterdir(path: Path) -> Any:
            if path.exists() or not asked_by_program():
                return real(path)
            return (path / name for name in self.names_in(str(path)))

        return iterdir

    def being(self, real: Callable[..., bool]) -> Any:
        """Return a question whether a folder is there, yes for those that were made up."""
        return lambda path, *given: real(path, *given) or os.path.normpath(path) in self.classes

    def finding(self, real: Callable[..., list[str]]) -> Any:
        """Return a function that finds the files of a pattern, or makes their names up."""

        def find(pattern: str, *given: Any, **settings: Any) -> list[str]:
            found = real(pattern, *given, **settings)
            is_of_pictures = re.search(r"[*?]\.?\w*$", pattern) is not None
            folder = re.split(r"[*?\[]", pattern)[0]
            if found or not asked_by_program() or not is_of_pictures or os.path.isdir(folder):
                return found
            self.tell(pattern)
            stem = pattern if "." in os.path.basename(pattern) else f"{pattern}.jpg"
            return [re.sub(r"[*?]+", str(n), stem) for n in range(OF_A_PATTERN)]

        return find

    def names_in(self, folder: str) -> list[str]:
        """Return made-up names of what a folder holds."""
        self.tell(folder)
        within = os.path.normpath(folder) in self.classes
        if within or not any(map(OF_FOLDERS.search, self.text.sources())):
            return [f"{n}.jpg" for n in range(PICTURES)]
        names = [f"class_{n}" for n in range(CLASSES)]
        self.classes |= {os.path.normpath(os.path.join(folder, name)) for name in names}
        return names

    def tell(self, path: str) -> None:
        """Say that pictures were made up."""
        self.made_up.say(
            f"{path} is not there: pictures were made up in its place.",
            f"没有 {path}：用编造的图片代替。",
        )
