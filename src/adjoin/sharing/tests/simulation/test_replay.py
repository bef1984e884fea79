"""A seed that fails can be played again."""

from adjoin.sharing.tests.simulation import playing

SEEDS = (40, 45)  # an agreement made anew, something held back and taken back


def test_a_seed_tells_the_same_story_each_time(stage: playing.Stage) -> None:
    first, again = (list(playing.play(stage, SEEDS)) for _ in range(2))
    assert first == again
