"""Tags that choices of ticket fields put on tickets. They go where their field goes, in the partner's own words.

Between Adjoin desks the field alone tells them. Other desks have them among the tags as well, and clear the field
where one is missing there; so for those they stand among the tags, each as it is called over there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.sharing.crossing import mapping
from adjoin.sharing.models import SharingAgreement


@dataclass(frozen=True)
class Choices:
    """Some tags as an agreement has them: `titles` has those of our fields' choices, "" for a field out of use."""

    agreement: SharingAgreement
    titles: Mapping[str, str]

    def told(self, worn: Iterable[str], theirs: Iterable[str]) -> set[str]:
        """What stands among the tags beside those that belong to no field: the choices of a ticket that wears these,
        and what the partner has said and we have kept out, for it would take a missing one off its own ticket."""
        if self.agreement.is_adjoin:
            return set()
        lets = self.agreement.terms.lets_tag
        ours = {self._told(tag) for tag in worn if lets(tag) and self._crosses(tag)}
        return ours | {tag for tag in theirs if lets(tag) and self._is_kept_out(tag)}

    def heard(self, said: Iterable[str]) -> set[str]:
        """Our tags for what the partner says, without what stays out."""
        return {self._heard(tag) for tag in said if not self._is_kept_out(tag)}

    def kept_out(self, said: Iterable[str]) -> list[str]:
        """Those the partner says that would choose something here, and do not come in among the tags."""
        return [tag for tag in said if self._is_kept_out(tag)]

    def _is_kept_out(self, said: str) -> bool:
        tag = self._heard(said)
        return tag in self.titles and not (self._crosses(tag) and self._told(tag) == said)

    def _crosses(self, tag: str) -> bool:
        """Whether it goes among the tags in spite of its field."""
        may = self.agreement.syncs_custom_fields and not self.agreement.is_adjoin
        return may and bool(self.titles.get(tag))

    def _told(self, tag: str) -> str:
        return str(mapping.told(self.titles[tag], tag, self.agreement.terms))

    def _heard(self, said: str) -> str:
        return said if self.agreement.is_adjoin else mapping.heard_tag(said, self.agreement.terms)


def of(agreement: SharingAgreement, *tags: Iterable[str]) -> Choices:
    """What is known of these tags, ours or the partner's. One query where tags cross, and there are any."""
    words = {tag for some in tags for tag in some} if agreement.syncs_tags else set()
    words |= {mapping.heard_tag(tag, agreement.terms) for tag in words}
    return Choices(agreement, _titles(words) if words else {})


def _titles(tags: Collection[str]) -> dict[str, str]:
    options = TicketFieldOption.objects.filter(value__in=tags).values_list("value", "field__title", "field__is_active")
    boxes = TicketField.objects.filter(tag__in=tags).values_list("tag", "title", "is_active")
    return {tag: title if is_active else "" for tag, title, is_active in options.union(boxes, all=True)}
