"""What is kept of a search that Ctrl-C or its time ends."""

from dataclasses import replace

from clearprop.search.so_far import SoFar
from clearprop.training import Stopping, StopReason, TrainingConfig, divide, train
from search_cases import build, wave

X, Y = wave(20)


def trained(epochs, reason="epochs"):
    """Return the result of a training of so many epochs, ended as the reason says."""
    config = TrainingConfig(solver="adam", seed=0, stopping=Stopping(epochs, patience=0))
    result = train(build((2,)), X, Y, config)
    ended = StopReason.of("time", seconds=1) if reason == "time" else result.stop_reason
    return replace(result, stop_reason=ended, best_epoch=epochs)


def test_nothing_is_kept_of_nothing():
    so_far = SoFar()
    assert so_far.as_result(TrainingConfig(), 20) is None
    assert not so_far.is_farther_than(trained(1))
    so_far.offer([replace(trained(1), best_epoch=0)])  # nothing is trained
    so_far.offer_judged(None, 0.1)
    assert so_far.best is None


def test_what_rows_left_out_have_judged_is_better_than_what_was_only_trained():
    so_far, short, done = SoFar(), trained(2, "time"), trained(1)
    longer, other, judged = trained(3, "time"), trained(2), trained(1)
    for offered, best in (
        ([short], short), ([longer, short], longer), ([done], done), ([longer], done),
        ([other], other),
    ):  # fmt: skip
        so_far.offer(offered)
        assert so_far.best is best
    so_far.offer_judged(judged, 0.3)
    so_far.offer([other])
    assert so_far.best is judged
    so_far.offer_judged(done, 0.4)
    assert so_far.best is judged
    so_far.offer_judged(done, 0.2)
    assert so_far.best is done


def test_the_best_is_a_result_that_says_it_was_interrupted():
    so_far = SoFar()
    so_far.offer([trained(3)])
    assert so_far.is_farther_than(trained(2))
    assert not so_far.is_farther_than(trained(3))
    kept = so_far.as_result(TrainingConfig(), 20)
    assert kept.stop_reason.name == "interrupted"
    assert len(kept.division.train) == 20
    division = divide(20, seed=0)
    assert so_far.as_result(TrainingConfig(division=division), 20).division is division
