from __future__ import annotations

from django.urls import path

from adjoin.help_center import (
    article_views,
    comment_views,
    following_views,
    look_views,
    rating_views,
    stranger_views,
    views,
)
from adjoin.kernel.languages import in_language

app_name = "help_center"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("brand.css", look_views.brand_styles, name="brand_styles"),
    path("looks/<int:look_id>/own.css", look_views.own_styles, name="own_styles"),
    path("looks/pictures/<int:picture_id>/", look_views.picture, name="look_picture"),
    in_language(
        [
            path("", views.home, name="home"),
            path("requests/new/", views.new, name="new"),
            path("requests/audience/", views.who_will_see, name="audience"),
            path("requests/sent/", stranger_views.sent, name="sent"),
            path("requests/confirm/<str:one_time_key>/", stranger_views.confirm, name="confirm"),
            path("register/", stranger_views.register, name="register"),
            path("register/sent/", stranger_views.registration_sent, name="registration_sent"),
            path("register/<str:one_time_key>/", stranger_views.finish_registration, name="registration"),
            path("ratings/<str:one_time_key>/", rating_views.rate_by_link, name="rating"),
            path("requests/<int:ticket_id>/rate/", rating_views.rate, name="rate"),
            path("requests/", views.own_requests, name="requests"),
            path("requests/copied/", views.copied_requests, name="copied"),
            path("requests/organizations/", views.organization_requests, name="organizations"),
            path("requests/organizations/<int:organization_id>/follow/", views.follow, name="follow"),
            path("requests/<int:ticket_id>/", views.detail, name="request"),
            path("requests/<int:ticket_id>/reply/", views.reply, name="reply"),
            path("requests/<int:ticket_id>/solve/", views.solve, name="solve"),
            path("requests/<int:ticket_id>/colleagues/", views.add_colleague, name="add_colleague"),
            path("following/", following_views.followed, name="following"),
        ]
    ),
    path("following/<int:subscription_id>/stop/", following_views.unfollow, name="unfollow"),
    path("unfollow/<str:signed>/", following_views.unfollow_by_mail, name="unfollow_by_mail"),
    path("sitemap.xml", article_views.sitemap, name="sitemap"),
    path("article_attachments/<int:file_id>/<str:file_name>", article_views.file, name="article_file"),
    path("<slug:locale>/", article_views.home, name="home_in"),
    path("<slug:locale>/articles/feed.atom", article_views.feed, name="feed"),
    path("<slug:locale>/search/", article_views.search, name="search"),
    path("<slug:locale>/search/suggestions/", article_views.suggestions, name="suggestions"),
    path("<slug:locale>/categories/<int:category_id>-<str:slug>/", article_views.category, name="category"),
    path("<slug:locale>/categories/<int:category_id>/", article_views.category),
    path("<slug:locale>/sections/<int:section_id>-<str:slug>/", article_views.section, name="section"),
    path("<slug:locale>/sections/<int:section_id>/", article_views.section),
    path("<slug:locale>/articles/<int:article_id>-<str:slug>/", article_views.article, name="article"),
    path("<slug:locale>/articles/<int:article_id>/", article_views.article, name="article_by_number"),
    path("<slug:locale>/articles/<int:article_id>/vote/", article_views.vote, name="vote"),
    path("<slug:locale>/articles/<int:article_id>/follow/", following_views.follow_article, name="follow_article"),
    path("<slug:locale>/sections/<int:section_id>/follow/", following_views.follow_section, name="follow_section"),
    path("<slug:locale>/articles/<int:article_id>/comments/", comment_views.write, name="comment"),
    path(
        "<slug:locale>/articles/<int:article_id>/comments/<int:comment_id>/",
        comment_views.change,
        name="change_comment",
    ),
]
