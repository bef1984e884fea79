"""Keys are put into a message as it leaves: what waits, and what is kept of what was sent, has none."""

from __future__ import annotations

from adjoin.sharing.crossing.outgoing import Payload
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import NAMESPACE


def with_keys(payload: Payload, agreement: SharingAgreement) -> Payload:
    """A message about an agreement with the keys it speaks of."""
    filled = dict(payload)
    if "access_key" in filled:
        filled["access_key"] = agreement.access_key
    ours = dict((payload.get("custom_fields") or {}).get(NAMESPACE, {}))
    if isinstance(ours.get("return"), dict):  # an offer; in an answer it is a word
        ours["return"] = {**ours["return"], "access_key": agreement.followers.get().access_key}
    if "new_key" in ours:
        ours["new_key"] = agreement.next_access_key or agreement.access_key
    return {**filled, "custom_fields": {**payload["custom_fields"], NAMESPACE: ours}} if ours else filled
