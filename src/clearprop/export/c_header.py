"""The text of a C header, part by part: columns, weights, forward pass, answers."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from clearprop.data import CategoricalColumn
from clearprop.export.c_deviation import StandardDeviation
from clearprop.export.c_features import Features
from clearprop.export.describe import words_for
from clearprop.export.kernels import Formula, Variable
from clearprop.export.names import c_literal, comment, identifiers, indented
from clearprop.export.program import Classes, Dense, Labels, Numbers, Program, TwoClasses
from clearprop.export.special import KERNELS
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget

WORDS = [
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "class", "compl", "const", "constexpr", "const_cast", "continue",
    "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline",
    "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
    "operator", "or", "or_eq", "private", "protected", "public", "register",
    "reinterpret_cast", "restrict", "return", "short", "signed", "sizeof", "static",
    "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local",
    "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
    "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "_Bool", "_Complex",
    "_Imaginary", "NAN", "INFINITY", "HUGE_VAL", "errno", "assert", "signbit", "linux", "unix",
]  # fmt: skip
"""Words that are no names of fields in C or C++."""


class Header:
    """The text of one header."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target, self.name = program, target, program.name
        self.macro = self.name.upper()
        single = program.dtype == "float32"
        self.number = "float" if single else "double"
        self.f = "f" if single else ""
        plain = {"abs": "fabs", "min": "fmin", "max": "fmax"}
        every = ("exp", "expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos",
                 "atan", "pow")  # fmt: skip
        calls = {name: plain.get(name, name) + self.f for name in (*every, *plain)}
        calls |= {name: f"{self.name}_{name}" for name in target.lacks(program)}
        self.spelling = Spelling(
            program.dtype, calls, suffix=self.f, infinity=f"({self.number})HUGE_VAL"
        )
        self.fields = identifiers([column.name for column in program.columns], "column", WORDS)
        self.rules = target.names_of_rules(program)

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the file, in their order."""
        guard = f"{self.macro}_H"
        said = [f" * {indented(line)}".rstrip() for line in head[1:]]
        yield "\n".join([f"/* {comment(head[0])}", *said, " */"])
        yield f"#ifndef {guard}\n#define {guard}"
        yield self.includes()
        yield from self.texts()
        yield self.row()
        yield from self.answers()
        for number, layer in enumerate(self.program.layers, 1):
            yield self.weights(number, layer)
        yield self.sums()
        for name, formula in self.target.functions(self.program).items():
            yield self.function(name, formula)
        if any(layer.is_softmax for layer in self.program.layers):
            yield self.softmax()
        yield self.network()
        yield from Features(self).parts()
        yield self.outputs()
        yield from self.predictions()
        if self.program.deviation is not None:
            yield from StandardDeviation(self).parts(self.program.deviation)
        yield f"#endif /* {guard} */"

    def includes(self) -> str:
        """Return the headers it needs, and where weights stand on a microcontroller."""
        text = "#include <string.h>\n" if any(self.categories.values()) else ""
        if self.number == "double":
            flash = (
                "#if defined(__AVR__)\n"
                '#error "a double is a float on AVR: export with --dtype float32"\n'
                "#endif"
            )
            return f"#include <math.h>\n{text}\n{flash}"
        return (
            f"#include <math.h>\n{text}\n"
            "#if defined(__AVR__) /* weights stay in flash */\n"
            "#include <avr/pgmspace.h>\n"
            f"#define {self.macro}_FLASH PROGMEM\n"
            f"#define {self.macro}_READ(x) pgm_read_float(&(x))\n"
            "#else\n"
            f"#define {self.macro}_FLASH\n"
            f"#define {self.macro}_READ(x) (x)\n"
            "#endif"
        )

    @cached_property
    def categories(self) -> dict[str, list[str]]:
        """The constants of each column of text, by the column's field; none for a number."""
        found = {}
        for field, column in zip(self.fields, self.program.columns, strict=True):
            texts = column.categories if isinstance(column, CategoricalColumn) else ()
            spelled = [text or "missing" for text in texts]
            names = identifiers(spelled, "text", upper=True)
            found[field] = [f"{self.macro}_{field.upper()}_{name}" for name in names]
        return found

    def texts(self) -> Iterator[str]:
        """Yield the constants of each column of text, and the function that finds them."""
        for field, column in zip(self.fields, self.program.columns, strict=True):
            if not isinstance(column, CategoricalColumn):
                continue
            constants = self.categories[field]
            lines = [
                f"    {constant}{',' if n < len(constants) else ''} /* {_shown(text)} */"
                for n, (constant, text) in enumerate(
                    zip(constants, column.categories, strict=True), 1
                )
            ]
            yield f"/* {comment(column.name)} */\nenum {{\n" + "\n".join(lines) + "\n};"
            listed = ",\n        ".join(map(c_literal, column.categories))
            yield (
                f"/* Return the number of a text in that column; -1 if it is none of these. */\n"
                f"static inline int {self.name}_{field}_from(const char *text)\n{{\n"
                f"    static const char *const texts[] = {{\n        {listed}\n    }};\n"
                f"    for (int i = 0; i < {len(constants)}; ++i)\n"
                "        if (strcmp(text, texts[i]) == 0)\n"
                "            return i;\n"
                "    return -1;\n}"
            )

    def row(self) -> str:
        """Return the structure of a row."""
        lines = []
        for field, (column, first) in zip(self.fields, self.program.places, strict=True):
            said = comment(words_for(self.program, column, first).en)
            if isinstance(column, CategoricalColumn):
                start = f"{self.macro}_{field.upper()}_"
                said = f"{start}..., or {self.name}_{field}_from(text)"
                lines.append(f"    int {field}; /* {said} */")
            else:
                lines.append(f"    {self.number} {field}; /* {comment(column.name)}: {said} */")
        return f"/* What one prediction is made from. */\nstruct {self.name}_row {{\n" + (
            "\n".join(lines) + "\n};"
        )

    def answers(self) -> Iterator[str]:
        """Yield the number of values, and the names of the classes."""
        answer = self.program.answer
        yield f"enum {{ {self.macro}_VALUES = {answer.count} }};"
        if isinstance(answer, Classes | TwoClasses):
            kinds = {str: "char *const", bool: "int", int: "long long", float: "double"}
            kind = kinds[type(answer.classes[0])]
            written = ",\n    ".join(_class_literal(each) for each in answer.classes)
            yield (
                f"/* The classes of {comment(answer.names[0])}. */\n"
                f"static const {kind} {self.name}_classes[] = {{\n    {written}\n}};"
            )

    def weights(self, number: int, layer: Dense) -> str:
        """Return the parameters of a layer; of the first also what is taken off the features."""
        rows = [
            "    " + self.spelling.numbers(np.concatenate([[bias], unit]))
            for bias, unit in zip(layer.b, layer.W.T, strict=True)
        ]
        flash = "" if self.number == "double" else f" {self.macro}_FLASH"
        n_in, n_out = layer.W.shape
        shift = ""
        if layer.shift is not None:
            shift = (
                "/* Taken off the features first, which keeps their digits. */\n"
                f"static const float {self.name}_shift[]{flash} = {{\n"
                f"    {self.spelling.numbers(layer.shift)}\n}};\n\n"
            )
        rule = comment(layer.activation.name)
        return (
            f"{shift}/* Layer {number}: {n_in} -> {n_out}, {rule}. "
            "A line is a unit: its bias, then its weights. */\n"
            f"static const {self.number} {self.name}_layer_{number}[]{flash} = {{\n"
            + ",\n".join(rows)
            + "\n};"
        )

    def sums(self) -> str:
        """Return the function of the weighted sums."""
        weight = "*units" if self.number == "double" else f"{self.macro}_READ(*units)"
        return (
            "/* Fill z with the weighted sums of a layer's units. */\n"
            f"static inline void {self.name}_sums(const {self.number} *units, int inputs, "
            f"int count,\n    const {self.number} *a, {self.number} *z)\n{{\n"
            "    for (int j = 0; j < count; ++j) {\n"
            f"        {self.number} sum = {weight};\n"
            "        ++units;\n"
            "        for (int i = 0; i < inputs; ++i, ++units)\n"
            f"            sum += {weight} * a[i];\n"
            "        z[j] = sum;\n"
            "    }\n}"
        )

    def function(self, name: str, formula: Formula) -> str:
        """Return an activation function, or a function that it calls."""
        arguments = ", ".join(f"{self.number} {each}" for each in formula.arguments)
        used = {part.name for part in formula.expressions if isinstance(part, Variable)}
        lines = [f"    (void){each};\n" for each in formula.arguments if each not in used]
        lines += [
            f"    const {self.number} {line} = {self.spelling.write(expression)};\n"
            for line, expression in formula.lines
        ]
        written = (
            f"static inline {self.number} {self.name}_{name}({arguments})\n{{\n"
            + "".join(lines)
            + f"    return {self.spelling.write(formula.result)};\n}}"
        )
        if name not in KERNELS:
            return written
        elsewhere = written[: written.index("{")] + f"{{\n    return {name}{self.f}(x);\n}}"
        return f"#if defined(__AVR__)\n{written}\n#else\n{elsewhere}\n#endif"

    def softmax(self) -> str:
        """Return the softmax of a layer."""
        zero, number, f = f"0.0{self.f}", self.number, self.f
        return (
            "/* Change sums into shares that add up to 1. */\n"
            f"static inline void {self.name}_softmax({number} *z, int count)\n{{\n"
            f"    {number} largest = z[0], sum = {zero};\n"
            "    for (int j = 1; j < count; ++j)\n"
            "        if (z[j] > largest)\n"
            "            largest = z[j];\n"
            "    for (int j = 0; j < count; ++j) {\n"
            f"        z[j] = exp{f}(z[j] - largest);\n"
            "        sum += z[j];\n"
            "    }\n"
            "    for (int j = 0; j < count; ++j)\n"
            "        z[j] /= sum;\n}"
        )

    def network(self) -> str:
        """Return the forward pass, from features to the answer."""
        program, number, count = self.program, self.number, self.program.answer.count
        a = ["x", *(f"a{n}" for n in range(1, len(program.layers))), self.last]
        sizes = [len(layer.b) for layer in program.layers]
        arrays = [f"{name}[{n}]" for name, n in zip(a[1:], sizes, strict=True) if name != "out"]
        lines = []
        if program.layers[0].shift is not None:
            a[0] = "a0"
            arrays = [f"a0[{program.inputs}]", *arrays]
            lines += [
                f"    for (int i = 0; i < {program.inputs}; ++i)",
                f"        a0[i] = x[i] - {self.macro}_READ({self.name}_shift[i]);",
            ]
        if arrays:
            lines = [f"    {number} {', '.join(arrays)};", *lines]
        for n, layer in enumerate(program.layers, 1):
            n_in, n_out = layer.W.shape
            lines.append(
                f"    {self.name}_sums({self.name}_layer_{n}, {n_in}, {n_out}, {a[n - 1]}, {a[n]});"
            )
            if layer.is_softmax:
                lines.append(f"    {self.name}_softmax({a[n]}, {n_out});")
            elif not layer.activation.is_identity:
                rule = f"{self.name}_{self.rules[layer.activation]}"
                uses = self.target.functions(program)[self.rules[layer.activation]].arguments
                lines += [
                    f"    for (int j = 0; j < {n_out}; ++j)",
                    f"        {a[n]}[j] = {rule}({f'{a[n]}[j]' if uses else ''});",
                ]
        what = "the numbers" if isinstance(program.answer, Numbers) else "the probabilities"
        return (
            f"/* Fill out with {what}, from the features x: the columns in their order, a text as\n"
            " * one feature for each category, 1 or 0. Nothing is checked. */\n"
            f"static inline void {self.name}_network(const {number} x[{program.inputs}], "
            f"{number} out[{count}])\n{{\n" + "\n".join(lines + self.answer()) + "\n}"
        )

    def outputs(self) -> str:
        """Return the function from a row to numbers or probabilities."""
        program, number = self.program, self.number
        what = "the numbers" if isinstance(program.answer, Numbers) else "the probabilities"
        return (
            f"/* Fill out with {what}. Return what {self.name}_features returns. */\n"
            f"static inline int {self.name}_outputs(const struct {self.name}_row *row, "
            f"{number} out[{program.answer.count}])\n{{\n"
            f"    {number} x[{program.inputs}];\n"
            f"    const int refused = {self.name}_features(row, x);\n"
            f"    if (refused == 0)\n        {self.name}_network(x, out);\n    return refused;\n}}"
        )

    @property
    def last(self) -> str:
        """The array of the last layer's activations: the answer's own, where they are all of it."""
        return "last" if isinstance(self.program.answer, TwoClasses) else "out"

    def answer(self) -> list[str]:
        """Return the lines that turn the last layer's activations into the answer."""
        answer, f, a = self.program.answer, self.f, self.last
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        clipped = f"fmin{f}(fmax{f}({a}[%s], {zero}), {one})"
        loop = [f"    for (int k = 0; k < {answer.count}; ++k)"]
        if isinstance(answer, TwoClasses):
            p = clipped % "0" if answer.clip else f"{a}[0]"
            return [f"    out[1] = {p};", f"    out[0] = {one} - out[1];"]
        if isinstance(answer, Labels) and answer.clip:
            return [*loop, f"        out[k] = {clipped % 'k'};"]
        if isinstance(answer, Classes) and answer.divide:
            share = self.spelling.number(1 / answer.count)
            return [
                f"    {self.number} sum = {zero};",
                *loop,
                f"        sum += {a}[k];",
                *loop,
                f"        out[k] = sum > {zero} ? {a}[k] / sum : {share};",
            ]
        return []

    def predictions(self) -> Iterator[str]:
        """Yield the functions that predict a class, or one number."""
        answer, name, count = self.program.answer, self.name, self.program.answer.count
        start = f"(const struct {name}_row *row)\n{{\n    {self.number} out[{count}];\n"
        refused = f"    if ({name}_outputs(row, out) != 0)\n        return "
        if isinstance(answer, Numbers) and count == 1:
            yield (
                f"/* Return {comment(answer.names[0])}, or NaN for a row that cannot be used. */\n"
                f"static inline {self.number} {name}_predict{start}{refused}({self.number})NAN;\n"
                "    return out[0];\n}"
            )
        if not isinstance(answer, Classes | TwoClasses):
            return
        best = (
            "    int best = 0;\n"
            f"    for (int k = 1; k < {count}; ++k)\n"
            "        if (out[k] > out[best])\n"
            "            best = k;\n"
            "    return best;"
        )
        if isinstance(answer, TwoClasses):
            best = f"    return out[1] > {self.spelling.number(0.5)} ? 1 : 0;"
        yield (
            f"/* Return the number in {name}_classes of the most probable class. */\n"
            f"static inline int {name}_best(const {self.number} out[{count}])\n{{\n{best}\n}}"
        )
        yield (
            f"/* Return the number of the class in {name}_classes, or -1 for a row that cannot "
            f"be used. */\nstatic inline int {name}_predict{start}{refused}-1;\n"
            f"    return {name}_best(out);\n}}"
        )


def _class_literal(value: object) -> str:
    if isinstance(value, str):
        return c_literal(value)
    if isinstance(value, bool):
        return str(int(value))
    return f"{value}LL" if isinstance(value, int) else repr(value)


def _shown(text: str) -> str:
    return f'"{comment(text)}"' if text else "a missing text"
