"""Addresses of the health page; part of the app "portal"."""

from django.urls import path

from portal.views import health

urlpatterns = [
    path("quan-tri/suc-khoe/", health.health, name="health"),
    path("quan-tri/suc-khoe/thu-lai/", health.health_retry, name="health_retry"),
]
