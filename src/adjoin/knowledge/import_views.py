"""Importing articles: sending files, reading what would become of each, having it done. And all of them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.adapters import storage
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import exporting, views
from adjoin.knowledge.import_forms import ImportForm
from adjoin.knowledge.importing import making, packing, places, planning
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.knowledge.importing.planning import Plan


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def import_articles(request: DeskRequest) -> HttpResponse:
    """Files first, then what would become of them, then the articles."""
    brand = views.managed_brand(request)
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None, brand=brand)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, brand)
    now = timezone.now()
    try:
        token = _received(request, form, now)
        with _planned(request, form, brand, token, now) as plan:
            if request.POST.get("do") != "import":
                return _show(request, form, brand, plan=plan, token=token)
            made = making.make(actor=request.actor, plan=plan, now=now, **form.readers())
        uploads.discard(actor=request.actor, token=token, now=now)
    except DeskError as error:
        form.explain(error)
        return _show(request, form, brand)
    told = ngettext("%(count)s article is imported.", "%(count)s articles are imported.", len(made))
    messages.success(request, told % {"count": len(made)})
    return redirect(f"{request.path.removesuffix('import/')}?brand={brand.pk}")


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
        raise Invalid.field("files", "Choose a file.")
    return token or str(form.cleaned_data["token"])


@contextmanager
def _planned(request: DeskRequest, form: ImportForm, brand: Brand, token: str, now: datetime) -> Iterator[Plan]:
    """The plan, with the files open while somebody works with it."""
    with ExitStack() as stack:
        files = uploads.waiting(actor=request.actor, token=token, now=now)
        sent = [(one.file_name, stack.enter_context(storage.files().open(one.sha256))) for one in files]
        yield planning.plan(packing.opened(sent), places.chosen(brand, form.cleaned_data["place"]))


def _show(
    request: DeskRequest, form: ImportForm, brand: Brand, *, plan: Plan | None = None, token: str = ""
) -> HttpResponse:
    context = {"form": form, "brand_shown": brand, "plan": plan, "token": token, "section": "knowledge"}
    return render(request, "knowledge/import.html", context, status=422 if form.errors else 200)
