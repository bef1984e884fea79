"""The seeds whose tens are odd."""

from adjoin.sharing.tests.simulation import playing


def test_all_desks_agree_once_the_network_has_healed(stage: playing.Stage) -> None:
    playing.play_part(stage, 1)
