"""Build the documentation site: python tools/site [FOLDER], without one into build/site.

FOLDER/en and FOLDER/zh open from the disk; FOLDER/sources holds the pages that they are made of.
"""

import os
import sys
import time
from pathlib import Path

from api import api_pages
from gallery import gallery_pages
from links import to_reference, used_in
from rules import rule_pages
from sources import LANGUAGES, ROOT, Page, written_pages
from sphinx.cmd.build import build_main
from tree import Tree

from clearprop._text import Language

HERE = Path(__file__).parent
START = """<!doctype html><meta charset="utf-8"><title>clearprop</title>
<script>
  location.replace(/^zh/.test(navigator.language) ? "zh/index.html" : "en/index.html");
</script>
<p><a href="en/index.html">English</a> · <a href="zh/index.html">中文</a></p>
"""


def build(folder: Path) -> int:
    """Write the site and return how many of its trees failed; a warning is a failure."""
    failed = 0
    for language in LANGUAGES:
        begun = time.perf_counter()
        tree = Tree(folder / "sources" / language)
        told = [
            *written_pages(language),
            *rule_pages(language, tree.root),
            *gallery_pages(language, tree.root),
        ]
        documented = {page.name: page for page in api_pages(language)}
        pages = linked(told, documented, language)
        for page in pages:
            tree.write(page)
        tree.forget_others()
        failed += sphinx(language, tree.root, folder) != 0
        print(report(language, pages, time.perf_counter() - begun), flush=True)
    (folder / "index.html").write_text(START, encoding="utf-8")
    return failed


def linked(told: list[Page], documented: dict[str, Page], language: Language) -> list[Page]:
    """Return all pages: guides lead to the reference, and the reference to guides and examples."""
    names = {name.removeprefix("api/"): name for name in documented if name.startswith("api/")}
    back = [used_in(short, documented[name], told, language) for short, name in names.items()]
    others = [page for name, page in documented.items() if name not in names.values()]
    return [*(to_reference(page, names) for page in told), *back, *others]


def sphinx(language: str, sources: Path, folder: Path) -> int:
    """Turn a tree of sources into HTML and return Sphinx's exit code."""
    tag = LANGUAGES[language]
    return build_main(
        [
            *("-b", "html", "-q", "-W", "--keep-going", "-c", str(HERE)),
            *("-D", f"language={tag}", "-d", str(folder / "cache" / language)),
            *(str(sources), str(folder / language)),
        ]
    )


def report(language: str, pages: list[Page], seconds: float) -> str:
    """Return how much was built."""
    return f"{language}: {len(pages)} pages in {seconds:.0f} s"


if __name__ == "__main__":
    os.chdir(ROOT)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"
    failed = build(target.resolve())
    print(f"{target / 'index.html'}")
    sys.exit(failed)
