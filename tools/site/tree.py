"""The folder of sources that Sphinx reads; what has not changed keeps its time."""

from pathlib import Path

from pages import Page


class Tree:
    """Pages and files of one language; files of earlier builds that nothing writes again go."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pages: set[Path] = set()
        root.mkdir(parents=True, exist_ok=True)

    def write(self, page: Page) -> None:
        """Write a page and the files that it shows, if they are new or have changed."""
        path = self.root / f"{page.name}.md"
        self._pages.add(path)
        _write(path, page.text.encode())
        for target, source in page.files.items():
            _write(self.root / target, source.read_bytes())

    def forget_others(self) -> None:
        """Delete the pages of earlier builds."""
        for path in set(self.root.rglob("*.md")) - self._pages:
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
