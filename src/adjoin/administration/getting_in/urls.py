from __future__ import annotations

from django.urls import path

from adjoin.administration.getting_in import views

app_name = "getting_in"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<int:brand_id>/", views.brand, name="brand"),
]
