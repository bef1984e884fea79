"""What people looked for, for those who write what is missing."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import searches, views

PAGE_SIZE = 50
DAYS = (7, 30, searches.KEPT_DAYS)
WITHOUT, ALL = "without", "all"


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def list_searches(request: DeskRequest) -> HttpResponse:
    """What was looked for in a brand's help center and no article has (`?show=all`: everything), most often first."""
    brand = views.managed_brand(request)
    days = next((one for one in DAYS if str(one) == request.GET.get("days", "")), 30)
    shown = ALL if request.GET.get("show") == ALL else WITHOUT
    since = now().date() - timedelta(days=days)
    rows = searches.asked(brand, since, without_result=shown == WITHOUT)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "shown": shown,
        "days": days,
        "choices": DAYS,
        "kept_days": searches.KEPT_DAYS,
        "brand_shown": brand,
        "section": "knowledge",
    }
    return render(request, "knowledge/searches.html", context)
