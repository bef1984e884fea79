"""Who gets into a brand: from whom it takes requests, who may register, and how that is said."""

from __future__ import annotations

from django.utils.translation import gettext as _

from adjoin.brands.models import Admission, Brand
from adjoin.people import sender_lists
from adjoin.people.sender_lists import Lists, Ruling, Verdict


def ruling(brand: Brand, email: str) -> Ruling:
    """What happens to what an address sends that nobody here has confirmed. A closed brand suspends it."""
    if brand.admission == Admission.CLOSED:
        return Ruling(Verdict.SUSPENDED)
    return lists(brand).ruling(email)


def lists(brand: Brand) -> Lists:
    """The lists that hold for a brand: the account's.

    A restricted brand takes only who is allowed: by its own list where it has one, else by the account's."""
    of_account = sender_lists.of_account()
    if brand.admission != Admission.RESTRICTED:
        return of_account
    own = sender_lists.read(brand.allowlist, "").allowed
    return Lists(own or of_account.allowed, of_account.blocked, only_named=True, counts_organizations=not own)


def takes_strangers(brand: Brand) -> bool:
    """Whether somebody who has not signed in can file a request."""
    return brand.has_help_center and not brand.requires_sign_in and brand.admission != Admission.CLOSED


def registers(brand: Brand) -> bool:
    """Whether people can register by themselves."""
    return brand.has_help_center and brand.admission != Admission.CLOSED


def sentences(brand: Brand) -> list[str]:
    """What somebody finds there who has not signed in, in plain words."""
    if not brand.has_help_center:
        return [_("There is no help center.")]
    sees = (
        _("They see the way to sign in, and nothing else.")
        if brand.requires_sign_in
        else _("They read public articles.")
    )
    if brand.admission == Admission.CLOSED:
        return [sees, _("They cannot register, and file no requests.")]
    who = _("Anybody") if brand.admission == Admission.OPEN else _named(brand)
    if brand.requires_sign_in:
        return [sees, _("%(who)s can register with an address they confirm.") % {"who": who}]
    waits = _("which wait until the address is confirmed") if brand.verifies_first else _("which reach agents at once")
    return [sees, _("%(who)s can register, or file requests, %(waits)s.") % {"who": who, "waits": waits}]


def _named(brand: Brand) -> str:
    if not brand.allowlist:
        return _("Whoever the allowlist names or has an address of an organization")
    words = brand.allowlist.split()
    shown = ", ".join(words[:3]) + (
        _(" and %(words)s more") % {"words": f"{len(words) - 3:,}"} if len(words) > 3 else ""
    )
    return _("Whoever has an address at %(shown)s") % {"shown": shown}
