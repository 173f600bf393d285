"""Addresses for citizens; part of the app "portal"."""

from django.urls import path

from onestop.urls import catalogue  # noqa: F401  it knows what <procedure:code> is
from portal.views import documents, kiosk, procedures, public, ratings, sms, statistics, submission

urlpatterns = [
    path("", public.home, name="home"),
    path("tra-cuu/", public.lookup_form, name="lookup"),
    path("tra-cuu/kq/<str:signed>/", public.lookup_result, name="lookup_result"),
    path("thu-tuc/<procedure:code>/", procedures.procedure, name="procedure"),
    path(
        "thu-tuc/<procedure:code>/mau-don/<int:pk>/",
        procedures.procedure_blank,
        name="procedure_blank",
    ),
    path("thu-tuc/<procedure:code>/nop/", submission.submit, name="submit"),
    path("nop-ho-so/xong/<str:signed>/", submission.submitted, name="submitted"),
    path("t/<str:token>/", public.lookup_qr, name="qr"),
    path("t/<str:token>/danh-gia/", ratings.rating, name="rating"),
    path("kiem-tra-van-ban/", documents.check, name="document_check"),
    path("kiem-tra-van-ban/<str:token>/", documents.check_printed, name="document_of"),
    path("danh-gia/", ratings.rating_list, name="rating_list"),
    path("danh-gia/cam-on/", ratings.rated, name="rated"),
    path("danh-gia/y-kien/", ratings.rating_comments, name="rating_comments"),
    path("thong-ke/", statistics.statistics, name="statistics"),
    path("thong-ke/so-lieu.csv", statistics.statistics_csv, name="statistics_csv"),
    path("thong-ke/so-lieu.json", statistics.statistics_json, name="statistics_json"),
    path("kiosk/", kiosk.kiosk_choose, name="kiosk_choose"),
    path("kiosk/<str:unit>/", kiosk.kiosk_start, name="kiosk_start"),
    path("kiosk/<str:unit>/het/", kiosk.kiosk_end, name="kiosk_end"),
    path("kiosk/<str:unit>/tra-cuu/", kiosk.kiosk_lookup, name="kiosk_lookup"),
    path("kiosk/<str:unit>/kq/", kiosk.kiosk_result, name="kiosk_result"),
    path("kiosk/<str:unit>/thu-tuc/", kiosk.kiosk_procedures, name="kiosk_procedures"),
    path(
        "kiosk/<str:unit>/thu-tuc/<procedure:procedure>/",
        kiosk.kiosk_procedure,
        name="kiosk_procedure",
    ),
    path("kiosk/<str:unit>/danh-gia/", kiosk.kiosk_rating, name="kiosk_rating"),
    path("kiosk/<str:unit>/danh-gia/xong/", kiosk.kiosk_rated, name="kiosk_rated"),
    path("sms/nhan/", sms.sms_receive, name="sms_receive"),
    path("tiep-can/", public.accessibility, name="accessibility"),
    path("ngon-ngu/", public.set_language, name="set_language"),
    path("huong-dan/", public.help_page, name="help"),
    path(".well-known/security.txt", public.security_txt, name="security_txt"),
]
