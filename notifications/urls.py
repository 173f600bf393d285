"""Addresses of one's own notices, and of the demo's letter box."""

from django.urls import path

from notifications import views, webhooks

app_name = "notifications"
N = "thong-bao/"
urlpatterns = [
    path(N, views.notification_list, name="list"),
    path(f"{N}da-doc-het/", views.notification_read_all, name="read_all"),
    path(f"{N}nhan-thu/", views.mail_choose, name="mail_choose"),
    path(f"{N}<int:pk>/", views.notification_open, name="open"),
    path(f"{N}<int:pk>/da-doc/", views.notification_read, name="read"),
    path("thu-mau/", views.mailbox_list, name="mailbox"),
    path("tin-nhan-mau/", views.text_list, name="texts"),
    path("sms/bao-cao/", webhooks.sms_report, name="sms_report"),
    path("thu-mau/<str:name>/", views.mailbox_detail, name="mailbox_letter"),
]
