"""The words that are said of clips, as the manifest lists them."""

from __future__ import annotations

from dcs.clip_captions import ACTIONS, spoken_motions


def test_the_plainest_words_of_every_motion_come_first_and_no_word_is_lost_or_listed_twice():
    words = spoken_motions()
    assert words[: len(ACTIONS)] == [ways[0] for ways in ACTIONS.values()]
    assert sorted(words) == sorted(word for ways in ACTIONS.values() for word in ways)
    assert len(set(words)) == len(words)
