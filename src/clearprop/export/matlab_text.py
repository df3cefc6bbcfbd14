"""The text of a MATLAB function, in the layout of genFunction: constants, simulation, functions."""

import json
from collections.abc import Iterator, Sequence

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, Column, DateColumn, NumericColumn
from clearprop.export.deviation import Deviation
from clearprop.export.kernels import Formula
from clearprop.export.names import comment, identifiers, indented, is_plain
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget

WORDS = [
    "break", "case", "catch", "classdef", "continue", "else", "elseif", "end", "endfunction",
    "endif", "endwhile", "for", "function", "global", "if", "otherwise", "parfor",
    "persistent", "return", "spmd", "switch", "try", "while", "until", "unwind_protect", "do",
    "endfor", "endswitch", "end_try_catch",
]  # fmt: skip
"""Words that are no names of fields."""
CONSTANTS, SIMULATION, MODULES = (
    f"% ===== {title} =====" for title in
    ("NEURAL NETWORK CONSTANTS", "SIMULATION", "MODULE FUNCTIONS")
)  # fmt: skip

COLUMN = """\
function v = column_(T, name, field)
  % The values of a column, by its own name or by that of a struct's field.
  if isstruct(T) && ~isfield(T, name)
    name = field;
  end
  v = T.(name);
end
"""
NUMBER = """\
function x = number_(v, name, fill, says_missing)
  % A column of numbers as features; fill stands for NaN, and a second feature may say so.
  x = double(v(:))';
  missing = isnan(x);
  if ~isempty(fill)
    x(missing) = fill;
  end
  wrong = find(~isfinite(x), 1);
  if ~isempty(wrong)
    error('clearprop:column', 'column %s, row %d: no finite number', name, wrong);
  end
  if says_missing
    x = [x; double(missing)];
  end
end
"""
DAYS = """\
function v = days_(v)
  % A column of dates as days since 1970-01-01; numbers are such days already.
  if isa(v, 'datetime')
    v = days(v - datetime(1970, 1, 1));
  end
end
"""
CATEGORY = """\
function x = category_(v, name, known)
  % A column of texts as features that are 1 for one category and 0 for others.
  if isa(v, 'string')
    v(ismissing(v)) = '';
  end
  v = strtrim(cellstr(v));
  [is_known, place] = ismember(v(:), known);
  wrong = find(~is_known, 1);
  if ~isempty(wrong)
    error('clearprop:column', 'column %s, row %d (=%s): no known text', name, wrong, v{wrong});
  end
  x = zeros(numel(known), numel(v));
  x(sub2ind(size(x), place(:)', 1:numel(v))) = 1;
end
"""
SOFTMAX = """\
function a = softmax_apply(n)
  % Shares that add up to 1; the largest n is taken off first, so nothing overflows.
  e = exp(bsxfun(@minus, n, max(n, [], 1)));
  a = bsxfun(@rdivide, e, sum(e, 1));
end
"""
MOMENTS = """\
function [mean, variance] = moments_(x, W, b, factor, rules, slopes)
  % Mean and variance of the function of a start, in scaled units; a column a sample.
  L = numel(W);
  Q = size(x, 2);
  a = {x};
  for l = 1:L
    z{l} = repmat(b{l}, 1, Q) + W{l}*a{l};
    if l < L
      a{l + 1} = rules{l}(z{l});
    end
  end
  mean = z{L};
  variance = zeros(size(mean));
  if isempty(factor)
    return
  end
  K = size(mean, 1);
  for k = 1:K
    delta = cell(1, L); % the derivatives of output k by the sums of each layer
    delta{L} = repmat(double((1:K)' == k), 1, Q);
    for l = L-1:-1:1
      delta{l} = (W{l + 1}'*delta{l + 1}) .* slopes{l}(z{l}, a{l + 1});
    end
    for q = 1:Q
      J = [];
      for l = 1:L
        J = [J; reshape(delta{l}(:, q)*a{l}(:, q)', [], 1); delta{l}(:, q)];
      end
      variance(k, q) = sum((factor*J).^2);
    end
  end
end
"""
CHOOSE = """\
function r = choose_(test, a, b)
  % a where the test holds, else b.
  r = zeros(size(test)) + b;
  a = zeros(size(test)) + a;
  r(test) = a(test);
end
"""


class FunctionFile:
    """The text of one function file."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target = program, target
        self.functions = target.functions(program)
        self.spelling = Spelling(
            program.dtype,
            {"pow": "power"},
            "choose_({test}, {then}, {otherwise})",
            infinity="Inf",
            signs={"*": ".*", "/": "./"},
        )
        self.fields = identifiers([column.name for column in program.columns], "column", WORDS)
        self.fields = [f"x{name}" if name.startswith("_") else name for name in self.fields]
        self.kinds = {type(column) for column in program.columns}

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the file."""
        name, classifies = self.program.name, not isinstance(self.program.answer, Numbers)
        outputs = "[label, probabilities]" if classifies else "y"
        if self.program.deviation is not None:
            outputs = "[y, std]"
        first, *rest = map(indented, head)
        said = "\n".join(f"%   {line}".rstrip() for line in rest)
        yield (
            f"function {outputs} = {name}(T)\n%{name.upper()} {first}\n{said}\n%\n"
            "%   T is a table, or a struct with a column vector (text: a cell array) a column.\n"
            "%   The answer has a row for each row of T. A value that cannot be used is an error."
        )
        yield f"\n{CONSTANTS}\n"
        yield from self.constants()
        yield f"{SIMULATION}\n"
        yield self.simulation()
        yield from self.answer()
        if self.program.deviation is not None:
            yield from self.deviation(self.program.deviation)
        yield f"end\n\n{MODULES}\n"
        yield COLUMN
        if self.kinds - {CategoricalColumn}:
            yield NUMBER
        if DateColumn in self.kinds:
            yield DAYS
        if CategoricalColumn in self.kinds:
            yield CATEGORY
        for each, formula in self.functions.items():
            yield self.function(each, formula)
        if any(layer.is_softmax for layer in self.program.layers):
            yield SOFTMAX
        if self.program.deviation is not None:
            yield MOMENTS
        if any("choose_(" in self.function(*each) for each in self.functions.items()):
            yield CHOOSE
        yield f"% clearprop: {json.dumps(self.program.record)}\n"

    def constants(self) -> Iterator[str]:
        """Yield biases and weights, a line a unit."""
        if self.program.layers[0].shift is not None:
            shift = self.matrix(self.program.layers[0].shift[:, None])
            yield f"% Taken off the features first, which keeps their digits\nshift = {shift};\n"
        for n, layer in enumerate(self.program.layers, 1):
            weights = f"LW{n}_{n - 1}" if n > 1 else "IW1_1"
            yield (
                f"% Layer {n}\nb{n} = {self.matrix(layer.b[:, None])};\n"
                f"{weights} = {self.matrix(layer.W.T)};\n"
            )

    def deviation(self, deviation: Deviation) -> Iterator[str]:
        """Yield the lines that compute the standard deviation."""
        names = self.target.names_of_rules(self.program)
        columns = [self.matrix(each[:, None]) for each in (deviation.shift, deviation.rate)]
        yield "\n% The standard deviation of a new observation, from features in scaled units"
        yield f"x = bsxfun(@times, bsxfun(@minus, features, {columns[0]}), {columns[1]});"
        rules = [names.get(layer.activation) for layer in deviation.hidden]
        applied = [f"@{name}_apply" if name else "@(z) z" for name in rules]
        slopes = [f"@{name}_slope_apply" if name else "@(z, a) 1" for name in rules]
        yield f"rules = {{{', '.join(applied)}}};\nslopes = {{{', '.join(slopes)}}};"
        K = len(deviation.spread)
        for r, member in enumerate(deviation.members, 1):
            yield f"% start {r}: weights, biases, and the factor of its posterior"
            for n, (_, W, b) in enumerate(member.layers, 1):
                yield f"W{{{n}}} = {self.matrix(W.T)};\nb{{{n}}} = {self.matrix(b[:, None])};"
            depth = len(member.layers)
            factor = "[]" if member.factor is None else self.matrix(member.factor)
            yield f"factor = {factor};"
            yield (
                f"[means{{{r}}}, variances{{{r}}}] = "
                f"moments_(x, W(1:{depth}), b(1:{depth}), factor, rules, slopes);"
            )
        weights = self.spelling.numbers([member.weight for member in deviation.members], " ")
        yield f"weights = [{weights}];\ncentre = zeros({K}, Q);\nvariance = zeros({K}, Q);"
        yield "for r = 1:numel(weights)\n  centre = centre + weights(r) * means{r};\nend"
        yield (
            "for r = 1:numel(weights)\n"
            "  variance = variance + weights(r) * (variances{r} + (means{r} - centre).^2);\nend"
        )
        spread = self.matrix(deviation.spread[:, None])
        noise = self.spelling.number(deviation.noise)
        yield f"std = bsxfun(@times, sqrt(variance + {noise}), {spread})';"

    def matrix(self, values: FloatArray) -> str:
        """Return a matrix, a line a row where a row has several numbers."""
        between = ";\n  " if values.shape[1] > 1 else "; "
        rows = between.join(self.spelling.numbers(row, " ") for row in values)
        written = f"[{rows}]"
        return written if self.program.dtype == "float64" else f"single({written})"

    def simulation(self) -> str:
        """Return the forward pass, a column a sample."""
        names = self.target.names_of_rules(self.program)
        parts = zip(self.fields, self.program.columns, strict=True)
        lines = ["x = [" + "; ...\n  ".join(_feature(*part) for part in parts) + "];"]
        lines.append("Q = size(x, 2); % samples")
        if self.program.dtype == "float32":
            lines.append("x = single(x);")
        if self.program.deviation is not None:
            lines.append("features = x;")
        if self.program.layers[0].shift is not None:
            lines.append("x = x - repmat(shift, 1, Q);")
        before = "x"
        for n, layer in enumerate(self.program.layers, 1):
            weights = f"LW{n}_{n - 1}" if n > 1 else "IW1_1"
            z = f"repmat(b{n}, 1, Q) + {weights}*{before}"
            if layer.is_softmax:
                z = f"softmax_apply({z})"
            elif not layer.activation.is_identity:
                z = f"{names[layer.activation]}_apply({z})"
            lines.append(f"a{n} = {z};")
            before = f"a{n}"
        return "\n".join(lines)

    def function(self, name: str, formula: Formula) -> str:
        """Return a function of arrays."""
        lines = [f"  {line} = {self.spelling.write(each)};\n" for line, each in formula.lines]
        result = self.spelling.write(formula.result)
        if not formula.arguments:
            result = f"{result} + zeros(size(z))"
        arguments = ", ".join(formula.arguments) or "z"
        return f"function a = {name}_apply({arguments})\n{''.join(lines)}  a = {result};\nend\n"

    def answer(self) -> Iterator[str]:
        """Yield the lines that turn the last activations into the answer."""
        answer, a = self.program.answer, f"a{len(self.program.layers)}"
        p = f"min(max({a}, 0), 1)" if getattr(answer, "clip", False) else a
        if isinstance(answer, Numbers):
            yield f"y = {a}'; % {comment(', '.join(answer.names))}"
            return
        if isinstance(answer, Labels):
            yield f"probabilities = {p}'; % {comment(', '.join(answer.names))}"
            yield "label = double(probabilities > 0.5);"
            return
        assert isinstance(answer, Classes | TwoClasses)
        yield f"classes = {_classes(answer.classes)};"
        if isinstance(answer, TwoClasses):
            yield f"p = {p}';\nprobabilities = [1 - p, p];\nk = 1 + (p > 0.5);"
        else:
            if answer.divide:
                share = self.spelling.number(1 / answer.count)
                yield f"total = sum({a}, 1);\n{a} = bsxfun(@rdivide, {a}, total);"
                yield f"{a}(:, ~(total > 0)) = {share};"
            yield f"probabilities = {a}';\n[~, k] = max(probabilities, [], 2);"
        yield "label = reshape(classes(k), [], 1);"


def text(value: str) -> str:
    r"""Return a text of MATLAB and Octave; what cannot be seen is written by its number.

    Examples
    --------
    >>> print(text("it's"), text("a\nb"))
    'it''s' ['a', char(10), 'b']
    """
    parts: list[str] = []
    run = ""
    for letter in value:
        if is_plain(letter):
            run += letter
            continue
        parts += [_quoted(run)] if run else []
        parts += [f"char({byte})" for byte in letter.encode()] if letter.isascii() else [
            f"native2unicode(uint8([{' '.join(map(str, letter.encode()))}]), 'UTF-8')"
        ]  # fmt: skip
        run = ""
    if run or not parts:
        parts.append(_quoted(run))
    return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"


def _quoted(plain: str) -> str:
    return "'" + plain.replace("'", "''") + "'"


def _classes(classes: Sequence[object]) -> str:
    """Return the classes: a cell array of texts, or a vector."""
    if isinstance(classes[0], str):
        return "{" + ", ".join(text(str(each)) for each in classes) + "}"
    if isinstance(classes[0], bool):
        return "[" + ", ".join(str(each).lower() for each in classes) + "]"
    return "[" + ", ".join(repr(each) for each in classes) + "]"


def _feature(field: str, column: Column) -> str:
    """Return the call that gives the features of a column."""
    values = f"column_(T, {text(column.name)}, '{field}')"
    if isinstance(column, CategoricalColumn):
        known = ", ".join(map(text, column.categories))
        return f"category_({values}, {text(column.name)}, {{{known}}})"
    assert isinstance(column, NumericColumn)
    if isinstance(column, DateColumn):
        values = f"days_({values})"
    fill = "[]" if column.fill is None else repr(column.fill)
    missing = "true" if column.says_missing else "false"
    return f"number_({values}, {text(column.name)}, {fill}, {missing})"
