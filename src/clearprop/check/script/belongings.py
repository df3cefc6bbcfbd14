"""A script's folder: a copy of the script, and of the data that it may read."""

import contextlib
import os
import re
import shutil
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import PathFinder
from pathlib import Path

from clearprop._text import Text

MAX_SOURCE = 2**20
"""Bytes of a script."""
MAX_NOTEBOOK = 12 * 2**20
"""Bytes of a notebook, which holds its pictures."""
MAX_FILES, MAX_BYTES = 200, 64 * 2**20
"""Files beside a script that are lent to it, and their bytes."""
MAX_LOOKED_AT = 5000
"""Files of a folder that are looked at for that."""

TOO_LONG = Text(
    "it cannot be read as Python: it has more than a million bytes",
    "无法作为 Python 读取：文件超过一百万字节",
)
UNREADABLE = Text("the file cannot be opened", "无法打开该文件")
NOT_ALL = Text(
    f"Not all files beside the script were lent to it: no more than {MAX_FILES} files and"
    f" {MAX_BYTES // 2**20} MB are.",
    f"脚本旁边的文件没有全部提供给它：最多 {MAX_FILES} 个文件、{MAX_BYTES // 2**20} MB。",
)


OUTSIDE = re.compile(rb"pardir|[\"']\.\.[/\"']|^\s*from\s+\.|dirname\(.*dirname\(", re.MULTILINE)
"""Signs that a script uses what lies beside its own folder: packages, mostly."""
IMPORTED = re.compile(rb"^[\s\"]*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)
NAMED = re.compile(
    rb"[\"']((?:[\w-]+/)*[\w.-]+\.(?:csv|data|gz|json|mat|np[yz]|pi?ckle|pkl|tsv|txt|xlsx?))[\"']"
)
"""Paths of data as they stand in a program."""
RELATIVE = re.compile(rb"^\s*from\s+(\.+)", re.MULTILINE)
"""The dots of a relative import: so many folders above its package stands."""
LEVELS = 4
"""Folders above a script in which a package that it imports is looked for."""


def folder_around(path: Path) -> Path:
    """Return the folder whose modules a script uses: its own, or one above.

    It is one above if the script speaks of the folder above its own, as ``os.pardir`` does, or if
    a package that it imports lies there and not beside it; or data that it names, as they do for
    one who runs ``python nets/train.py``.
    """
    own = path.parent.resolve()
    text = b"\n".join(texts_of(path))
    names = imported_in(text) - sys.stdlib_module_names
    names = {name for name in names if not holds(own, name) and not is_installed(name)}
    above = list(own.parents)[:LEVELS]
    dots = max((len(dots) for dots in RELATIVE.findall(text)), default=0)
    levels = max(dots, 1 if OUTSIDE.search(text) else 0)
    wanted = [above[levels - 1]] if 0 < levels <= len(above) else []
    for name in names:
        holding = (each for each in above if holds(each, name) or holds(each / "src", name))
        wanted += list(holding)[:1]
    for data in set(map(os.fsdecode, NAMED.findall(text))):
        if not (own / data).is_file():
            wanted += [each for each in above if (each / data).is_file()][:1]
    found = min(wanted, key=lambda folder: len(folder.parts), default=own)
    return found if found.is_relative_to(own) or len(found.parts) > 1 else own


def texts_of(path: Path) -> Iterator[bytes]:
    """Yield the text of a script, and of the modules beside it that it imports."""
    waiting, known = [path], {path}
    while waiting:
        text = text_of(waiting.pop())
        yield text
        beside = {path.parent / f"{name}.py" for name in imported_in(text)}
        waiting += sorted(file for file in beside - known if file.is_file())
        known |= beside


def imported_in(text: bytes) -> set[str]:
    """Return the packages that a program imports."""
    return {name.decode() for name in IMPORTED.findall(text)}


def is_installed(name: str) -> bool:
    """Return whether a package is found elsewhere than in the working folder."""
    places = [place for place in sys.path if Path(place).resolve() != Path.cwd()]
    return name in sys.modules or PathFinder.find_spec(name, places) is not None


def holds(folder: Path, name: str) -> bool:
    """Return whether a folder holds a module, or a package with modules, of this name.

    A package may hold nothing but other packages.
    """
    if (folder / f"{name}.py").is_file():
        return True
    with contextlib.suppress(OSError):
        return any(any((folder / name).glob(pattern)) for pattern in ("*.py", "*/*.py"))
    return False


def copy_script(path: Path, folder: Path) -> Text | None:
    """Copy a script into a folder; return why that cannot be done, None where it can."""
    try:
        most = MAX_NOTEBOOK if path.suffix == ".ipynb" else MAX_SOURCE
        if path.stat().st_size > most:
            return TOO_LONG
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError:
        return UNREADABLE
    if len(content) > most:
        return TOO_LONG
    (folder / path.name).write_bytes(content)
    return None


def copy_data(files: Sequence[Path], folder: Path) -> None:
    """Copy the data files that every script of a class may read."""
    for file in files:
        shutil.copyfile(file, folder / file.name)


def copy_files_beside(path: Path, folder: Path, home: Path | None = None) -> bool:
    """Copy the files that lie beside a script into a folder: its data, and its own modules.

    Parameters
    ----------
    path : Path
        The script, which is not copied.
    folder : Path
        Where to.
    home : Path, optional
        A folder around the script's own, whose files are copied in their places: of what lies
        outside the script's own folder, Python modules, and data that one of them names.

    Returns
    -------
    bool
        Whether all of them were copied; links that lead elsewhere, hidden files and what cannot be
        read do not count.
    """
    own = path.parent.resolve()
    home = (home or own).resolve()
    beside = [file for file in from_every_folder(files_in(own)) if file != path.resolve()]
    around = [file for file in files_in(home) if not file.is_relative_to(own)]
    modules = [file for file in (*beside, *around) if file.suffix == ".py"]
    said = b"".join(map(text_of, [path, *modules[:MAX_FILES]]))
    data = [file for file in (*beside, *around) if file.suffix != ".py"]
    named = [file for file in data if file.name.encode() in said]
    lent = list(dict.fromkeys([*modules, *named, *beside]))  # pictures leave room for these
    copied = size = 0
    all_of_them = True
    for file in lent:
        target = file.resolve()  # of a link, where it leads
        is_module = file.suffix == target.suffix == ".py"
        is_data = not file.is_relative_to(own) and target == file
        if not target.is_relative_to(home if is_module or is_data else own):
            continue
        try:
            weight = file.stat().st_size
            if copied >= MAX_FILES or size + weight > MAX_BYTES:
                all_of_them = False  # a smaller one may still find room
                continue
            place = folder / file.relative_to(home)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        except OSError:
            continue
        copied, size = copied + 1, size + weight
    for place in {folder, folder / own.relative_to(home)}:
        name_as_imported(place, imported_in(said))
    return all_of_them


def from_every_folder(files: Iterable[Path]) -> list[Path]:
    """Return modules first, then the first file of every folder, the second of every folder ….

    A folder of many pictures leaves room for the weights that lie in the next.
    """
    before: Counter[Path] = Counter()
    places: dict[Path, tuple[bool, int]] = {}
    for file in files:
        places[file] = file.suffix != ".py", before[file.parent]
        before[file.parent] += 1
    return sorted(places, key=lambda file: places[file])


def name_as_imported(folder: Path, names: set[str]) -> None:
    """Rename modules as a program writes them: Windows and macOS find ``layers`` as ``Layers``."""
    found = {path.stem: path for path in folder.glob("*") if path.is_dir() or path.suffix == ".py"}
    for stem, path in found.items():
        wanted = [name for name in names if name.lower() == stem.lower()]
        if stem not in names and len(wanted) == 1 and wanted[0] not in found:
            path.rename(folder / f"{wanted[0]}{path.suffix}")


def text_of(file: Path) -> bytes:
    """Return the text of a program; nothing of one that cannot be read."""
    with contextlib.suppress(OSError), file.open("rb") as stream:
        return stream.read(MAX_SOURCE)
    return b""


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder, then those in folders inside it, but none that is hidden.

    Of libraries that are installed there, none; of a very large folder, those nearest.
    """
    waiting, found = deque([folder]), 0
    while waiting and found < MAX_LOOKED_AT:
        with contextlib.suppress(OSError):
            inside = sorted(os.scandir(waiting.popleft()), key=lambda entry: entry.name)
            if any(entry.name == "pyvenv.cfg" for entry in inside):
                continue
            for entry in inside:
                if entry.name.startswith((".", "__pycache__", "node_modules")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file():
                    found += 1
                    yield Path(entry.path)
