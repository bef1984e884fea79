from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from adjoin.administration import views

app_name = "administration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.first_room, name="home"),
    path("brands/<int:brand_id>/looks/", include("adjoin.administration.looks.urls")),
    path("brands/", include("adjoin.administration.brands.urls")),
    path("getting-in/", include("adjoin.administration.getting_in.urls")),
    path("groups/", include("adjoin.administration.groups.urls")),
    path("roles/", include("adjoin.administration.roles.urls")),
    path("organizations/", include("adjoin.administration.organizations.urls")),
    path("people/", include("adjoin.administration.people.urls")),
    path("ticket-fields/", include("adjoin.administration.ticket_fields.urls")),
    path("ticket-forms/", include("adjoin.administration.ticket_forms.urls")),
    path("ticket-statuses/", include("adjoin.administration.ticket_statuses.urls")),
    path("article-search/", include("adjoin.administration.article_search.urls")),
    path("settings/", include("adjoin.administration.settings.urls")),
    path("team/", include("adjoin.administration.team.urls")),
    path("triggers/", include("adjoin.administration.triggers.urls")),
    path("automations/", include("adjoin.administration.automations.urls")),
    path("service-levels/", include("adjoin.administration.service_levels.urls")),
    path("schedules/", include("adjoin.administration.schedules.urls")),
    path("ratings/", include("adjoin.administration.ratings.urls")),
    path("webhooks/", include("adjoin.administration.webhooks.urls")),
    path("access/", include("adjoin.administration.access.urls")),
    path("sign-in/", include("adjoin.administration.sign_in.urls")),
    path("tokens/", include("adjoin.administration.tokens.urls")),
    path("view-as/", include("adjoin.administration.view_as.urls")),
]
