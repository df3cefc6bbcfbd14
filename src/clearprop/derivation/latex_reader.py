r"""Read the LaTeX of the rules into formula trees.

The activations and losses state their formulas as LaTeX. One small reader turns them into trees,
so that the same line can be printed everywhere, evaluated with numbers, and proved in the tests.
What it reads: + − · fractions, powers, one-letter symbols with subscripts, functions, \sum_k,
\lim_{h \to 0}, \frac{d}{dz}, \frac{\partial L}{\partial a_k}, |x| and cases.
"""

import functools
import re
from dataclasses import dataclass

from clearprop.derivation import expression as nodes

TOKEN = re.compile(r"\\begin\{cases\}|\\end\{cases\}|\\mathrm\{\w+\}|\\[a-zA-Z]+|\\.|[\d.]+|\S")
SKIPPED = (r"\,", r"\left", r"\right")
COMPARISONS = {"<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", "=": "="}
GREEK = {rf"\{name}": name for name in ("beta", "eta", "theta", "mu", "rho", "lambda")}
GREEK[r"\varepsilon"] = "epsilon"
NAMED = {r"\sigma": "sigma", r"\Phi": "Phi", r"\tanh": "tanh", "f": "f"}
BARE = {r"\ln": "ln", r"\max": "max", r"\min": "min"}
STOPS = ("+", "-", "=", ")", "}", "|", "&", ",", r"\\", r"\end{cases}", "<", ">", r"\le", r"\ge")


@functools.cache
def read(latex: str) -> nodes.Equation:
    """Return the equation that a line of LaTeX states.

    Raises
    ------
    ValueError
        If something in the line is not known.

    Examples
    --------
    >>> read(r"f'(z) = 1").parts[1]
    Number(value=1, of='')
    """
    reader = _Reader([token for token in TOKEN.findall(latex) if token not in SKIPPED])
    parts = [reader.sum()]
    while reader.accept("="):
        parts.append(reader.sum())
    if reader.next is not None:
        raise ValueError(f"cannot read {reader.next!r} in {latex!r}")
    return nodes.Equation(tuple(parts))


@dataclass
class _Reader:
    tokens: list[str]
    position: int = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> str:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def accept(self, token: str) -> bool:
        found = self.next == token
        self.position += found
        return found

    def expect(self, token: str) -> None:
        if not self.accept(token):
            raise ValueError(f"expected {token!r}, found {self.next!r} in {' '.join(self.tokens)}")

    def sum(self) -> nodes.Expression:
        terms = [self.signed()]
        while self.next in ("+", "-"):
            terms.append(self.signed())
        return terms[0] if len(terms) == 1 else nodes.Sum(tuple(terms))

    def signed(self) -> nodes.Expression:
        if self.accept("-"):
            return nodes.Negative(self.product())
        self.accept("+")
        return self.product()

    def product(self) -> nodes.Expression:
        factors = [self.power()]
        while self.next is not None and self.next not in STOPS:
            self.accept(r"\cdot")
            factors.append(self.power())
        return factors[0] if len(factors) == 1 else nodes.Product(tuple(factors))

    def power(self) -> nodes.Expression:
        base = self.atom()
        return nodes.Power(base, self.group()) if self.accept("^") else base

    def group(self) -> nodes.Expression:
        """Read ``{…}``."""
        self.expect("{")
        inner = self.sum()
        self.expect("}")
        return inner

    def atom(self) -> nodes.Expression:
        token = self.take()
        if token[0].isdigit():
            return nodes.Number(float(token) if "." in token else int(token))
        if token in ("(", "|"):
            inner = self.sum()
            self.expect(")" if token == "(" else "|")
            return inner if token == "(" else nodes.Apply("abs", (inner,))
        if token in NAMED or token.startswith(r"\mathrm"):
            return self.function(NAMED.get(token) or token[8:-1])
        if token in BARE:
            return self.function(BARE[token])
        special = {
            r"\frac": self.fraction,
            r"\sqrt": lambda: nodes.Apply("sqrt", (self.group(),)),
            r"\sum": self.sigma,
            r"\lim": self.limit,
            r"\begin{cases}": self.cases,
            r"\pi": lambda: nodes.Constant("pi"),
            "e": lambda: nodes.Constant("e"),
        }
        if token in special:
            return special[token]()
        if token == r"\hat":
            self.expect("{")
            letter = self.take()
            self.expect("}")
            return self.symbol(f"{letter}hat")
        if token in GREEK:
            return self.symbol(GREEK[token])
        if token == r"\delta":
            return self.symbol("kronecker")
        if len(token) == 1 and token.isalpha():
            return self.symbol(token)
        raise ValueError(f"cannot read {token!r} in {' '.join(self.tokens)}")

    def symbol(self, letter: str) -> nodes.Symbol:
        if not self.accept("_"):
            return nodes.Symbol(letter)
        if not self.accept("{"):
            return nodes.Symbol(letter, index=(self.take(),))
        letters = []
        while not self.accept("}"):
            letters.append(self.take())
        return nodes.Symbol(letter, index=tuple(letters))

    def function(self, name: str) -> nodes.Apply:
        primes = 0
        while self.accept("'"):
            primes += 1
        if not self.accept("("):
            return nodes.Apply(name, (self.power(),), primes)
        arguments = [self.sum()]
        while self.accept(","):
            arguments.append(self.sum())
        self.expect(")")
        return nodes.Apply(name, tuple(arguments), primes)

    def fraction(self) -> nodes.Expression:
        if self.tokens[self.position : self.position + 5] == ["{", "d", "}", "{", "d"]:
            self.position += 5
            variable = self.symbol(self.take())
            self.expect("}")
            return nodes.Differentiate(variable, self.power())
        if self.tokens[self.position : self.position + 2] == ["{", r"\partial"]:
            return nodes.Derivative(self.differential(), self.differential())
        return nodes.Fraction(self.group(), self.group())

    def differential(self) -> nodes.Symbol:
        self.expect("{")
        self.expect(r"\partial")
        symbol = self.symbol(self.take())
        self.expect("}")
        return symbol

    def sigma(self) -> nodes.Sigma:
        self.expect("_")
        return nodes.Sigma(self.take(), self.product())

    def limit(self) -> nodes.Limit:
        self.expect("_")
        self.expect("{")
        variable = self.symbol(self.take())
        self.expect(r"\to")
        to = self.sum()
        self.expect("}")
        return nodes.Limit(variable, to, self.product())

    def cases(self) -> nodes.Cases:
        branches = []
        while not self.accept(r"\end{cases}"):
            value = self.sum()
            self.expect("&")
            left = self.sum()
            sign = COMPARISONS[self.take()]
            branches.append((value, nodes.Comparison(left, sign, self.sum())))  # type: ignore[arg-type]
            self.accept(r"\\")
        return nodes.Cases(tuple(branches))
