"""Addresses for machines, below `/api/v1/`."""

from django.urls import path

from onestop.api import dossiers, events, reading

urlpatterns = [
    path("procedures/", reading.procedure_list, name="procedure_list"),
    path("procedures/<str:code>/", reading.procedure_detail, name="procedure_detail"),
    path("dossiers/", dossiers.dossier_list, name="dossier_list"),
    path("dossiers/<str:code>/", reading.dossier_detail, name="dossier_detail"),
    path("events/", events.event_list, name="event_list"),
]
