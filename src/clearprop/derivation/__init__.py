"""Derivations: any gradient with symbols, shapes and numbers."""

from clearprop.derivation.derivation import Derivation as Derivation
from clearprop.derivation.derivation import Section as Section
from clearprop.derivation.derivation import Step as Step
from clearprop.derivation.derivation import Table as Table
from clearprop.derivation.explaining import explain as explain
from clearprop.derivation.graph import Graph as Graph
from clearprop.derivation.graph import graph as graph
from clearprop.derivation.style import Style as Style
