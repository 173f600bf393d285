"""Addresses of the words of printed forms."""

from django.urls import path

from papers import views, views_certificates, views_orders

app_name = "papers"
F = "quan-tri/mau-giay-to/"
urlpatterns = [
    path("chung-thu-so/", views_certificates.certificate_list, name="certificate_list"),
    path("ban-in/<int:pk>/", views_orders.order_detail, name="order_detail"),
    path("ban-in/<int:pk>.pdf", views_orders.order_file, name="order_file"),
    path(F, views.form_list, name="form_list"),
    path(f"{F}ban-thao/<int:pk>/", views.form_edit, name="form_edit"),
    path(f"{F}ban-thao/<int:pk>/cong-bo/", views.form_publish, name="form_publish"),
    path(f"{F}ban-thao/<int:pk>/bo/", views.form_withdraw, name="form_withdraw"),
    path(f"{F}<slug:form>/", views.form_detail, name="form_detail"),
    path(f"{F}<slug:form>/<slug:key>/", views.form_edition, name="form_edition"),
    path(f"{F}<slug:form>/<slug:key>/xem.pdf", views.form_preview, name="form_preview"),
    path(f"{F}<slug:form>/<slug:key>/soan/", views.form_draft, name="form_draft"),
]
