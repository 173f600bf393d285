"""Addresses of the catalogue and of the internal processes."""

from django.urls import path, register_converter

from onestop.views import catalogue, imports, linked_groups, processes, public_catalogue


class ProcedureCode:
    """d.dddddd; anything else in its place is no address."""

    regex = r"[0-9]\.[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ProcedureCode, "procedure")

urlpatterns = [
    path("thu-tuc/", public_catalogue.procedure_public_list, name="procedure_public_list"),
    path("quan-tri/thu-tuc/", catalogue.procedure_list, name="procedure_list"),
    path("quan-tri/thu-tuc/moi/", catalogue.procedure_create, name="procedure_create"),
    path("quan-tri/thu-tuc/nhap/", imports.procedure_import, name="procedure_import"),
    path(
        "quan-tri/thu-tuc/nhap/<int:pk>/",
        imports.procedure_import_preview,
        name="procedure_import_preview",
    ),
    path("quan-tri/thu-tuc/<procedure:code>/", catalogue.procedure_detail, name="procedure_detail"),
    path("quan-tri/thu-tuc/<procedure:code>/sua/", catalogue.procedure_edit, name="procedure_edit"),
    path(
        "quan-tri/thu-tuc/<procedure:code>/cong-bo/",
        catalogue.procedure_publish,
        name="procedure_publish",
    ),
    path(
        "quan-tri/thu-tuc/<procedure:code>/bai-bo/",
        catalogue.procedure_withdraw,
        name="procedure_withdraw",
    ),
    path(
        "quan-tri/thu-tuc/<procedure:code>/bo-ban-thao/",
        catalogue.procedure_discard,
        name="procedure_discard",
    ),
    path(
        "quan-tri/thu-tuc/<procedure:code>/quy-trinh-moi/",
        processes.process_draft,
        name="process_draft",
    ),
    path("quan-tri/lien-thong/", linked_groups.linked_list, name="linked_list"),
    path("quan-tri/lien-thong/moi/", linked_groups.linked_create, name="linked_create"),
    path("quan-tri/lien-thong/<int:pk>/", linked_groups.linked_detail, name="linked_detail"),
    path("quan-tri/lien-thong/<int:pk>/sua/", linked_groups.linked_edit, name="linked_edit"),
    path(
        "quan-tri/lien-thong/<int:pk>/cong-bo/",
        linked_groups.linked_publish,
        name="linked_publish",
    ),
    path("quan-tri/lien-thong/<int:pk>/ket-thuc/", linked_groups.linked_end, name="linked_end"),
    path("quan-tri/lien-thong/<int:pk>/bo/", linked_groups.linked_discard, name="linked_discard"),
    path("quan-tri/quy-trinh/", processes.process_list, name="process_list"),
    path("quan-tri/quy-trinh/nhap/", imports.process_import, name="process_import"),
    path(
        "quan-tri/quy-trinh/nhap/<int:pk>/",
        imports.process_import_preview,
        name="process_import_preview",
    ),
    path("quan-tri/quy-trinh/<int:pk>/", processes.process_detail, name="process_detail"),
    path("quan-tri/quy-trinh/<int:pk>/sua/", processes.process_edit, name="process_edit"),
    path("quan-tri/quy-trinh/<int:pk>/ap-dung/", processes.process_use, name="process_use"),
    path("quan-tri/quy-trinh/<int:pk>/bo/", processes.process_discard, name="process_discard"),
]
