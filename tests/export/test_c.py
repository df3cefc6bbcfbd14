"""The C header under strict compilers and sanitizers, on a microcontroller, and what it refuses."""

import re
import shutil
import subprocess

import numpy as np
import pytest

import clearprop as cp
from clearprop.data import ClassificationTarget
from clearprop.export.writing import render
from export.cases import CASES, GAPS

STRICT = [
    "-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Wshadow", "-Wundef", "-Werror",
    "-pedantic",
]  # fmt: skip
COMPILERS = [
    ("gcc", "-std=c99", "c"),
    ("gcc", "-std=c11", "c"),
    ("g++", "-std=c++11", "cc"),
    ("g++", "-std=c++20", "cc"),
    ("clang", "-std=c99", "c"),
]


def header(case, folder, dtype=None):
    content = render(case.model.trained, "model.h", "c", dtype=dtype).content
    (folder / "model.h").write_bytes(content)
    return content.decode()


def built(folder, program, compiler="gcc", flags=("-std=c99",), ending="c"):
    """Compile a program around model.h and return what it prints."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    (folder / f"main.{ending}").write_text(program)
    command = [compiler, *flags, *STRICT, f"main.{ending}", "-o", "main", "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(["./main"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(("compiler", "standard", "ending"), COMPILERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_no_compiler_has_a_word_to_say(compiler, standard, ending, dtype, tmp_path):
    """Of every case at once: two headers in one program do not get in each other's way."""
    lines = []
    for number, case in enumerate(CASES):
        content = render(case.model.trained, f"m{number}.h", "c", dtype=dtype).content
        (tmp_path / f"m{number}.h").write_bytes(content)
        lines.append(f'#include "m{number}.h"')
    for optimized in ("-O0", "-O2"):
        program = "\n".join([*lines, "int main(void) { return 0; }\n"])
        assert built(tmp_path, program, compiler, (standard, optimized), ending) == ""


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sanitizers_and_valgrind_are_silent(dtype, tmp_path):
    """Every case at once, on rows that are usable and on one that is not."""
    includes, calls = [], []
    for number, case in enumerate(CASES):
        name = f"m{number}"
        content = render(case.model.trained, f"{name}.h", "c", dtype=dtype).content
        (tmp_path / f"{name}.h").write_bytes(content)
        includes.append(f'#include "{name}.h"')
        count = len(case.model.encoding.columns)
        zeros, wrong = (", ".join([first] + ["0"] * (count - 1)) for first in ("0", "-1"))
        kind = "double" if dtype == "float64" else "float"
        calls.append(
            f"    {{ {kind} out[{name.upper()}_VALUES];\n"
            f"      const struct {name}_row rows[] = {{ {{ {zeros} }}, {{ {wrong} }} }};\n"
            f"      for (int n = 0; n < 2; ++n) (void){name}_outputs(&rows[n], out); }}"
        )
    program = "\n".join([*includes, "int main(void)\n{", *calls, "    return 0;\n}\n"])
    sanitized = ("-std=c99", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    assert built(tmp_path, program, flags=sanitized) == ""
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    assert built(tmp_path, program, flags=("-std=c99", "-g")) == ""
    command = ["valgrind", "--quiet", "--error-exitcode=1", "--leak-check=full", "./main"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


ROWS = """
#include <stdio.h>
#include "model.h"
static struct model_row row(void)
{
    struct model_row r = {70.0, 3.0, 1, 19100.0, 0.5};
    return r;
}
static void show(struct model_row r)
{
    double out[3];
    printf("%d %d\\n", model_outputs(&r, out), model_predict(&r) >= 0);
}
int main(void)
{
    struct model_row r = row(); show(r);
    r = row(); r.area = NAN; show(r);
    r = row(); r.area = HUGE_VAL; show(r);
    r = row(); r.area = -2e150; show(r);
    r = row(); r.age = NAN; show(r);
    r = row(); r.city = model_city_from("Oslo"); show(r);
    r = row(); r.city = 2; show(r);
    r = row(); r.city = model_city_from(""); show(r);
    r = row(); r.sold = NAN; show(r);
    r = row(); r.discount = NAN; show(r);
    printf("%s\\n", model_classes[model_predict((r = row(), &r))]);
    return 0;
}
"""


def test_a_value_that_cannot_be_used_is_refused_by_the_number_of_its_column(tmp_path):
    case = next(case for case in CASES if case.name == "gaps")
    assert case.model.encoding.columns == GAPS
    header(case, tmp_path)
    flags = ("-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    *codes, label = built(tmp_path, ROWS, flags=flags).splitlines()
    good, usable = "0 1", [0, 1, 4, 7, 8]
    refused = {2: "1 0", 3: "1 0", 5: "3 0", 6: "3 0", 9: "5 0"}
    assert codes == [good if n in usable else refused[n] for n in range(10)]
    x = np.array([[70.0, 0.0, 3.0, 0.0, 1.0, 19100.0, 0.0, 0.5]])
    model = case.model
    outputs = model.network.forward(model.parameters, x)
    assert label == model.target.decode(outputs)[0]


def test_one_number_is_given_back_or_nan(tmp_path):
    case = CASES[0]
    header(case, tmp_path)
    program = """
#include <stdio.h>
#include "model.h"
int main(void)
{
    struct model_row row = {70.5, MODEL_CITY_ROME, 1.0};
    printf("%.17g ", model_predict(&row));
    row.area = NAN;
    printf("%d", isnan(model_predict(&row)) != 0);
    return 0;
}
"""
    given, is_nan = built(tmp_path, program, flags=("-std=c99", "-ffp-contract=off")).split()
    wanted = case.model.network.forward(case.model.parameters, [[70.5, 0, 1, 0, 1]])[0, 0]
    assert float(given) == pytest.approx(wanted, rel=1e-14)
    assert is_nan == "1"


def test_a_unit_is_a_line_and_numbers_read_back_to_the_same_bits(tmp_path):
    case = CASES[3]
    text = header(case, tmp_path)
    blocks = re.findall(r"layer_\d\[\] = \{\n(.*?)\n\};", text, flags=re.DOTALL)
    for block, (W, b) in zip(blocks, case.model.parameters.layers, strict=True):
        read = np.array(
            [[float(v) for v in line.strip(" ,").split(",")] for line in block.split("\n")]
        )
        np.testing.assert_array_equal(read[:, 0], b)
        np.testing.assert_array_equal(read[:, 1:], W.T)


def small() -> cp.Model:
    """Return the network whose size is compared: 10-10-3, tanh and softmax."""
    layers = [cp.Layer(10, "tanh"), cp.Layer(3, "softmax")]
    network = cp.Network(10, layers, loss="categorical_cross_entropy")
    target = ClassificationTarget(("kind",), ("a", "b", "c"))
    return cp.Model(network, network.initialize(seed=1), target=target)


ON_AVR = """
#include "small.h"
volatile float in[10];
volatile int result;
int main(void)
{
    float x[10], out[3];
    for (int i = 0; i < 10; ++i)
        x[i] = in[i];
    small_network(x, out);
    result = small_best(out);
    for (;;) ;
}
"""


@pytest.mark.parametrize("hidden", ["tanh", "relu", "elu", "softplus", "gelu", "silu"])
def test_a_small_network_fits_a_microcontroller(hidden, tmp_path):
    """At most 3,000 bytes of flash with a tanh, the C library's functions included, and no RAM."""
    if shutil.which("avr-gcc") is None:
        pytest.skip("avr-gcc is not installed")
    model = small()
    network = model.network.with_layers([cp.Layer(10, hidden), model.network.layers[1]])
    model = cp.Model(network, model.parameters, target=model.target)
    (tmp_path / "small.h").write_bytes(
        render(model.trained, "small.h", "c", dtype="float32").content
    )
    sizes = []
    for name, program in (("with", ON_AVR), ("without", re.sub(r".*small.*", "", ON_AVR))):
        (tmp_path / f"{name}.c").write_text(program)
        flags = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Werror", "-mmcu=atmega328p"]
        if name == "without":
            flags.remove("-Wall")
        command = ["avr-gcc", *flags, f"{name}.c", "-o", name, "-lm"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = subprocess.run(
            ["avr-size", name], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        sizes.append([int(v) for v in said.stdout.splitlines()[1].split()[:3]])
    flash, data, static = (a - b for a, b in zip(*sizes, strict=True))
    assert data + static == 0
    assert flash <= (3000 if hidden in ("tanh", "relu", "silu") else 4500)


ON_SIMAVR = """
#include <avr/io.h>
#include <avr/interrupt.h>
#include <avr/sleep.h>
#include "small.h"
static void put(char letter)
{
    while (!(UCSR0A & (1 << UDRE0)))
        ;
    UDR0 = letter;
}
int main(void)
{
    static volatile float given[10] = {VALUES};
    float x[10], out[3];
    UCSR0B = 1 << TXEN0;
    for (int i = 0; i < 10; ++i)
        x[i] = given[i];
    small_network(x, out);
    for (int k = 0; k < 3; ++k) {
        union { float number; unsigned char bytes[4]; } bits = {out[k]};
        for (int n = 3; n >= 0; --n) {
            put("0123456789abcdef"[bits.bytes[n] >> 4]);
            put("0123456789abcdef"[bits.bytes[n] & 15]);
        }
        put('\\n');
    }
    cli();
    sleep_mode();
    return 0;
}
"""


def test_a_microcontroller_computes_the_same_probabilities(tmp_path):
    """An ATmega328P in simulation, with weights in flash and the arithmetic of avr-libc."""
    if shutil.which("avr-gcc") is None or shutil.which("simavr") is None:
        pytest.skip("avr-gcc or simavr is not installed")
    model = small()
    (tmp_path / "small.h").write_bytes(
        render(model.trained, "small.h", "c", dtype="float32").content
    )
    x = np.random.default_rng(0).normal(size=10)
    values = ", ".join(map(repr, x.tolist()))
    (tmp_path / "main.c").write_text(ON_SIMAVR.replace("VALUES", values))
    flags = ["-std=gnu99", "-Os", "-mmcu=atmega328p", "-DF_CPU=16000000UL"]
    command = ["avr-gcc", *flags, "main.c", "-o", "main.elf", "-lm"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    ran = subprocess.run(
        ["simavr", "-m", "atmega328p", "-f", "16000000", "main.elf"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    bits = re.findall(r"([0-9a-f]{8})\.", ran.stdout + ran.stderr)  # a line ends with a dot
    given = np.array([int(each, 16) for each in bits], dtype=np.uint32).view(np.float32)
    wanted = model.network.forward(model.parameters, x[None])[0]
    np.testing.assert_allclose(given, wanted, rtol=2e-6)
