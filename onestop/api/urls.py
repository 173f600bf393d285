"""Addresses for machines, below `/api/v1/`."""

from django.urls import path

from onestop.api import dossiers, events, reading, sending

urlpatterns = [
    path("procedures/", reading.procedure_list, name="procedure_list"),
    path("procedures/<str:code>/", reading.procedure_detail, name="procedure_detail"),
    path("dossiers/", dossiers.dossiers, name="dossier_list"),
    path("dossiers/<str:code>/", reading.dossier_detail, name="dossier_detail"),
    path("dossiers/<str:code>/supplement/", sending.supplement, name="supplement"),
    path("files/", sending.file_upload, name="file_upload"),
    path("events/", events.event_list, name="event_list"),
]
