"""Root of the addresses; each app brings its own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from govit.api import api_page

urlpatterns = [
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
    path("api/", api_page, name="api_page"),
    path("api/v1/", include("govit.api")),
    path("", include("organizations.urls.sign_in")),
    path("", include("organizations.urls")),
    path("", include("notifications.urls")),
    path("", include("papers.urls")),
    path("", include("reports.urls")),
    path("", include("ranking.urls")),
    path("", include("exchange.urls")),
    path("", include("directives.urls")),
    path("", include("documents.urls")),
    path("", include("onestop.urls")),
    path("", include("portal.urls")),
]

handler400 = "common.pages.bad_request"
handler403 = "common.pages.permission_denied"
handler404 = "common.pages.page_not_found"
handler500 = "common.pages.server_error"
