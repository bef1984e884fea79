"""What people type about articles, shelves and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.brands.models import BrandMembership
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.wording import say
from adjoin.knowledge import shelving
from adjoin.knowledge.actions.verifying import EVERY_MONTHS
from adjoin.knowledge.models import Article, Section, Translation, UserSegment
from adjoin.knowledge.terms import Audience, UserType
from adjoin.people.models import User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

OWNERS_MAX = 500  # offered in a list
_FIELDS = {
    "files": "sent",
    "user_segment_id": "audience",
    "user_segment_ids": "segments",
    "section_id": "section",
    "label_names": "labels",
    "organization_ids": "organizations",
    "group_ids": "groups",
    "added_user_ids": "people",
    "parent_section_id": "parent",
}


class ExplainingForm(forms.Form):
    """A form that shows a refusal where it belongs."""

    def explain(self, error: DeskError) -> None:
        """Keep the sentence beside its field, or above the form."""
        if not isinstance(error, Invalid):
            self.add_error(None, str(error))
            return
        for name, problems in error.details.items():
            field = _FIELDS.get(name, name)
            for _code, sentence in problems:
                self.add_error(field if field in self.fields else None, sentence)


class ArticleForm(ExplainingForm):
    """An article in one language. What is not about the words is the same in all of them."""

    title = forms.CharField(max_length=255, error_messages={"required": _("Give it a title.")})
    body = forms.CharField(label=_("What it says"), required=False, widget=forms.Textarea(attrs={"rows": 16}))
    section = forms.TypedChoiceField(coerce=int, error_messages={"required": _("Choose where it stands.")})
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[(value, label) for value, label in Audience.choices if value],
        required=False,
        widget=forms.RadioSelect,
    )
    segments = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    labels = forms.CharField(required=False, max_length=2000, help_text=_("Words it is found by, with commas between."))
    is_promoted = forms.BooleanField(label=_("Show it first"), required=False)
    comments_disabled = forms.BooleanField(label=_("Take no more comments"), required=False)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, required=False, empty_value=None)
    verify_every_months = forms.TypedChoiceField(
        label=_("To be looked at again"),
        choices=[
            ("", _("Never")),
            *((months, format_lazy(_("Every {months} months"), months=months)) for months in EVERY_MONTHS),
        ],
        coerce=int,
        required=False,
        empty_value=None,
    )
    publish_at = forms.DateTimeField(
        label=_("Publish at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In UTC."),
    )

    def __init__(self, *args: Any, brand: Brand, article: Article | None, text: Translation | None, **how: Any) -> None:
        how["initial"] = {**_initial(article, text), **how.get("initial", {})}
        super().__init__(*args, **how)
        _offer(self, "section", shelving.section_choices(brand))
        chosen = [(row.pk, row.name) for row in UserSegment.objects.order_by("-is_built_in", "name", "pk")]
        _offer(self, "segments", chosen)
        _offer(self, "owner_id", [("", "Nobody"), *_owners(brand)])

    def label_names(self) -> list[str]:
        """The labels, each once."""
        return [word.strip() for word in self.cleaned_data["labels"].split(",") if word.strip()]

    def kept_true(self) -> dict[str, Any]:
        """Who looks at it again and how often, as `actions.verifying` takes it."""
        return {"owner_id": self.cleaned_data["owner_id"], "every_months": self.cleaned_data["verify_every_months"]}

    def about(self) -> dict[str, Any]:
        """What is the same in all languages, as `actions.articles` takes it."""
        said = self.cleaned_data
        is_kept = said["audience"] == Audience.SEGMENTS
        return {
            "audience": said["audience"],
            "segment_ids": said["segments"] if is_kept else [],
            "labels": self.label_names(),
            "is_promoted": said["is_promoted"],
            "comments_disabled": said["comments_disabled"],
        }


class TemplateForm(ExplainingForm):
    """What new articles can begin with."""

    name = forms.CharField(max_length=200, error_messages={"required": _("Give it a name.")})
    body = forms.CharField(label="What it says", required=False, widget=forms.Textarea(attrs={"rows": 16}))


class ShelfForm(ExplainingForm):
    """A category or a section in one language."""

    name = forms.CharField(max_length=255, error_messages={"required": _("Give it a name.")})
    description = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    position = forms.IntegerField(
        required=False, min_value=0, max_value=10_000, help_text=_("Small numbers come first.")
    )
    parent = forms.TypedChoiceField(label=_("Inside"), coerce=int, required=False, empty_value=None)
    segment = forms.TypedChoiceField(
        label=_("Kept for"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Only they read what stands in it and in sections inside it, whoever else its articles are for."),
    )

    def __init__(self, *args: Any, sections: list[tuple[int, str]] | None = None, **how: Any) -> None:
        super().__init__(*args, **how)
        if sections is None:
            del self.fields["parent"], self.fields["segment"]
        else:
            _offer(self, "parent", [("", _("The category itself")), *sections])
            kept_for = ((one.pk, one.name) for one in UserSegment.objects.order_by("-is_built_in", "name", "pk"))
            _offer(self, "segment", [("", _("Whoever its articles are for")), *kept_for])


class SegmentForm(ExplainingForm):
    """Who is in a segment. Names and addresses that nobody has are refused, not passed over."""

    name = forms.CharField(max_length=200, error_messages={"required": _("Give it a name.")})
    user_type = forms.ChoiceField(label=_("Whom it can hold"), choices=UserType.choices, widget=forms.RadioSelect)
    tags = forms.CharField(
        label=_("All of these tags"),
        required=False,
        help_text=_("Of the person or their organization. Blanks between."),
    )
    or_tags = forms.CharField(label=_("Any of these tags"), required=False)
    organizations = forms.CharField(
        label=_("Members of any of these organizations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their names, one on each line."),
    )
    groups = forms.TypedMultipleChoiceField(
        label=_("Agents in any of these groups"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.CharField(
        label=_("And these people, whatever stands above"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Their addresses, with blanks between."),
    )

    def __init__(self, *args: Any, actor: Actor, segment: UserSegment | None, **how: Any) -> None:
        self.actor = actor
        how["initial"] = _segment_initial(actor, segment) if segment else {"user_type": UserType.SIGNED_IN}
        super().__init__(*args, **how)
        groups = readable.groups(actor).order_by("name")
        _offer(self, "groups", [(row.pk, row.name) for row in groups])

    def clean_organizations(self) -> list[int]:
        """Their ids. Raises for a name that no organization has."""
        names = [line.strip() for line in self.cleaned_data["organizations"].splitlines() if line.strip()]
        known = {row.name.lower(): row.pk for row in readable.organizations(self.actor).filter(_named(names))}
        if missing := [name for name in names if name.lower() not in known]:
            raise forms.ValidationError(say("%(missing)s: there is no such organization.") % {"missing": missing[0]})
        return [known[name.lower()] for name in names]

    def clean_people(self) -> list[int]:
        """Their ids. Raises for an address that nobody has."""
        emails = [word.lower() for word in self.cleaned_data["people"].replace(",", " ").split()]
        found = readable.users(self.actor).filter(email__in=emails).values_list("email", "pk")
        known: dict[str | None, int] = dict(found)
        if missing := [email for email in emails if email not in known]:
            raise forms.ValidationError(say("%(missing)s: nobody has this address.") % {"missing": missing[0]})
        return [known[email] for email in emails]

    def conditions(self) -> dict[str, Any]:
        """What a valid form says, as `actions.segments` takes it."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "user_type": said["user_type"],
            "tags": said["tags"].replace(",", " ").split(),
            "or_tags": said["or_tags"].replace(",", " ").split(),
            "organization_ids": said["organizations"],
            "group_ids": said["groups"],
            "added_user_ids": said["people"],
        }


def _initial(article: Article | None, text: Translation | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if article is not None:
        found = {
            "section": article.section_id,
            "audience": article.audience,
            "segments": list(article.segments.values_list("pk", flat=True)),
            "labels": ", ".join(article.labels.order_by("name").values_list("name", flat=True)),
            "is_promoted": article.is_promoted,
            "comments_disabled": article.comments_disabled,
            "owner_id": article.owner_id,
            "verify_every_months": article.verify_every_months,
        }
    if text is not None:
        found |= {"title": text.title, "body": text.body, "publish_at": text.publish_at}
    return found


def _owners(brand: Brand) -> list[tuple[int, str]]:
    """The people who can look after its articles, as far as a role alone says it."""
    rows = User.objects.filter(role__in=(Role.AGENT, Role.ADMIN), is_active=True, is_suspended=False, partner_name="")
    in_brand = BrandMembership.objects.filter(brand=brand).values("user_id")
    found = rows.filter(Q(role=Role.ADMIN) | Q(pk__in=in_brand)).order_by("name", "pk")
    return list(found.values_list("pk", "name")[:OWNERS_MAX])


def _segment_initial(actor: Actor, segment: UserSegment) -> dict[str, Any]:
    organizations = readable.organizations(actor).filter(pk__in=segment.organization_ids)
    people = readable.users(actor).filter(pk__in=segment.added_user_ids).exclude(email=None)
    return {
        "name": segment.name,
        "user_type": segment.user_type,
        "tags": " ".join(segment.tags),
        "or_tags": " ".join(segment.or_tags),
        "organizations": "\n".join(organizations.order_by("name").values_list("name", flat=True)),
        "groups": segment.group_ids,
        "people": " ".join(str(email) for email in people.order_by("email").values_list("email", flat=True)),
    }


def _named(names: list[str]) -> Q:
    found = Q(pk=0)
    for name in names:
        found |= Q(name__iexact=name)
    return found


def shelf_initial(row: Section | None, text: Translation, position: int) -> dict[str, Any]:
    """What a form about a shelf shows at first."""
    return {
        "name": text.title,
        "description": text.body_text,
        "position": position,
        "parent": row.parent_id if row is not None else None,
        "segment": row.segment_id if row is not None else None,
    }


def _offer(form: forms.Form, name: str, choices: Any) -> None:
    """Let the field be answered with one of `choices`."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
