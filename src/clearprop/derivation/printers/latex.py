"""Derivations as a LaTeX document: pdflatex for English, xelatex with ctex for Chinese."""

import re
from collections.abc import Iterator

from clearprop._aligned import width_of
from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Derivation, Item, Lines, Listing, Table
from clearprop.derivation.printers.latex_formula import LatexPrinter
from clearprop.derivation.printers.page_printer import PagePrinter
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style

HEAD = r"""\documentclass[a4paper]{%s}
\usepackage{amsmath,amssymb,array,adjustbox,geometry}
\geometry{margin=25mm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\sloppy
\setcounter{secnumdepth}{0}
\pagestyle{plain}
\setcounter{MaxMatrixCols}{40}
\newlength{\column}
\newcommand{\sign}[2]{\makebox[#1\column][l]{#2}}
\newcommand{\strutted}{\rule[-3ex]{0pt}{7ex}}
\newcommand{\shown}[2]{\par\makebox[18mm][l]{\textit{#1}}%%
  \adjustbox{max width=\dimexpr\linewidth-18mm}{$\displaystyle #2$}\par}
"""
ENGLISH = r"""\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
\fi
"""
SIGNS = {
    "\\": r"\textbackslash{}",
    **{sign: rf"\{sign}" for sign in "{}$%&#"},
    "_": r"\_\allowbreak{}",
    "→": r"$\rightarrow$\allowbreak{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{
        sign: f"${latex}$"
        for sign, latex in {
            "∂": r"\partial ", "δ": r"\delta ", "Δ": r"\Delta ", "η": r"\eta ", "θ": r"\theta ",
            "σ": r"\sigma ", "Φ": r"\Phi ", "ℓ": r"\ell ", "Σ": r"\Sigma ", "′": "'",
            "−": "-", "·": r"\cdot ", "×": r"\times ", "⊙": r"\odot ",
            "≤": r"\le ", "≥": r"\ge ", "±": r"\pm ", "½": r"\tfrac{1}{2}", "²": "^{2}",
            "⁻": "^{-}",
            "ᶻ": "^{z}", "ᵘ": "^{u}", "ˡ": "^{l}", "ᴸ": "^{L}", "ₖ": "_{k}", "ⱼ": "_{j}",
            **{sign: f"_{{{n}}}" for n, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
            "←": r"\leftarrow ", "…": r"\dots ", "ₘ": "_{m}", "β": r"\beta ", "ρ": r"\rho ",
            "μ": r"\mu ", "ε": r"\varepsilon ", "λ": r"\lambda ", "√": r"\surd ", "¹": "^{1}",
            "³": "^{3}", "∈": r"\in ", "‖": r"\Vert ", "⋯": r"\cdots ", 
            "◄": r"\triangleleft ",
            "ᵢ": "_{i}", "ₙ": "_{n}", "∞": r"\infty ", "ᵀ": r"^{\top}", "|": r"\vert ",
            "<": "<", ">": ">",
        }.items()
    },
}  # fmt: skip


TYPED = {" ": r"\ ", "|": "|", "<": "<", ">": ">"}
"""Signs that a typewriter has, and SIGNS takes for mathematics."""
LISTING = r"{\small\ttfamily\setlength{\parskip}{0pt}\settowidth{\column}{m}"
HAT = re.compile("(.)\u0302")
ROWS = 20
"""Rows of a table after which a page may end."""
PLAIN_BOXES = str.maketrans("┌┐└┘├┤┬┴─│▼▲►◄", "++++++++-|v^><")


class LatexPage(PagePrinter):
    """A document that compiles as it is."""

    name = "latex"
    suffix = ".tex"

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.formulas = LatexPrinter(style)

    def page(self, derivation: Derivation) -> str:
        chinese = self.style.lang == "zh"
        blocks = [HEAD % ("ctexart" if chinese else "article") + ("" if chinese else ENGLISH)]
        blocks += [r"\begin{document}", rf"\section*{{{self.words(derivation.title)}}}"]
        for section in self.numbered(derivation):
            blocks.append(rf"\section{{{self.words(section.title)}}}")
            for number, item in section.items:
                blocks += self.item(item, number)
        blocks += [r"\hrule", *map(escaped, self.footer(derivation)), r"\end{document}"]
        return "\n\n".join(blocks) + "\n"

    def words(self, text: Text) -> str:
        """Return a sentence in which nothing is taken for LaTeX."""
        return escaped(self.say(text))

    def item(self, item: Item, number: int) -> Iterator[str]:
        if isinstance(item, Step):
            yield from self.step(item, number)
        elif isinstance(item, Lines):
            yield from self.rule(item)
        elif isinstance(item, Table):
            yield self.table(item) if item.header else self.arrangement(item)
        elif isinstance(item, Listing):
            yield from self.listing(item)
        elif isinstance(item, Text):
            yield self.words(item)

    def listing(self, listing: Listing) -> Iterator[str]:
        """Yield lines of one width, boxes drawn with signs that every font has."""
        yield rf"\subsection{{{self.words(listing.title)}}}"
        lines = self.say(listing.lines).translate(PLAIN_BOXES).split("\n")
        rows = ("".join(map(in_columns, line)) or r"\ " for line in lines)
        yield "\n".join([LISTING, *(row + r"\par" for row in rows), "}"])

    def step(self, step: Step, number: int) -> Iterator[str]:
        yield rf"\subsection{{{number}. {self.words(step.title)}}}"
        yield self.words(step.why)
        for label, equations in self.parts(step):
            for position, equation in enumerate(equations):  # a page may end between two of them
                word = self.words(label) if position == 0 else ""
                yield rf"\shown{{{word}}}{{{self.formulas.aligned([equation])}}}"
        for note in self.notes(step):
            yield rf"\begin{{quote}}{self.words(note)}\end{{quote}}"

    def rule(self, rule: Lines) -> Iterator[str]:
        yield rf"\subsection{{{self.words(rule.title)}}}"
        shown = ((self.formulas.show(line.equation), line.why) for line in rule.lines)
        lines = (
            rf"${{\displaystyle {formula}}}${strut(formula)} & {self.words(why)} \\[6pt]"
            for formula, why in shown
        )
        yield tabular(r"l>{\raggedright\arraybackslash}p{65mm}", lines)

    def table(self, table: Table) -> str:
        header = " & ".join(map(self.words, table.header)) + r" \\ \hline"
        rows = (" & ".join(map(self.cell, row)) + r" \\[4pt]" for row in table.rows)
        wide = [
            any(_is_long(row[column]) for row in table.rows) for column in range(len(table.header))
        ]
        columns = "".join(r">{\raggedright\arraybackslash}p{40mm}" if one else "l" for one in wide)
        pages = batched([*rows], ROWS)
        return "\n\n".join(tabular(columns, [header, *page]) for page in pages)

    def arrangement(self, table: Table) -> str:
        rows = (" & ".join(self.cell(one) for one in row) + r" \\[4pt]" for row in table.rows)
        return rf"\begin{{center}}{tabular('c' * len(table.rows[0]), rows)}\end{{center}}"

    def cell(self, cell: Cell) -> str:
        if isinstance(cell, Text):
            return self.words(cell)
        shown = self.formulas.show(cell)
        return rf"$\displaystyle {shown}$" + strut(shown) if shown else ""


def strut(formula: str) -> str:
    """Return what keeps a tall formula in a row of a table apart from its neighbours."""
    return r"\strutted" if r"\frac" in formula else ""


def in_columns(sign: str) -> str:
    """Return one sign of a listing; what is no letter of a typewriter gets as wide a box."""
    if sign in TYPED:
        return TYPED[sign]
    return escaped(sign) if sign.isascii() else rf"\sign{{{width_of(sign)}}}{{{escaped(sign)}}}"


def batched(rows: list[str], size: int) -> Iterator[list[str]]:
    """Yield so many rows at a time; one empty list where there are none."""
    for start in range(0, max(len(rows), 1), size):
        yield rows[start : start + size]


def tabular(columns: str, lines) -> str:
    """Return a table no wider than the page."""
    body = "\n".join(lines)
    table = f"\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}"
    return f"\\adjustbox{{max width=\\linewidth}}{{%\n{table}}}"


def _is_long(cell: Cell) -> bool:
    return isinstance(cell, Text) and max(map(len, cell)) > 30


def escaped(text: str) -> str:
    """Return a sentence in which nothing is taken for LaTeX, mathematical signs as mathematics."""
    plain = "".join(SIGNS.get(sign, sign) for sign in text)
    return HAT.sub(lambda found: rf"$\hat{{{found[1]}}}$", plain)
