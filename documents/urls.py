"""Addresses of documents."""

from django.urls import path

from documents.views import incoming, registries

app_name = "documents"
urlpatterns = [
    path("quan-tri/van-thu/", registries.registry_list, name="registry_list"),
    path("quan-tri/van-thu/moi/", registries.registry_create, name="registry_create"),
    path("quan-tri/van-thu/<int:pk>/", registries.registry_edit, name="registry_edit"),
    path("van-ban-den/", incoming.incoming_list, name="incoming_list"),
    path("van-ban-den/vao-so/", incoming.incoming_enter, name="incoming_enter"),
    path("van-ban-den/<int:pk>/", incoming.incoming_detail, name="incoming_detail"),
    path("van-ban-den/<int:pk>/phieu.pdf", incoming.incoming_slip, name="incoming_slip"),
    path("van-ban-den/<int:pk>/tep/<int:order>/", incoming.incoming_file, name="incoming_file"),
    path("van-ban-den/<int:pk>/<slug:slug>/", incoming.incoming_act, name="incoming_act"),
]
