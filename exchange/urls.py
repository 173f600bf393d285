"""Addresses of the exchange with the national portal and over the bus between agencies."""

from django.urls import path

from exchange.views import bus, sync

app_name = "exchange"
urlpatterns = [
    path("quan-tri/truc-lien-thong/", bus.bus, name="bus"),
    path("quan-tri/truc-lien-thong/gui-lai/", bus.bus_resend_failed, name="bus_resend_failed"),
    path("quan-tri/truc-lien-thong/<int:pk>/gui-lai/", bus.bus_resend, name="bus_resend"),
    path("quan-tri/dong-bo/", sync.sync, name="sync"),
    path("quan-tri/dong-bo/gui-lai/", sync.sync_resend_refused, name="sync_resend_refused"),
    path("quan-tri/dong-bo/theo-ngay/", sync.sync_resend_days, name="sync_resend_days"),
    path("quan-tri/dong-bo/<str:code>/gui-lai/", sync.sync_resend, name="sync_resend"),
]
