from __future__ import annotations

from django.urls import path

from adjoin.knowledge import comment_views, import_views, list_views, search_views, shelf_views, template_views, views

app_name = "knowledge"
urlpatterns = [
    path("", list_views.articles_list, name="list"),
    path("import/", import_views.import_articles, name="import"),
    path("import/<int:import_id>/", import_views.show_import, name="import_progress"),
    path("comments/", comment_views.list_comments, name="comments"),
    path("comments/policy/", comment_views.choose_policy, name="comments_policy"),
    path("comments/<int:comment_id>/", comment_views.moderate, name="moderate"),
    path("templates/", template_views.list_templates, name="templates"),
    path("templates/new/", template_views.edit_template, name="new_template"),
    path("templates/<int:template_id>/", template_views.edit_template, name="template"),
    path("templates/<int:template_id>/delete/", template_views.delete_template, name="delete_template"),
    path("export/", import_views.export_articles, name="export"),
    path("searches/", search_views.list_searches, name="searches"),
    path("picker/", views.picker, name="picker"),
    path("uploads/", views.upload, name="upload"),
    path("articles/new/", views.new, name="new"),
    path("articles/<int:article_id>/verify/", views.verify, name="verify"),
    path("articles/<int:article_id>/archive/", views.archive, name="archive"),
    path("articles/<int:article_id>/files/<int:file_id>/remove/", views.remove_file, name="remove_file"),
    path("articles/<int:article_id>/<slug:locale>/", views.edit, name="edit"),
    path("articles/<int:article_id>/<slug:locale>/revisions/", views.revisions, name="revisions"),
    path("articles/<int:article_id>/<slug:locale>/revisions/<int:number>/restore/", views.restore, name="restore"),
    path("shelves/", shelf_views.arrange, name="shelves"),
    path("categories/new/", shelf_views.new_category, name="new_category"),
    path("categories/<int:category_id>/", shelf_views.edit_category, name="category"),
    path("categories/<int:category_id>/delete/", shelf_views.delete_category, name="delete_category"),
    path("categories/<int:category_id>/sections/new/", shelf_views.new_section, name="new_section"),
    path("sections/<int:section_id>/", shelf_views.edit_section, name="section"),
    path("sections/<int:section_id>/delete/", shelf_views.delete_section, name="delete_section"),
]
