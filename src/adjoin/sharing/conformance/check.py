"""The whole check, in an order that leaves nothing behind at the peer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adjoin.sharing.conformance import strangers
from adjoin.sharing.conformance.peer import Peer
from adjoin.sharing.conformance.report import Outcome, Report
from adjoin.sharing.conformance.sharing import Trial

ASKING_ONLY = "Nothing was written: run it again with --yes"


@dataclass(frozen=True)
class Options:
    """How far to go. `may_write` lets it invite and share test tickets; `token` is an agreement's, if there is one."""

    url: str
    token: str = ""
    may_write: bool = False
    sender_url: str = "https://check.adjoin.example/sharing"
    wait_seconds: float = 0  # for an admin of the peer to accept our invitation


def run(options: Options, *, tell: Callable[[str], None]) -> Report:
    """Try everything the options allow; `tell` is given what an admin of the peer must do meanwhile."""
    report = Report()
    peer = Peer(options.url.rstrip("/"), report, options.token)
    if not strangers.try_doors(peer):
        return report
    if not options.may_write:
        report.add("Invitations and tickets", Outcome.SKIPPED, ASKING_ONLY)
    elif options.token:
        Trial(peer).run()
    else:
        _as_a_new_partner(peer, options, tell)
    return report


def _as_a_new_partner(peer: Peer, options: Options, tell: Callable[[str], None]) -> None:
    strangers.try_bad_invitations(peer, options.sender_url)
    token = strangers.invite(peer, options.sender_url)
    if not token:
        return
    peer.token = token
    try:
        strangers.try_before_answer(peer, token)
        tell(f'An admin there may now accept the invitation of "{strangers.NAME}".')
        if strangers.wait_for_answer(peer, token, options.wait_seconds):
            Trial(peer).run()
        else:
            why = "Nobody accepted the invitation. Give --wait, or --token for an agreement in force"
            peer.report.add("Tickets", Outcome.SKIPPED, why)
    finally:
        strangers.end(peer, token)
