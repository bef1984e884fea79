"""Who has the database and not the secret key has no partner's key."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.kernel import sealing


def test_a_sealed_secret_is_read_again_and_looks_different_each_time() -> None:
    kept = sealing.seal("0123456789abcdef")
    assert sealing.unseal(kept) == "0123456789abcdef"
    assert "0123456789abcdef" not in kept
    assert sealing.seal("0123456789abcdef") != kept


def test_under_another_secret_key_it_opens_nothing(settings: Any) -> None:
    kept = sealing.seal("0123456789abcdef")
    settings.SECRET_KEY = "another secret key, as a copy of the database would have"
    assert sealing.unseal(kept) not in ("", "0123456789abcdef", sealing.unseal(kept))


@pytest.mark.parametrize("kept", ["kept as it was, before", ""])
def test_what_was_never_sealed_is_read_as_it_is(kept: str) -> None:
    assert sealing.unseal(kept) == kept
