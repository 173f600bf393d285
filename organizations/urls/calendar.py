"""Addresses of the calendar and the dated rules; part of organizations.urls."""

from django.urls import path

from organizations.views import calendar

C = "quan-tri/lich/"
urlpatterns = [
    path(C, calendar.calendar, name="calendar"),
    path(f"{C}ngay/", calendar.calendar_set, name="calendar_set"),
    path(f"{C}ngay/<str:day>/xoa/", calendar.calendar_remove, name="calendar_remove"),
    path(f"{C}de-xuat/", calendar.calendar_propose, name="calendar_propose"),
    path(f"{C}xac-nhan/", calendar.calendar_confirm, name="calendar_confirm"),
    path(f"{C}gio-lam-viec/", calendar.pattern_change, name="pattern_change"),
    path("quan-tri/quy-tac/", calendar.rules_list, name="rules_list"),
    path("quan-tri/quy-tac/<slug:key>/", calendar.rules_change, name="rules_change"),
]
