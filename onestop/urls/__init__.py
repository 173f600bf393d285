"""Addresses of the one-stop, in the order in which they are tried."""

from django.urls.resolvers import URLPattern

from onestop.urls import dossiers

app_name = "onestop"
urlpatterns: list[URLPattern] = [*dossiers.urlpatterns]
