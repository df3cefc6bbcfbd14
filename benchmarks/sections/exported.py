"""One row at a time where a trained network ends up: exported files beside other runtimes."""

import importlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

import clearprop as cp
from benchmarks import table
from benchmarks.rows import Options

TITLE = "Exported files"
EXPLANATION = """\
The same 10-10-3 network, tanh and softmax, that scikit-learn trained: one row in, three
probabilities out, a row at a time as an application asks. Medians over rounds of 200,000 rows in
compiled C, 20,000 elsewhere. Differences are the largest of a probability from scikit-learn's on
200 rows. Below, bytes on an ATmega328P (avr-gcc -Os) above those of a program without it."""
C_ROWS, ROWS = 200_000, 20_000

C_LOOP = """
#include <stdio.h>
#include <time.h>
INCLUDE
static TYPE rows[200][10] = {VALUES};
int main(void)
{
    volatile TYPE kept = 0;
    TYPE out[3];
    for (int n = 0; n < 200; ++n) {
        TYPE *x = rows[n];
        CALL;
        printf("%.17g %.17g %.17g\\n", (double)out[0], (double)out[1], (double)out[2]);
    }
    const clock_t began = clock();
    for (int n = 0; n < COUNT; ++n) {
        TYPE *x = rows[n % 200];
        CALL;
        kept += out[0];
    }
    printf("%.9g\\n", (double)(clock() - began) / CLOCKS_PER_SEC / COUNT);
    return 0;
}
"""
JAVASCRIPT_LOOP = """
import { predict } from "./net.mjs";
import { readFileSync } from "node:fs";
const rows = JSON.parse(readFileSync(0, "utf8")).map(
  (x) => Object.fromEntries(x.map((value, n) => [`x${n + 1}`, value])));
const answers = rows.map((row) => predict(row).probabilities);
const time = (count) => {
  const began = process.hrtime.bigint();
  let kept = 0;
  for (let n = 0; n < count; n++) kept += predict(rows[n % rows.length]).probabilities[0];
  return Number(process.hrtime.bigint() - began) / 1e9 / count;
};
time(COUNT);
console.log(JSON.stringify({ answers, seconds: time(COUNT) }));
"""
ON_AVR = """
INCLUDE
volatile float in[10];
volatile int result;
int main(void)
{
    float x[10], out[3];
    for (int i = 0; i < 10; ++i)
        x[i] = in[i];
    CALL;
    result = out[1] > out[0];
    for (;;) ;
}
"""

Answers = tuple[np.ndarray, float]
"""Probabilities of 200 rows, and the seconds of one."""


def run(options: Options) -> str:
    """Return both tables."""
    random = np.random.default_rng(0)
    X = random.normal(size=(600, 10))
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-0.6, 0.6])
    given = MLPClassifier((10,), activation="tanh", solver="lbfgs", max_iter=60, random_state=0)
    given.fit(X, y)
    model, rows = cp.load(given), X[:200]
    right = given.predict_proba(rows)
    lines: list[list[str]] = []
    rounds = 2 if options.quick else options.rounds
    with tempfile.TemporaryDirectory() as made:
        for name, ask in contenders(given, model, rows, Path(made)):
            try:
                answers = [ask() for _ in range(rounds)]
            except (ImportError, OSError, subprocess.CalledProcessError) as error:
                lines.append([name, "–", f"not run: {str(error).splitlines()[0][:60]}"])
                continue
            seconds = statistics.median(took for _, took in answers)
            difference = float(np.abs(answers[0][0] - right).max())
            lines.append([name, f"{1e6 * seconds:.3g} µs", f"{difference:.1g}"])
        sizes = list(on_avr(given, model, Path(made)))
    speed = table.markdown(["file", "one row", "difference"], lines)
    flash = table.markdown(["header", "flash", "static RAM"], sizes)
    return f"{EXPLANATION}\n\n{speed}\n\n{flash}"


def contenders(
    given: MLPClassifier, model: cp.Model, rows: np.ndarray, folder: Path
) -> Iterator[tuple[str, Callable[[], Answers]]]:
    """Yield everybody's name and what asks it."""
    yield (
        "clearprop, C, double",
        lambda: in_c(ours(model, folder, "float64"), "double", rows, folder),
    )
    yield "clearprop, C, float", lambda: in_c(ours(model, folder, "float32"), "float", rows, folder)
    yield "emlearn, C, float", lambda: in_c(emlearns(given, folder), "float", rows, folder)
    yield "clearprop, JavaScript (Node.js)", lambda: in_node(model, rows, folder)
    yield "clearprop, ONNX in onnxruntime", lambda: in_onnxruntime(model, rows, folder)
    yield "clearprop, pure Python", lambda: in_python(model, rows, folder)
    predictor = model.network.predictor(model.parameters)
    yield "clearprop itself, predictor", lambda: in_turn(predictor, [row[None] for row in rows])
    yield "scikit-learn itself", lambda: in_turn(given.predict_proba, [row[None] for row in rows])


def ours(model: cp.Model, folder: Path, dtype: str) -> tuple[str, str, list[str]]:
    """Return what includes our header, what calls it, and flags."""
    model.export(folder / f"ours_{dtype}.h", to="c", dtype=dtype)
    return f'#include "ours_{dtype}.h"', f"ours_{dtype}_network(x, out)", []


def emlearns(given: MLPClassifier, folder: Path) -> tuple[str, str, list[str]]:
    """Return the same of emlearn's header; it writes weights with 6 decimals."""
    emlearn = importlib.import_module("emlearn")
    converted = emlearn.convert(given, method="inline")
    converted.save(file=str(folder / "theirs.h"), name="theirs")
    call = "eml_net_predict_proba(&theirs, x, 10, out, 3)"
    return '#include "theirs.h"', call, [f"-I{emlearn.includedir}"]


def in_c(header: tuple[str, str, list[str]], kind: str, rows: np.ndarray, folder: Path) -> Answers:
    """Compile a header with a loop around it."""
    include, call, flags = header
    values = ", ".join(f"{value!r}" for value in rows.ravel().tolist())
    text = filled(C_LOOP, INCLUDE=include, TYPE=kind, VALUES=values, CALL=call, COUNT=str(C_ROWS))
    (folder / "loop.c").write_text(text)
    compiler = shutil.which("gcc") or shutil.which("cc") or "gcc"
    command = [compiler, "-std=c99", "-O2", *flags, "loop.c", "-o", "loop", "-lm"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    printed = subprocess.run([folder / "loop"], check=True, capture_output=True, text=True).stdout
    *answers, seconds = printed.splitlines()
    return np.array([[float(v) for v in line.split()] for line in answers]), float(seconds)


def in_node(model: cp.Model, rows: np.ndarray, folder: Path) -> Answers:
    """Run the module in Node.js."""
    model.export(folder / "net.js", to="javascript")
    (folder / "net.mjs").write_bytes((folder / "net.js").read_bytes())
    (folder / "loop.mjs").write_text(filled(JAVASCRIPT_LOOP, COUNT=str(ROWS)))
    command = [shutil.which("node") or "node", folder / "loop.mjs"]
    done = subprocess.run(
        command, input=json.dumps(rows.tolist()), check=True, capture_output=True, text=True
    )
    printed = json.loads(done.stdout)
    return np.array(printed["answers"]), printed["seconds"]


def in_onnxruntime(model: cp.Model, rows: np.ndarray, folder: Path) -> Answers:
    """Ask onnxruntime for one row at a time, on one thread."""
    runtime = importlib.import_module("onnxruntime")
    model.export(folder / "net.onnx", to="onnx")
    settings = runtime.SessionOptions()
    settings.intra_op_num_threads = 1
    path, providers = folder / "net.onnx", ["CPUExecutionProvider"]
    session = runtime.InferenceSession(path, settings, providers=providers)
    names = [each.name for each in session.get_inputs()]
    fed = [{name: row[n].reshape(1, 1) for n, name in enumerate(names)} for row in rows]
    return in_turn(lambda row: session.run(["probabilities"], row)[0], fed)


def in_python(model: cp.Model, rows: np.ndarray, folder: Path) -> Answers:
    """Ask the module that needs no NumPy."""
    import runpy

    model.export(folder / "net.py", to="pure_python")
    ask = runpy.run_path(str(folder / "net.py"))["probabilities"]
    fed = [{f"x{n + 1}": value for n, value in enumerate(row)} for row in rows.tolist()]
    return in_turn(lambda row: np.array([list(_values(ask(row)))]), fed)


def _values(found: object) -> Iterator[float]:
    """Yield probabilities from a dict by class, or a list."""
    yield from (found.values() if isinstance(found, dict) else found)  # type: ignore[misc]


def in_turn(ask: Callable[..., np.ndarray], fed: list) -> Answers:
    """Return the answers for rows one by one, and the seconds of each."""
    answers = np.vstack([ask(row) for row in fed])
    began = time.perf_counter()
    for n in range(ROWS):
        ask(fed[n % len(fed)])
    return answers, (time.perf_counter() - began) / ROWS


def on_avr(given: MLPClassifier, model: cp.Model, folder: Path) -> Iterator[list[str]]:
    """Yield the sizes of the headers on an ATmega328P, beyond those of an empty program."""
    if shutil.which("avr-gcc") is None:
        yield ["avr-gcc is not installed", "–", "–"]
        return
    empty = _sizes(filled(ON_AVR, INCLUDE="", CALL="out[0] = out[1] = x[0]"), [], folder)
    for name, make in (
        ("clearprop, float", lambda: ours(model, folder, "float32")),
        ("emlearn, float", lambda: emlearns(given, folder)),
    ):
        try:
            include, call, flags = make()
            own = _sizes(filled(ON_AVR, INCLUDE=include, CALL=call), flags, folder)
        except (ImportError, subprocess.CalledProcessError) as error:
            yield [name, f"not built: {str(error).splitlines()[0][:60]}", "–"]
            continue
        yield [name, *(f"{a - b:,} B" for a, b in zip(own, empty, strict=True))]


def _sizes(text: str, flags: list[str], folder: Path) -> tuple[int, int]:
    """Return bytes of flash (text and initial data) and of static RAM of a program."""
    (folder / "avr.c").write_text(text)
    command = [
        "avr-gcc",
        "-std=c99",
        "-Os",
        "-mmcu=atmega328p",
        *flags,
        "avr.c",
        "-o",
        "avr",
        "-lm",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    said = subprocess.run(
        ["avr-size", "avr"], cwd=folder, check=True, capture_output=True, text=True
    )
    text_bytes, data, zeros = (int(v) for v in said.stdout.splitlines()[1].split()[:3])
    return text_bytes + data, data + zeros


def filled(template: str, **words: str) -> str:
    """Return a template with its capital words replaced."""
    for word, value in words.items():
        template = template.replace(word, value)
    return template


if __name__ == "__main__":
    print(run(Options(quick="--quick" in sys.argv)))
