"""How right everything left open is on tables that people know, beside scikit-learn."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.accuracy import ranks, tables
from benchmarks.accuracy.before import changes
from benchmarks.accuracy.contenders import Contenders, classifiers, regressors
from benchmarks.accuracy.outcomes import Outcome, outcomes
from benchmarks.accuracy.tables import Table
from benchmarks.rows import Options
from benchmarks.splits import Split, splits_of, tables_in

TITLE = "Accuracy"
EXPLANATION = f"""\
Everything left open: clearprop's estimators with nothing set, beside scikit-learn's on standardised
inputs (and targets, where numbers are predicted): its MLP as it comes, the same with size and
alpha searched (sizes 20, 50, 100; alpha 1e-4, 0.01, 1; three folds), a linear model, a support
vector machine with C and gamma searched, and boosted trees. Every contender sees the same rows:
70 % of a table at random, at most {tables.MOST_ROWS:,} of them, or those of the splits that are
given; values are means over the splits. Ranks are the means over the tables, 1 is best."""
CLASSES = """\
### Classes

Log loss of the rows that did not train:"""
WRONG = "Part of these rows that is classified wrongly:"
NUMBERS = """\
### Numbers

Root mean squared error of the rows that did not train, in the unit of the target:"""
BEFORE = """\
### Beside an earlier commit

clearprop alone, on the splits that both have predicted:"""
COST = "Cost (weights on tables of up to 1,000 rows):"
SPLITS = 5
"""Splits of a table for which none are given, at most."""
Task = tuple[str, int, Callable[[], Split], str, Callable[[int], Any]]


def run(options: Options) -> str:
    """Return the tables of ranks and costs."""
    classes, numbers = tables.bundled_classes(), tables.bundled_numbers()
    if options.fetched is not None:
        if not tables.keel_tables(options.fetched):
            tables.fetch(options.fetched)
        classes = tables.keel_tables(options.fetched)
        numbers += tables.tables_of_r(options.fetched)
    splits = 1 if options.quick else min(SPLITS, options.splits)
    judged = list(_done(_tasks(classes, splits, classifiers()), options.kept))
    texts = [EXPLANATION, CLASSES, ranks.ranked_table(judged, "loss"), WRONG]
    texts += [ranks.ranked_table(judged, "errors"), COST, ranks.cost_table(judged)]
    tasks = [*_given(options, regressors()), *_tasks(numbers, splits, regressors())]
    of_numbers = list(_done(tasks, options.kept))
    texts += [NUMBERS, ranks.ranked_table(of_numbers, "loss"), ranks.coverage(of_numbers)]
    texts += [COST, ranks.cost_table(of_numbers)]
    if options.before is not None:
        texts += [BEFORE, changes([*judged, *of_numbers], options.before)]
    return "\n\n".join(texts)


def _tasks(known: Sequence[Table], splits: int, contenders: Contenders) -> Iterator[Task]:
    """Yield every contender on every split of the tables."""
    for number in range(splits):
        for each in known:
            for who, make in contenders.items():
                yield each.name, number, partial(each.split, number), who, make


def _given(options: Options, contenders: Contenders) -> Iterator[Task]:
    """Yield every contender on the splits that the literature gives."""
    for folder in [] if options.tables is None else tables_in(options.tables):
        splits = splits_of(folder, 1 if options.quick else options.splits)
        for number, split in enumerate(splits):
            for who, make in contenders.items():
                yield folder.name, number, partial(_itself, split), who, make


def _itself(split: Split) -> Split:
    return split


def _done(tasks: Sequence[Task] | Iterator[Task], kept: Path | None) -> Iterator[Outcome]:
    """Yield the outcomes, and say on the way how far it is."""
    for found in outcomes(tasks, kept):
        told = f"{found.table} {found.split} {found.contender}: {found.loss:.4g}"
        print(f"{told}, {found.seconds:.3g} s", file=sys.stderr, flush=True)
        yield found
