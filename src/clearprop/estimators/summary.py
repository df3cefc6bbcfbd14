"""The summary of a fitted estimator, in words."""

from typing import Any

from clearprop._aligned import pairs
from clearprop._text import Language, Text
from clearprop.training.result import lines_of

FOUND, TRY = Text("found", "发现"), Text("try", "建议")


def summary_of(estimator: Any, language: Language) -> str:
    """Return one line for each thing that is known of the training."""
    lines = lines_of(estimator._result, language, loss=estimator.loss_, epochs=estimator.n_iter_)
    for finding in estimator.findings_:
        for name, said in ((FOUND, finding.sentence), (TRY, finding.advice)):
            lines.append((name.translate(language), said.translate(language)))
    return "\n".join(pairs(lines))
