"""Addresses of the one-stop, in the order in which they are tried."""

from django.urls.resolvers import URLPattern

from onestop.urls import catalogue, dossiers, reception

app_name = "onestop"
urlpatterns: list[URLPattern] = [
    *catalogue.urlpatterns, *reception.urlpatterns, *dossiers.urlpatterns,
]  # fmt: skip
