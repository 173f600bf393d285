"""What the small forms of acts have in common, whatever they act on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form

Words = Any  # a str or a lazy translation


def words_field(
    label: Words, *, required: bool = True, most: int = 1000, rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class Act(Form):
    """One act that a page offers; `row` is the line of the page that it is about, if one."""

    slug: ClassVar[str] = ""
    title: ClassVar[Words] = ""
    button: ClassVar[Words] = ""
    done: ClassVar[Words] = gettext_lazy("Done.")
    is_main: ClassVar[bool] = False  # its button is the one of the page
    is_folded: ClassVar[bool] = False  # seldom meant: opened by a press
    template: ClassVar[str] = "components/act.html"
    row_name: ClassVar[str] = ""  # by which name the row is sent

    def __init__(self, data: Any = None, files: Any = None, *, page: Any, row: Any = None) -> None:
        self.page, self.row, self.user = page, row, page.user
        super().__init__(data, files, auto_id=f"{self.slug}-{row.pk if row else 0}-%s")

    @property
    def key(self) -> str:
        """Which of the page's forms it is; the same act may be there for several rows."""
        return f"{self.slug}:{self.row.pk if self.row else ''}"

    @property
    def url(self) -> str:
        """Where it is sent."""
        raise AssertionError("every page has its own address of acts")

    @property
    def about(self) -> str:
        """In words, which row it is about; "" for an act on the whole."""
        return ""

    def perform(self) -> object:
        """Call the one service; people's mistakes come out as DomainError."""
        raise AssertionError("every act has its own perform()")
