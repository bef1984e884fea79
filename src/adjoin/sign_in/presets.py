"""OpenID Connect providers whose addresses we know, so that nobody has to look them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """One of them: its `issuer`, with {tenant} where that is asked, and what else is set at first."""

    name: str
    issuer: str
    asks_tenant: bool = False
    columns: dict[str, Any] = field(default_factory=dict)


# Google says of each address whether it is verified. Microsoft says so of none: a tenant's admins write there what they
# like, so whom it signs in is for ours to say, by the domains that they trust it with.
PRESETS = {
    "google": Preset(
        "Google",
        "https://accounts.google.com",
        columns={"name": "Google", "for_end_users": True, "domains": ["*"]},
    ),
    "microsoft": Preset(
        "Microsoft",
        "https://login.microsoftonline.com/{tenant}/v2.0",
        asks_tenant=True,
        columns={"name": "Microsoft", "for_end_users": True},
    ),
}
