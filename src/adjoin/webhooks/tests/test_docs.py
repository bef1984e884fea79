from __future__ import annotations

from pathlib import Path

from adjoin.webhooks.terms import EVENTS

DOCS = Path(__file__).parents[4] / "docs"


def test_every_event_is_in_the_docs() -> None:
    told = (DOCS / "webhooks.md").read_text()
    for name, label in EVENTS.items():
        assert f"| `{name.removeprefix('zen:event-type:')}` | {label} |" in told
