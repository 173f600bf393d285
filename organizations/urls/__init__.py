"""Addresses of people, units and one's own account."""

from __future__ import annotations

from django.urls import path

from organizations.urls import calendar
from organizations.views import (
    absences,
    imports,
    machines,
    people,
    positions,
    profile,
    units,
)

app_name = "organizations"
P = "quan-tri/nguoi-dung/"
F = f"{P}hai-lop/"
U = "quan-tri/don-vi/"
D = "tai-khoan/uy-quyen/"
M = "quan-tri/may-khach/"
urlpatterns = [
    path("tai-khoan/", profile.profile, name="profile"),
    path(D, positions.delegation_give, name="delegation_give"),
    path(f"{D}<int:pk>/thu-hoi/", positions.delegation_revoke, name="delegation_revoke"),
    path("tai-khoan/vang-mat/", absences.absence_own, name="absence_own"),
    path("phan-cong/vang-mat/<int:pk>/", absences.absence_record, name="absence_record"),
    path("vang-mat/<int:pk>/ket-thuc/", absences.absence_end, name="absence_end"),
    path(P, people.person_list, name="person_list"),
    path(f"{P}moi/", people.person_create, name="person_create"),
    path(f"{P}nhap/", imports.people_import, name="people_import"),
    path(f"{P}nhap/xac-nhan/", imports.people_import_confirm, name="people_import_confirm"),
    path(f"{P}<int:pk>/", people.person_detail, name="person_detail"),
    path(f"{P}<int:pk>/sua/", people.person_change, name="person_change"),
    path(f"{P}<int:pk>/khoa/", people.person_disable, name="person_disable"),
    path(f"{P}<int:pk>/mo/", people.person_enable, name="person_enable"),
    path(f"{P}<int:pk>/lien-ket/", people.person_link, name="person_link"),
    path(f"{P}<int:pk>/hai-lop/", people.second_factor_ask, name="second_factor_ask"),
    path(f"{F}<int:pk>/dong-y/", people.second_factor_confirm, name="second_factor_confirm"),
    path(f"{F}<int:pk>/rut/", people.second_factor_withdraw, name="second_factor_withdraw"),
    path(f"{P}<int:pk>/chuc-vu/", positions.position_give, name="position_give"),
    path(f"{P}chuc-vu/<int:pk>/ket-thuc/", positions.position_end, name="position_end"),
    path(f"{P}<int:pk>/linh-vuc/", positions.field_assign, name="field_assign"),
    path(f"{P}linh-vuc/<int:pk>/ket-thuc/", positions.field_end, name="field_end"),
    path(f"{P}linh-vuc/<int:pk>/bo/", positions.field_annul, name="field_annul"),
    path(f"{P}<int:pk>/moi-linh-vuc/", positions.field_lift, name="field_lift"),
    path(f"{P}<int:pk>/uy-quyen/", positions.delegation_record, name="delegation_record"),
    path(U, units.unit_list, name="unit_list"),
    path(f"{U}<str:code>/", units.unit_detail, name="unit_detail"),
    path(f"{U}<str:code>/them/", units.unit_create, name="unit_create"),
    path(f"{U}<str:code>/sua/", units.unit_change, name="unit_change"),
    path(f"{U}<str:code>/dong/", units.unit_close, name="unit_close"),
    path(f"{U}<str:code>/sap-nhap/", units.unit_merge, name="unit_merge"),
    path(M, machines.client_list, name="client_list"),
    path(f"{M}moi/", machines.client_create, name="client_create"),
    path(f"{M}<int:pk>/", machines.client_detail, name="client_detail"),
    path(f"{M}<int:pk>/sua/", machines.client_change, name="client_change"),
    path(f"{M}<int:pk>/khoa-moi/", machines.client_rotate, name="client_rotate"),
    path(f"{M}<int:pk>/thu-hoi/", machines.client_revoke, name="client_revoke"),
    *calendar.urlpatterns,
]  # fmt: skip
