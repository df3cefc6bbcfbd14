"""The harness of the benchmarks: its arithmetic, its checks, its tables. No time is asserted."""

import math
import sys
import time
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from benchmarks import __main__ as program
from benchmarks import check, machine, peers, results, rows, sections, splits, table
from benchmarks.accuracy import contenders, outcomes, ranks, tables
from benchmarks.contender import ENGINE, OURS, Contender, thread_counts
from benchmarks.measure import Timing, measure, ratio
from benchmarks.peers import ours, scikit_learn, textbook
from benchmarks.problem import Problem
from benchmarks.rows import Options
from benchmarks.sections import accuracy
from benchmarks.tasks import GaussNewton, Gradient, Prediction, Task, Training

QUICK = Options(quick=True)
RANDOM = np.random.default_rng(0)


def problem(output: str = "identity", loss: str = "half_squared_error") -> Problem:
    """Return a 3-4-1 network on 12 rows."""
    X = RANDOM.standard_normal((12, 3))
    return Problem.start((3, 4, 1), ("tanh", output), loss, X, (X.sum(axis=1) > 0)[:, None])


@pytest.fixture(autouse=True)
def _small_products(monkeypatch):
    """Time a product of small matrices as the machine's peak."""
    monkeypatch.setattr(machine, "SIDE", 64)


TASKS: list[Task] = [
    Training(problem("sigmoid", "binary_cross_entropy"), 4, 3, "sgd", 0.1),
    Training(problem(), 6, 3, "adam", 0.01),
    Gradient(problem()),
    Prediction(problem()),
    GaussNewton(problem()),
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.kind}-{task.problem.output}")
def test_everybody_who_is_installed_arrives_at_the_textbooks_answer(task):
    found, _ = peers.load(["ours", "textbook", "scikit_learn", "blas"])
    entered = peers.contenders(found, task)
    assert entered[0].peer == OURS
    for contender in entered:
        with contender.around():
            verdict = check.judge(task, contender, contender.run())
        assert verdict.right, contender


def test_the_textbook_agrees_with_finite_differences():
    given = problem("sigmoid", "binary_cross_entropy")
    gradient = textbook.full_gradient(given)
    for p in range(given.theta.size):
        ends = []
        for step in (1e-6, -1e-6):
            theta = given.theta.copy()
            theta[p] += step
            ends.append(check.loss_at(given, theta))
        assert gradient[p] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-9)


def test_a_wrong_answer_is_wrong_and_gets_no_ratio():
    task = TASKS[2]
    right = ours.gradient(task)[0]
    wrong = Contender("hasty", "guesses", lambda: textbook.full_gradient(task.problem) * 1.001)
    timings = [timing(right, [1.0]), timing(wrong, [0.5])]
    verdicts = [check.judge(task, t.contender, t.contender.run()) for t in timings]
    assert [verdict.right for verdict in verdicts] == [True, False]
    text = table.ratios([table.Result("row", {"hasty": 2}, task, timings, verdicts)])
    assert "**wrong** (≥ 2)" in text
    lost = check.judge(task, wrong, np.full(task.problem.theta.size, np.nan))
    assert not lost.right
    assert not check.judge(task, wrong, np.zeros(3)).right


def test_a_training_that_stops_early_is_wrong():
    task = TASKS[0]
    shorter = replace(task, epochs=task.epochs - 1)
    contender = Contender("hasty", "stops early", lambda: textbook.descend(shorter))
    assert not check.judge(task, contender, contender.run()).right


def test_the_ratio_is_the_median_of_the_rounds():
    contender = Contender("peer", "", lambda: np.zeros(1))
    theirs, mine = timing(contender, [8.0, 100.0, 3.0]), timing(contender, [2.0, 10.0, 1.0])
    assert ratio(theirs, mine) == 4.0
    assert theirs.median == 8.0
    assert timing(contender, [1.0, 2.0, 3.0]).spread == 0.5


def test_contenders_take_turns_and_short_work_is_repeated():
    calls = []

    def note(name: str) -> Contender:
        return Contender(name, "", lambda: np.array([len(calls), calls.append(name) or 0.0]))

    timings = measure([note("a"), note("b")], rounds=2, least=1e-4)
    assert [t.repeats > 1 for t in timings] == [True, True]
    assert [len(t.seconds) for t in timings] == [2, 2]
    assert all(second > 0 for t in timings for second in t.seconds)
    switches = [name for name, before in zip(calls[1:], calls, strict=False) if name != before]
    assert switches == ["b", "a", "b", "a"]  # warm-up; first a, then b; first b, then a


def test_a_contender_that_fails_does_not_stop_the_others():
    def fail():
        raise TypeError("a peer has changed")

    broken, fine = measure(
        [Contender("broken", "", fail), Contender("fine", "", lambda: np.zeros(1))], 1, 1e-6
    )
    assert broken.failure == "TypeError: a peer has changed"
    assert len(fine.seconds) == 1


def test_a_far_slower_variant_of_the_same_peer_is_left_out():
    fast, slow, other = (
        Contender(peer, "", lambda seconds=seconds: time.sleep(seconds) or np.zeros(1))
        for peer, seconds in (("a", 1e-4), ("a", 0.4), ("b", 0.1))
    )
    timings = measure([fast, slow, other], 1, 1e-6)
    assert [len(timing.seconds) for timing in timings] == [1, 0, 1]
    assert "times slower than a's fastest" in timings[1].failure


def test_a_peer_that_is_not_installed_is_skipped_and_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "benchmarks.peers.torch_peer", raising=False)
    found, skipped = peers.load(["torch_peer", "textbook"])
    assert found == [textbook]
    assert skipped == {"torch_peer": "torch is not installed"}


def test_a_peer_that_does_no_such_task_is_left_out():
    assert peers.contenders([scikit_learn], TASKS[4]) == []
    assert peers.contenders([ModuleType("empty")], TASKS[0]) == []


def test_the_table_shows_ratio_target_and_miss():
    task = replace(TASKS[0], epochs=1)  # three steps
    ours_, engine, slow, even = (
        timing(Contender(name, how, lambda: np.zeros(1)), [seconds])
        for name, how, seconds in (
            (OURS, "train", 3e-6), (ENGINE, "engine", 1.5e-6),
            ("torch", "1 thread", 3e-4), ("torch", "2 threads", 3e-5),
        )
    )  # fmt: skip
    right = [check.Verdict(1.0, 0.0, 1e-8)] * 4
    timings = [ours_, engine, slow, even]
    row = table.Result("moons", {"torch": 12, "JAX": 5}, task, timings, right)
    head, _, public, below = table.ratios([row]).splitlines()
    assert head == "| row | call | time of a step | products at peak | torch |"
    assert public.startswith("| moons | `train` | 1 µs |")
    assert public.endswith("| 10 (≥ 12) ✗ |")
    assert below.endswith("| 20 |")
    assert "torch: 2 threads | 10 µs" in table.details([row])


def test_figures_have_three_digits_and_no_exponent():
    shown = [table.figure(number) for number in (0.0, 0.012345, 1.0, 12.345, 1234.5)]
    assert shown == ["0", "0.0123", "1", "12.3", "1234"]
    durations = [table.duration(seconds) for seconds in (2.0, 0.9996, 0.0123, 4.5e-6, 7e-10)]
    assert durations == ["2 s", "1 s", "12.3 ms", "4.5 µs", "0.7 ns"]
    assert table.duration(math.nan) == "–"


@pytest.mark.parametrize("name", rows.load())
def test_every_row_can_be_built_and_says_what_it_promises(name):
    row = rows.load()[name]
    task = row.build(QUICK)
    assert row.targets
    assert task.operations > 0
    assert np.isfinite(task.problem.X).all()
    assert task.problem.theta.dtype == task.problem.X.dtype == task.problem.Y.dtype
    assert thread_counts(task)[0] == 1


def test_images_are_read_from_a_file(tmp_path):
    file = tmp_path / "digits.npz"
    images = RANDOM.integers(256, size=(9000, 784)).astype(np.uint8)
    np.savez(file, X_train=images, y_train=np.arange(9000) % 10)
    task = rows.load()["mnist"].build(replace(QUICK, data=file))
    assert np.array_equal(task.problem.X, images[: len(task.problem.X)] / np.float32(255))
    assert task.problem.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert "digits.npz" in rows.load()["mnist"].note(replace(QUICK, data=file))


def test_a_section_replaces_its_last_results_and_no_others(tmp_path):
    file = tmp_path / "RESULTS.md"
    for title, text in (("Speed", "old"), ("Scaling", "kept"), ("Speed", "new\n\n### part")):
        results.keep(title, text, file)
    written = file.read_text("utf-8")
    assert written.startswith(results.HEAD)
    assert "old" not in written
    assert written.count("## Speed\n\nnew") == 1
    assert written.count("## Scaling\n\nkept") == 1


def test_the_program_measures_a_row_and_prints_it(capsys):
    program.main(["xor", "--quick", "--rounds", "1", "--peers", "ours", "textbook"])
    printed = capsys.readouterr().out
    assert printed.startswith("## Speed\n\n- Command: `python -m benchmarks xor --quick")
    assert "| XOR 2-2-1 sigmoid" in printed
    assert "wrong" not in printed


@pytest.mark.parametrize("arguments", [["moon"], ["moons", "--write"], ["--data", "no-such.npz"]])
def test_the_program_refuses_what_it_cannot_do(arguments, capsys):
    with pytest.raises(SystemExit) as refusal:
        program.main(arguments)
    assert refusal.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_every_section_is_found_and_has_a_flag():
    assert {"speed", "scaling", "memory"} <= set(sections.load())
    assert program.parser().parse_args(["--scaling", "--memory"]).sections == ["scaling", "memory"]


def test_variables_that_steer_libraries_are_named(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert "OPENBLAS_CORETYPE=Haswell" in machine.environment()


def test_the_machine_is_described():
    assert f"{machine.cores()} cores" in machine.description()
    assert f"numpy {np.__version__}" in machine.versions()
    assert machine.peak_memory() >= machine.memory_now() > 2**20


def timing(contender: Contender, seconds: list[float]) -> Timing:
    return Timing(contender, first=seconds[0], seconds=seconds)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one small table of 60 rows and three splits."""
    table = tmp_path / "line"
    table.mkdir()
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 2))
    data = np.c_[X[:, :1], X @ [[2.0], [-1.0]] + 0.1 * random.normal(size=(60, 1)), X[:, 1:]]
    np.savetxt(table / "data.txt", data)
    np.savetxt(table / "index_features.txt", [0, 2])
    np.savetxt(table / "index_target.txt", [1])
    for number in range(3):
        rows = random.permutation(60)
        np.savetxt(table / f"index_train_{number}.txt", rows[:50])
        np.savetxt(table / f"index_test_{number}.txt", rows[50:])
    return tmp_path


def test_tables_are_read_in_the_layout_that_is_described(folder):
    (table,) = splits.tables_in(folder)
    first, second = splits.splits_of(table, 2)
    assert (first.X.shape, first.y.shape, first.X_test.shape) == ((50, 2), (50,), (10, 2))
    assert not np.array_equal(first.y, second.y)
    assert np.abs(first.X @ [2, -1] - first.y).max() < 0.5
    assert len(splits.splits_of(table, 9)) == 3


@pytest.fixture
def small_accuracy(monkeypatch):
    """Let the section on accuracy compare two contenders on a table of two halves."""
    X = np.random.default_rng(0).normal(size=(60, 2))
    halves = tables.Table("halves", X, (X[:, 0] > X[:, 1]).astype(np.intp))
    monkeypatch.setattr(tables, "bundled_classes", lambda: [halves])
    monkeypatch.setattr(tables, "bundled_numbers", list)
    for kind, linear in (("classifiers", "logistic regression"), ("regressors", "ridge")):
        known = getattr(contenders, kind)()
        few = {OURS: known[OURS], linear: known[linear]}
        monkeypatch.setattr(accuracy, kind, lambda few=few: few)


def test_accuracy_is_measured_beside_scikit_learn(folder, small_accuracy, monkeypatch):
    kept = folder / "kept.jsonl"
    options = replace(QUICK, tables=folder, kept=kept)
    text = accuracy.run(options)
    (numbers,) = (line for line in text.splitlines() if line.startswith("| line |"))
    _, _, rows, mine, theirs, _ = numbers.split("|")
    assert int(rows) == 50
    assert 0.03 < float(mine) < 0.2
    assert float(theirs) == pytest.approx(float(mine), rel=0.5)
    assert sum(line.startswith("| halves | 42 |") for line in text.splitlines()) == 2
    assert "95 % intervals of clearprop hold" in text
    assert len(outcomes.kept_in(kept)) == 4
    monkeypatch.setattr(outcomes, "measured", None)  # all of it is kept
    assert accuracy.run(options) == text
    beside = accuracy.run(replace(options, before=kept))
    assert beside.startswith(text)
    losses = [each.loss for each in outcomes.kept_in(kept).values() if each.contender == OURS]
    for line, loss in zip(beside.splitlines()[-len(losses) :], losses, strict=True):
        assert [f"{loss:,.4g}"] * 2 == line.split(" | ")[2:4]


def test_ranks_are_means_of_places_and_equal_values_share_theirs():
    values = {"a": {"x": 1.0, "y": 2.0, "z": 3.0}, "b": {"x": 5.0, "y": 5.0, "z": 4.0}}
    assert ranks.mean_ranks(values) == {"x": 1.75, "y": 2.25, "z": 2.0}


def test_tables_of_keel_are_read_and_divided_with_the_shares_of_their_classes(tmp_path):
    lines = ["@relation few", "@data", *(f"{i}, {'ab'[i % 2]}, {['no', 'yes'][i % 2]}"
                                         for i in range(40))]  # fmt: skip
    file = tmp_path / "tae.dat"
    file.write_text("\n".join(lines))
    (table,) = tables.keel_tables(tmp_path)
    assert (table.name, table.X.shape, table.has_classes) == ("tae", (40, 3), True)
    assert table.X[1].tolist() == [1, 0, 1]
    split = table.split(0)
    assert (len(split.y), split.y.sum(), split.y_test.sum()) == (28, 14, 6)


def test_a_folder_without_tables_is_refused(capsys, tmp_path):
    with pytest.raises(SystemExit):
        program.main(["--accuracy", "--tables", str(tmp_path)])
    assert "there is no table in" in capsys.readouterr().err
