"""A small formula tree: symbols, matrices and operations on them.

A node computes its value (`evaluate`) and its shape (`shape`) from the `Bindings` of its symbols;
printers know how it looks. Every quantity of a network is a matrix, one sample a row: z¹ of one
sample has shape (1, n₁) and is bound to the name ``"z1"``.
"""

from clearprop.derivation.expression.arithmetic import (
    Bindings,
    Expression,
    Fraction,
    Hadamard,
    Index,
    MatrixProduct,
    Negative,
    Number,
    Power,
    Product,
    Shape,
    Sigma,
    Sum,
    Transpose,
    Value,
)
from clearprop.derivation.expression.functions import Apply, Cases, Comparison, Entries
from clearprop.derivation.expression.quantities import Constant, Derivative, Matrix, Symbol
from clearprop.derivation.expression.statements import (
    Differentiate,
    Equation,
    Limit,
    Shaped,
    Word,
)

__all__ = [
    "Apply",
    "Bindings",
    "Cases",
    "Comparison",
    "Constant",
    "Derivative",
    "Differentiate",
    "Entries",
    "Equation",
    "Expression",
    "Fraction",
    "Hadamard",
    "Index",
    "Limit",
    "Matrix",
    "MatrixProduct",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Shape",
    "Shaped",
    "Sigma",
    "Sum",
    "Symbol",
    "Transpose",
    "Value",
    "Word",
]
