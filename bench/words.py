"""Words as a help desk's customers use them: a few very often, most hardly ever."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

VOCABULARY = 8000
SENTENCES = 50_000
SUBJECTS = 20_000
_FREQUENT = """
the order is not my a please and it for with you have we has to on after broken lid kettle since when delivery yesterday
refund lamp tent warranty replacement invoice arrived missing photo attached number still waiting reply thanks urgent
parcel damaged wrong colour size return label address changed account password email login error screen app update
"""
_SYLLABLES = "ba bel cor dan den el fa fin gar hol in ka kor la lin mar men mo nal nor pa per qui ra ril sa sol ta ter"


def vocabulary() -> list[str]:
    """All words, the most frequent first: plain ones, then made-up product names."""
    made_up = ("".join(parts) for parts in itertools.product(_SYLLABLES.split(), repeat=3))
    return list(itertools.islice(itertools.chain(_FREQUENT.split(), made_up), VOCABULARY))


def sentences(count: int, length: int, seed: int) -> list[str]:
    """`count` sentences of `length` words. A word's frequency falls with its place in the vocabulary (Zipf's law)."""
    chance = random.Random(seed)
    known = vocabulary()
    weights = list(itertools.accumulate(1 / (place + 3) for place in range(len(known))))
    words = iter(chance.choices(known, cum_weights=weights, k=count * length))
    return [" ".join(itertools.islice(words, length)).capitalize() + "." for _ in range(count)]


def common() -> Sequence[str]:
    """Words that many tickets have."""
    return vocabulary()[20:60]


def rare() -> Sequence[str]:
    """Words that few tickets have."""
    return vocabulary()[-400:]
