"""Addresses of the reports."""

from django.urls import path, re_path

from reports.views import behind, dashboard, evaluations, statements, task_statements, usage

app_name = "reports"
urlpatterns = [
    path("dieu-hanh/", dashboard.dashboard, name="dashboard"),
    path("dieu-hanh/giao-ban.pdf", dashboard.dashboard_briefing, name="dashboard_briefing"),
    path("dieu-hanh/su-dung/", usage.usage, name="usage"),
    path("dieu-hanh/su-dung/nguoi/", usage.usage_people, name="usage_people"),
    path("dieu-hanh/su-dung/thu-tuc/", usage.usage_procedures, name="usage_procedures"),
    path("dieu-hanh/su-dung.xlsx", usage.usage_export, name="usage_export"),
    path("dieu-hanh/ho-so/", behind.dashboard_dossiers, name="dashboard_dossiers"),
    path("dieu-hanh/buoc/", behind.dashboard_steps, name="dashboard_steps"),
    path(
        "dieu-hanh/thu-tuc/<str:code>/", dashboard.dashboard_procedure, name="dashboard_procedure"
    ),
    # A unit's code begins with a capital letter, the other words here with a small one
    re_path(
        r"^dieu-hanh/(?P<code>[A-Z0-9][\w.-]*)/$", dashboard.dashboard_unit, name="dashboard_unit"
    ),
    path("dieu-hanh/bao-cao/", statements.report_list, name="report_list"),
    path("dieu-hanh/bao-cao/lap/", statements.report_make, name="report_make"),
    path("dieu-hanh/bao-cao/<int:pk>/", statements.report_detail, name="report_detail"),
    path("dieu-hanh/bao-cao/<int:pk>.pdf", statements.report_print, name="report_print"),
    path("dieu-hanh/bao-cao/<int:pk>.xlsx", statements.report_export, name="report_export"),
    path("dieu-hanh/bao-cao/<int:pk>/ho-so/", statements.report_dossiers, name="report_dossiers"),
    path("dieu-hanh/bao-cao/<int:pk>/soat/", statements.report_review, name="report_review"),
    path("dieu-hanh/bao-cao/<int:pk>/ky/", statements.report_sign, name="report_sign"),
    path("nhiem-vu/bao-cao/", task_statements.task_report_list, name="task_report_list"),
    path("nhiem-vu/bao-cao/lap/", task_statements.task_report_make, name="task_report_make"),
    path("nhiem-vu/bao-cao/<int:pk>/", task_statements.task_report_detail,
         name="task_report_detail"),
    path("nhiem-vu/bao-cao/<int:pk>.pdf", task_statements.task_report_print,
         name="task_report_print"),
    path("nhiem-vu/bao-cao/<int:pk>.xlsx", task_statements.task_report_export,
         name="task_report_export"),
    path("nhiem-vu/bao-cao/<int:pk>/danh-sach/", task_statements.task_report_tasks,
         name="task_report_tasks"),
    path("nhiem-vu/bao-cao/<int:pk>/soat/", task_statements.task_report_review,
         name="task_report_review"),
    path("nhiem-vu/bao-cao/<int:pk>/ky/", task_statements.task_report_sign,
         name="task_report_sign"),
    path("dieu-hanh/danh-gia/", evaluations.evaluation_list, name="evaluation_list"),
    path("dieu-hanh/danh-gia/cua-toi/", evaluations.evaluation_mine, name="evaluation_mine"),
    path("dieu-hanh/danh-gia/<int:pk>/", evaluations.evaluation_detail, name="evaluation_detail"),
    path("dieu-hanh/danh-gia/<int:pk>.pdf", evaluations.evaluation_print, name="evaluation_print"),
    path("dieu-hanh/danh-gia/<int:pk>.xlsx", evaluations.evaluation_export,
         name="evaluation_export"),
    path("dieu-hanh/danh-gia/<int:pk>/theo-de-xuat/", evaluations.evaluation_accept,
         name="evaluation_accept"),
    path("dieu-hanh/danh-gia/<int:pk>/xac-nhan/", evaluations.evaluation_confirm,
         name="evaluation_confirm"),
    path("dieu-hanh/danh-gia/<int:pk>/lap-lai/", evaluations.evaluation_correct,
         name="evaluation_correct"),
    path("dieu-hanh/danh-gia/<int:pk>/<int:row_pk>/", evaluations.evaluation_row,
         name="evaluation_row"),
    path("dieu-hanh/danh-gia/<int:pk>/<int:row_pk>/chi-tiet/", evaluations.evaluation_items,
         name="evaluation_items"),
    path("dieu-hanh/danh-gia/<int:pk>/<int:row_pk>/y-kien/", evaluations.evaluation_remark,
         name="evaluation_remark"),
    path("dieu-hanh/danh-gia/<int:pk>/<int:row_pk>/xep-loai/", evaluations.evaluation_judge,
         name="evaluation_judge"),
]  # fmt: skip
