"""Derivations: any gradient with symbols, shapes and numbers."""

from clearprop.derivation.any_layer import general
from clearprop.derivation.derivation import Derivation, Lines, Listing, Section, Table
from clearprop.derivation.explaining import explain
from clearprop.derivation.graphing import graph
from clearprop.derivation.graphs.computational_graph import Graph, GraphPath
from clearprop.derivation.graphs.matrices import MatrixGraph
from clearprop.derivation.printers import FORMS
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style

__all__ = [
    "FORMS",
    "Derivation",
    "Graph",
    "GraphPath",
    "Lines",
    "Listing",
    "MatrixGraph",
    "Section",
    "Step",
    "Style",
    "Table",
    "explain",
    "general",
    "graph",
]
