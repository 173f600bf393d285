"""Addresses of the health page; part of the app "portal"."""

from django.urls import path

from portal.views import health, sms

urlpatterns = [
    path("quan-tri/suc-khoe/", health.health, name="health"),
    path("quan-tri/suc-khoe/thu-lai/", health.health_retry, name="health_retry"),
    path("quan-tri/suc-khoe/tin-nhan/", sms.sms_list, name="sms_list"),
    path("quan-tri/suc-khoe/tin-nhan/<int:pk>/gui-lai/", sms.sms_resend, name="sms_resend"),
]
