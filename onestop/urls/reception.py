"""Addresses of the counter. They stand before those of dossiers, whose `<code>` would take them."""

from django.urls import path

from onestop.views import reception

urlpatterns = [
    path("ho-so/tiep-nhan/", reception.dossier_receive, name="dossier_receive"),
    path("ho-so/luot/", reception.visit_list, name="visit_list"),
    path("ho-so/luot/<int:pk>/", reception.visit_detail, name="visit_detail"),
    path("ho-so/luot/<int:pk>/in/", reception.visit_print, name="visit_print"),
    path("ho-so/<str:code>/da-nhan/", reception.dossier_received, name="dossier_received"),
    path("ho-so/<str:code>/sua/", reception.dossier_correct, name="dossier_correct"),
    path("ho-so/<str:code>/in/<int:printed_id>/", reception.paper_print, name="paper_print"),
]
