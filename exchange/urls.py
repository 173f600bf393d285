"""Addresses of the exchange with the national portal."""

from django.urls import path

from exchange import views

app_name = "exchange"
urlpatterns = [
    path("quan-tri/dong-bo/", views.sync, name="sync"),
    path("quan-tri/dong-bo/gui-lai/", views.sync_resend_refused, name="sync_resend_refused"),
    path("quan-tri/dong-bo/theo-ngay/", views.sync_resend_days, name="sync_resend_days"),
    path("quan-tri/dong-bo/<str:code>/gui-lai/", views.sync_resend, name="sync_resend"),
]
