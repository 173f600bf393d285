"""Addresses of tasks."""

from django.urls import path

from directives.views import board, calendars, desk, giving, importing, tasks, urging

app_name = "directives"
urlpatterns = [
    path("nhiem-vu/", tasks.task_list, name="task_list"),
    path("nhiem-vu/cho-toi/", desk.desk_page, name="desk_page"),
    path("nhiem-vu/lich/", calendars.calendar_page, name="calendar_page"),
    path("nhiem-vu/lich/huy/", calendars.calendar_withdraw, name="calendar_withdraw"),
    path("lich/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("nhiem-vu/bang/", board.board_page, name="board_page"),
    path("nhiem-vu/bang/danh-sach/", board.board_tasks, name="board_tasks"),
    path("nhiem-vu/giao/", giving.task_give, name="task_give"),
    path("nhiem-vu/giao/doan/<str:kind>/<int:source>/", giving.task_quote, name="task_quote"),
    path("nhiem-vu/don-doc/", urging.urge_page, name="urge_page"),
    path("nhiem-vu/don-doc/<int:pk>/cong-van.pdf", urging.urge_letter, name="urge_letter"),
    path("nhiem-vu/nhap/", importing.task_import, name="task_import"),
    path("nhiem-vu/nhap/mau.xlsx", importing.task_import_template, name="task_import_template"),
    path("nhiem-vu/nhap/xac-nhan/", importing.task_import_confirm, name="task_import_confirm"),
    path("nhiem-vu/<int:pk>/", tasks.task_detail, name="task_detail"),
    path("nhiem-vu/<int:pk>/giao-tiep/", giving.task_pass_on, name="task_pass_on"),
    path("nhiem-vu/<int:pk>/tep/<int:order>/", tasks.task_file, name="task_file"),
    path("nhiem-vu/<int:pk>/<slug:slug>/", tasks.task_act, name="task_act"),
]
