"""Templates of articles in the workspace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge.actions import templates
from adjoin.knowledge.forms import TemplateForm
from adjoin.knowledge.models import ArticleTemplate


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def list_templates(request: DeskRequest) -> HttpResponse:
    """All of them."""
    context = {"templates": ArticleTemplate.objects.order_by("name"), "section": "knowledge"}
    return render(request, "knowledge/templates.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def edit_template(request: DeskRequest, template_id: int | None = None) -> HttpResponse:
    """One of them, or a new one."""
    row = _template(template_id) if template_id is not None else None
    initial = {"name": row.name, "body": row.body} if row else {}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            templates.save_template(
                actor=request.actor, template=row, name=said["name"], body=said["body"], now=timezone.now()
            )
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("The template is saved."))
            return redirect("knowledge:templates")
    context = {"form": form, "template": row, "section": "knowledge"}
    return render(request, "knowledge/template.html", context, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def delete_template(request: DeskRequest, template_id: int) -> HttpResponse:
    """Take one away."""
    templates.delete_template(actor=request.actor, template_id=template_id, now=timezone.now())
    messages.success(request, _("The template is deleted. Articles that began with it stay."))
    return redirect("knowledge:templates")


def _template(template_id: int) -> ArticleTemplate:
    found = ArticleTemplate.objects.filter(pk=template_id).first()
    if found is None:
        raise NotFound
    return found
