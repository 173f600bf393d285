"""Addresses of the reports."""

from django.urls import path

from reports.views import statements

app_name = "reports"
urlpatterns = [
    path("dieu-hanh/bao-cao/", statements.report_list, name="report_list"),
    path("dieu-hanh/bao-cao/lap/", statements.report_make, name="report_make"),
    path("dieu-hanh/bao-cao/<int:pk>/", statements.report_detail, name="report_detail"),
    path("dieu-hanh/bao-cao/<int:pk>.pdf", statements.report_print, name="report_print"),
    path("dieu-hanh/bao-cao/<int:pk>.xlsx", statements.report_export, name="report_export"),
    path("dieu-hanh/bao-cao/<int:pk>/ho-so/", statements.report_dossiers, name="report_dossiers"),
    path("dieu-hanh/bao-cao/<int:pk>/soat/", statements.report_review, name="report_review"),
    path("dieu-hanh/bao-cao/<int:pk>/ky/", statements.report_sign, name="report_sign"),
]
