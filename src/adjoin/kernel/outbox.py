"""How a lower app tells the ones above what happened, inside the same transaction.

A subscriber runs at once, in the publisher's transaction; what takes time it enqueues as a job there, so that
after a crash either both the change and its consequences exist, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Subscriber = Callable[..., None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(topic: str, subscriber: Subscriber) -> None:
    """Call `subscriber(**facts)` whenever `topic` is published. Subscribing twice changes nothing."""
    if subscriber not in _subscribers[topic]:
        _subscribers[topic].append(subscriber)


def publish(topic: str, **facts: Any) -> None:
    """Tell every subscriber of `topic`. Raises what a subscriber raises, which undoes the change."""
    for subscriber in _subscribers[topic]:
        subscriber(**facts)
