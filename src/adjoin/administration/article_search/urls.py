from __future__ import annotations

from django.urls import path

from adjoin.administration.article_search import views

app_name = "article_search"
urlpatterns = [path("", views.edit, name="edit")]
