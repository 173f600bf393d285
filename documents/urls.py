"""Addresses of documents."""

from django.urls import path

from documents.views import (
    books,
    confirming,
    desk,
    drafting,
    incoming,
    outgoing,
    registries,
    shares,
    signing,
    submissions,
)

app_name = "documents"
urlpatterns = [
    path("quan-tri/van-thu/", registries.registry_list, name="registry_list"),
    path("quan-tri/van-thu/moi/", registries.registry_create, name="registry_create"),
    path("quan-tri/van-thu/<int:pk>/", registries.registry_edit, name="registry_edit"),
    path(
        "quan-tri/van-thu/<int:pk>/chung-thu-so/",
        registries.registry_certificates,
        name="registry_certificates",
    ),
    path("van-ban/cho-toi/", desk.desk_page, name="desk_page"),
    path("van-ban/cho-toi/da-xem/", desk.desk_read, name="desk_read"),
    path("van-ban/cho-toi/<int:pk>/giao/", desk.desk_give, name="desk_give"),
    path("van-ban/ty-le/", shares.share_page, name="share_page"),
    path("van-ban/ty-le/<int:pk>/<slug:name>/", shares.share_rows, name="share_rows"),
    path("van-ban/so/", books.book_page, name="book_page"),
    path("van-ban/so/xuat.xlsx", books.book_export, name="book_export"),
    path("van-ban/so/in.pdf", books.book_print, name="book_print"),
    path("van-ban-den/", incoming.incoming_list, name="incoming_list"),
    path("van-ban-den/vao-so/", incoming.incoming_enter, name="incoming_enter"),
    path("van-ban-den/<int:pk>/", incoming.incoming_detail, name="incoming_detail"),
    path("van-ban-den/<int:pk>/phieu.pdf", incoming.incoming_slip, name="incoming_slip"),
    path("van-ban-den/<int:pk>/tep/<int:order>/", incoming.incoming_file, name="incoming_file"),
    path(
        "van-ban-den/<int:pk>/ho-so-trinh/<int:order>/",
        submissions.incoming_submitted,
        name="incoming_submitted",
    ),
    path("van-ban-den/<int:pk>/<slug:slug>/", incoming.incoming_act, name="incoming_act"),
    path("van-ban-di/ky/", signing.sign_page, name="sign_page"),
    path("van-ban-di/ky/tu-xa/", confirming.confirmation_begin, name="confirmation_begin"),
    path("van-ban-di/ky/tu-xa/<int:pk>/", confirming.confirmation_page, name="confirmation_page"),
    path("van-ban-di/<int:pk>/ky/chuan-bi/", signing.sign_prepare, name="sign_prepare"),
    path(
        "van-ban-di/<int:pk>/ky/<int:signing_pk>/xong/",
        signing.sign_complete,
        name="sign_complete",
    ),
    path("van-ban-di/", outgoing.outgoing_list, name="outgoing_list"),
    path("van-ban-di/soan/", drafting.outgoing_begin, name="outgoing_begin"),
    path("van-ban-di/<int:pk>/", outgoing.outgoing_detail, name="outgoing_detail"),
    path("van-ban-di/<int:pk>/sua/", drafting.outgoing_edit, name="outgoing_edit"),
    path("van-ban-di/<int:pk>/van-ban.pdf", outgoing.outgoing_paper, name="outgoing_paper"),
    path(
        "van-ban-di/<int:pk>/ban/<int:order>/", outgoing.outgoing_edition, name="outgoing_edition"
    ),
    path(
        "van-ban-di/<int:pk>/du-thao/<int:version>/",
        outgoing.outgoing_version,
        name="outgoing_version",
    ),
    path(
        "van-ban-di/<int:pk>/phu-luc/<int:order>/", outgoing.outgoing_annex, name="outgoing_annex"
    ),
    path(
        "van-ban-di/<int:pk>/ho-so-trinh/<int:order>/",
        submissions.outgoing_submitted,
        name="outgoing_submitted",
    ),
    path("van-ban-di/<int:pk>/kiem-tra/", outgoing.outgoing_findings, name="outgoing_findings"),
    path("van-ban-di/<int:pk>/<slug:slug>/", outgoing.outgoing_act, name="outgoing_act"),
]
