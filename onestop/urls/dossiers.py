"""Addresses of dossiers, approvals, load and search."""

from django.urls import path

from onestop.views import (
    approvals,
    bulk,
    dossiers,
    originals,
    readers,
    register,
    saved_views,
    uncollected,
    work,
)

urlpatterns = [
    path("ho-so/", dossiers.dossier_list, name="dossier_list"),
    path("ho-so/xuat.xlsx", work.dossier_export, name="dossier_export"),
    path("ho-so/hang-loat/", bulk.dossier_bulk, name="dossier_bulk"),
    path("ho-so/khung/", saved_views.view_list, name="view_list"),
    path("ho-so/khung/luu/", saved_views.view_save, name="view_save"),
    path("ho-so/khung/<int:pk>/", saved_views.view_open, name="view_open"),
    path("ho-so/khung/<int:pk>/doi-ten/", saved_views.view_rename, name="view_rename"),
    path("ho-so/khung/<int:pk>/xoa/", saved_views.view_delete, name="view_delete"),
    path("ho-so/<str:code>/", dossiers.dossier_detail, name="dossier_detail"),
    path("ho-so/<str:code>/ghi-chu/", dossiers.dossier_note, name="dossier_note"),
    path("ho-so/<str:code>/tep/<int:file_id>/", dossiers.dossier_file, name="dossier_file"),
    path(
        "ho-so/<str:code>/y-kien/<int:opinion_id>/",
        dossiers.opinion_answer,
        name="opinion_answer",
    ),
    path("ho-so/<str:code>/ai-da-xem/", readers.dossier_readers, name="dossier_readers"),
    path("ho-so/<str:code>/<slug:slug>/", dossiers.dossier_act, name="dossier_act"),
    path("duyet/", approvals.approval_list, name="approval_list"),
    path("duyet/hang-loat/", approvals.approval_bulk, name="approval_bulk"),
    path("duyet/<str:code>/", approvals.approval_decide, name="approval_decide"),
    path("ket-qua-chua-nhan/", uncollected.uncollected_list, name="uncollected_list"),
    path("so-theo-doi/", register.register, name="register"),
    path("so-theo-doi/xuat.xlsx", register.register_export, name="register_export"),
    path("so-theo-doi/in.pdf", register.register_print, name="register_print"),
    path("ban-giao/", originals.slip_list, name="slip_list"),
    path("ban-giao/moi/", originals.slip_new, name="slip_new"),
    path("ban-giao/<int:pk>/", originals.slip_detail, name="slip_detail"),
    path("ban-giao/<int:pk>/in.pdf", originals.slip_print, name="slip_print"),
    path("ban-giao/<int:pk>/xac-nhan/", originals.slip_confirm, name="slip_confirm"),
    path("ban-giao/<int:pk>/khong-nhan/", originals.slip_refuse, name="slip_refuse"),
    path("ban-giao/<int:pk>/rut/", originals.slip_take_back, name="slip_take_back"),
    path("phan-cong/", work.load_list, name="load_list"),
    path("phan-cong/giao-lai/", bulk.load_reassign, name="load_reassign"),
    path("tim/", work.dossier_search, name="dossier_search"),
]
