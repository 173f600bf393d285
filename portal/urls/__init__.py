"""Addresses of the portal itself: my work, health, public pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from portal.urls import health, public
from portal.views import work

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("viec/", work.my_work, name="my_work"),
    path("viec/y-kien/", work.opinion_list, name="opinions"),
    *health.urlpatterns,
    *public.urlpatterns,
]
