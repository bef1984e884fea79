"""Importing articles: sending files, reading what would become of each, watching it done. And all of them back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, exporting, views
from adjoin.knowledge.import_forms import ImportForm
from adjoin.knowledge.importing import running
from adjoin.knowledge.models import ArticleImport
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.knowledge.importing.planning import Plan


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def import_articles(request: DeskRequest) -> HttpResponse:
    """Files first, then what would become of them, then the articles, in the background."""
    brand = views.managed_brand(request)
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None, brand=brand)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, brand)
    now, place, readers, token = timezone.now(), form.cleaned_data["place"], form.readers(), ""
    try:
        token = _received(request, form, now)
        running.check_readers(**readers)
        if request.POST.get("do") == "import":
            row = running.queue(actor=request.actor, brand=brand, token=token, place=place, now=now, **readers)
            return redirect("knowledge:import_progress", row.pk)
    except DeskError as error:
        form.explain(error)
    return _show_plan(request, form, brand, token, place, now)


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def show_import(request: DeskRequest, import_id: int) -> HttpResponse:
    """How far an import is, and what was wrong with which file."""
    row = ArticleImport.objects.select_related("brand", "by").filter(pk=import_id).first()
    if row is None or not access.manages(request.actor, row.brand):
        raise NotFound
    page = "knowledge/import_progress.html"
    return render(request, f"{page}#part" if request.htmx else page, {"import": row, "section": "knowledge"})


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def export_articles(request: DeskRequest) -> FileResponse:
    """Every article of a brand as Markdown, drafts too, for whoever looks after them."""
    brand = views.managed_brand(request)
    name = f"{slugify(brand.name) or 'articles'}-{timezone.now():%Y-%m-%d}.zip"
    file = exporting.export(request.actor, brand)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _received(request: DeskRequest, form: ImportForm, now: datetime) -> str:
    """The token of what was sent, now or before."""
    token = ""
    for file in form.cleaned_data["sent"]:
        sent = uploads.receive(actor=request.actor, stream=file, file_name=file.name, now=now, token=token)
        token = sent.token
    if not token and not form.cleaned_data["token"]:
        raise Invalid.field("files", say("Choose a file."))
    return token or str(form.cleaned_data["token"])


def _show_plan(
    request: DeskRequest, form: ImportForm, brand: Brand, token: str, place: str, now: datetime
) -> HttpResponse:
    """What would become of the files that were sent, also beside what is wrong with the rest of the form."""
    if not token:
        return _show(request, form, brand)
    try:
        files = uploads.waiting(actor=request.actor, token=token, now=now)
        with running.planned([(one.file_name, one.sha256) for one in files], brand, place) as plan:
            return _show(request, form, brand, plan=plan, token=token)
    except DeskError as error:
        if not form.errors:
            form.explain(error)
        return _show(request, form, brand)


def _show(
    request: DeskRequest, form: ImportForm, brand: Brand, *, plan: Plan | None = None, token: str = ""
) -> HttpResponse:
    context = {"form": form, "brand_shown": brand, "plan": plan, "token": token, "section": "knowledge"}
    if plan is None:
        context["imports"] = running.newest(brand)
    return render(request, "knowledge/import.html", context, status=422 if form.errors else 200)
