"""Name the mistake in the gradient of an expression, `clearprop.graph`."""

from clearprop.check.graphs.diagnosing import diagnose_graph as diagnose_graph
from clearprop.check.graphs.diagnosis import GraphDiagnosis as GraphDiagnosis

__all__ = ["GraphDiagnosis", "diagnose_graph"]
