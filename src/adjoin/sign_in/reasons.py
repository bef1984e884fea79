"""Why a provider was not believed, in words for admins. Whoever was turned away does not read them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from adjoin.kernel.wording import Sentence, say

_CLOCK = _("It is over, or not valid yet: the clocks differ, or somebody took too long.")
_USED = _("It had been used before.")
_ISSUER = _("It names another issuer than the provider does.")
_UNSIGNED = _("It is not signed in a way that we take: RSA or ECDSA with SHA-256 or better.")
_SIGNER = _("It is signed with a key that we do not know. Give the provider's metadata anew.")
_SEALED = _(
    "It is encrypted for another key than ours, or in a way that we do not take. Give the provider our metadata anew."
)
_UNREAD = _("It cannot be read.")
_SIDE = _("It does not sign in this side: see which of team and end users it may.")
WHY = {
    "unknown state": _("They had not begun here, or more than a quarter of an hour ago."),
    "another browser": _("They came back in another browser than the one in which they began."),
    "another person": _("Somebody else had signed in meanwhile."),
    "used state": _USED,
    "used before": _USED,
    "answer of another issuer": _ISSUER,
    "issuer does not describe itself": _(
        "The document at the issuer's address names another issuer, or lacks addresses."
    ),
    "id token: ExpiredSignatureError": _CLOCK,
    "id token: ImmatureSignatureError": _CLOCK,
    "id token: InvalidAudienceError": _("It is meant for another client. Compare the client id."),
    "id token: InvalidIssuerError": _ISSUER,
    "id token: InvalidSignatureError": _("It is not signed with a key that the provider publishes."),
    "id token: nonce": _("It answers another request."),
    "id token: made for another client": _("It is meant for another client. Compare the client id."),
    "user info of somebody else": _("What the provider said of the person was of somebody else."),
    "address is not https": _("One of the provider's addresses does not begin with https://"),
    "no such provider": _("The provider is switched off, or speaks something else."),
    "no request": _UNREAD,
    "no request for us": _("It is meant for another address than ours."),
    "metadata is over": _("It says itself that it is over (validUntil). Have the provider publish it anew."),
    "no identity provider": _("It describes no identity provider."),
    "metadata lacks an address or a certificate": _("It lacks an address to sign in at, or a certificate."),
    "no signature": _UNSIGNED,
    "no signature that we take": _UNSIGNED,
    "signed by nobody we know": _SIGNER,
    "no base64": _UNREAD,
    "no answer for us": _("It is meant for another address than ours."),
    "no success": _("The provider itself says that it did not work. Look into its own log."),
    "another issuer": _ISSUER,
    "not one assertion": _("It has to hold one assertion."),
    "conditions": _CLOCK,
    "another audience": _("It is meant for another audience. Give the provider our entity id."),
    "no confirmation for us": _("It is meant for another address than ours (ACS), or is over."),
    "nobody named": _("It names nobody: the provider has to send a NameID."),
    "encrypted": _SEALED,
    "too long": _("It is longer than we read."),
    "no XML": _UNREAD,
    "document type": _UNREAD,
    "one ID twice": _UNREAD,
    "not signed": _("It is not signed. Have the provider sign answers or assertions."),
    "signs something else": _UNSIGNED,
    "transforms": _UNSIGNED,
    "no certificate": _("It holds no certificate that can be read."),
    "barred": _("The person is suspended, or not active any more."),
    "not for this side": _SIDE,
    "is somebody else": _("Somebody else is connected with that entry at the provider."),
    "address not vouched for": _(
        "It may not speak for the person's address: see its mail domains, and whether its word is taken."
    ),
    "an admin connects it themselves": _(
        "The address is an admin's, who has to connect the provider on their own security page."
    ),
    "does not speak for the team": _("The address is an agent's, at a domain that is not the provider's."),
    "somebody else there had this address": _("Somebody here is connected with another entry at the provider."),
    "nobody here": _("Nobody here has that address, and the provider makes no people."),
    "blocklisted": _("The address is on the blocklist."),
    "no answer yet": _("The browser came back before the provider's answer."),
    "answers another request": _("It answers another request."),
    "nobody asked": _("They began on the provider's page, which is not allowed here."),
}
BEGIN = {
    "id token:": _("The id token cannot be read."),
    "code not taken": _("It did not take our client id and secret: compare them."),
    "provider says": _("The provider itself said no: %(said)s."),
}


def told(reason: str) -> str:
    """The sentence for `reason`; itself where it is one already."""
    reason = reason.removeprefix("saml logout: ").removeprefix("saml: ")
    if reason in WHY:
        return say(WHY[reason])
    for begin, words in BEGIN.items():
        if reason.startswith(begin):
            return Sentence(words) % {"said": reason.removeprefix(begin).strip()}
    return reason
