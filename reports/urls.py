"""Addresses of the reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("dieu-hanh/bao-cao/", views.report_list, name="report_list"),
    path("dieu-hanh/bao-cao/lap/", views.report_make, name="report_make"),
    path("dieu-hanh/bao-cao/<int:pk>/", views.report_detail, name="report_detail"),
    path("dieu-hanh/bao-cao/<int:pk>.pdf", views.report_print, name="report_print"),
    path("dieu-hanh/bao-cao/<int:pk>.xlsx", views.report_export, name="report_export"),
    path("dieu-hanh/bao-cao/<int:pk>/ho-so/", views.report_dossiers, name="report_dossiers"),
    path("dieu-hanh/bao-cao/<int:pk>/soat/", views.report_review, name="report_review"),
    path("dieu-hanh/bao-cao/<int:pk>/ky/", views.report_sign, name="report_sign"),
]
