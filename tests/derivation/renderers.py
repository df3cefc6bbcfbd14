"""Real renderers: a browser, MathJax and LaTeX, where the machine has them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from browser import MISSING, PROGRAM, shared

NODE_MODULES = Path(sys.prefix) / "node" / "node_modules"
"""Where `make test` puts MathJax, if there is npm."""

CHECK_TEX = """
const {mathjax} = require("mathjax-full/js/mathjax.js");
const {TeX} = require("mathjax-full/js/input/tex.js");
const {SVG} = require("mathjax-full/js/output/svg.js");
const {liteAdaptor} = require("mathjax-full/js/adaptors/liteAdaptor.js");
const {RegisterHTMLHandler} = require("mathjax-full/js/handlers/html.js");
require("mathjax-full/js/input/tex/ams/AmsConfiguration.js");
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const page = mathjax.document("", {
  InputJax: new TeX({packages: ["base", "ams"]}), OutputJax: new SVG(),
});
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const wrong = formulas.filter(
  (tex) => adaptor.outerHTML(page.convert(tex, {display: true})).includes("data-mjx-error"));
console.log(JSON.stringify(wrong));
"""


def refused_by_mathjax(formulas: list[str]) -> list[str]:
    """Return the formulas that MathJax, with the packages of GitHub, takes for errors."""
    node = shutil.which("node")
    if node is None or not (NODE_MODULES / "mathjax-full").is_dir():
        pytest.skip(f"MathJax is not installed: npm install --prefix {NODE_MODULES.parent} ...")
    done = subprocess.run(
        [node, "-e", CHECK_TEX],
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        env={"NODE_PATH": str(NODE_MODULES)},
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def compiled(program: str, source: str, folder: Path) -> str:
    """Return the log of a LaTeX run that made a PDF."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    if "{ctexart}" in source and not _has_class("ctexart"):
        pytest.skip("the LaTeX class ctexart is not installed")
    (folder / "derivation.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "derivation.tex"],
        cwd=folder,
        capture_output=True,
        timeout=180,
        check=False,
    )
    log = (folder / "derivation.log").read_text(encoding="utf-8", errors="replace")
    errors = [line for line in log.splitlines() if line.startswith("!")]
    assert done.returncode == 0, errors
    assert (folder / "derivation.pdf").stat().st_size > 10_000
    return log


def _has_class(name: str) -> bool:
    found = subprocess.run(
        ["kpsewhich", f"{name}.cls"], capture_output=True, timeout=30, check=False
    )
    return found.returncode == 0


def in_browser(page: str, script: str, folder: Path) -> Any:
    """Return what a script makes of a page that is opened from a file, without a network.

    The script runs when the page is there, and calls ``answer(value)``.
    """
    if PROGRAM is None:
        pytest.skip(MISSING)
    browser = shared()
    browser.resize(1400, 1000)
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    browser.open(path)
    run = f"new Promise((answer, refuse) => {{ try {{ {script} }} catch (e) {{ refuse(e); }} }})"
    answer = browser.ask(
        "Runtime.evaluate",
        expression=f"{run}.then((value) => JSON.stringify(value))",
        returnByValue=True,
        awaitPromise=True,
    )
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    assert browser.complaints == []
    return json.loads(answer["result"]["value"])
