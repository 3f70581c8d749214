"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from tracker.web.feed_file import calendar_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("calendar/<str:token>.ics", calendar_file, name="calendar-file"),
]
