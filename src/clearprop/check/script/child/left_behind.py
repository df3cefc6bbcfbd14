"""What a program leaves in its folder is removed before it runs again: it may be made once only."""

import shutil
from pathlib import Path


class Before:
    """A folder as it is now.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held = frozenset(folder.rglob("*"))

    def restore(self) -> None:
        """Remove whatever has come into the folder; what was written over stays so."""
        for left in frozenset(self.folder.rglob("*")) - self.held:
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
