"""Lists of tasks: what is mine, my unit's, given by me, all that I may see; and what needs me."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from common.arrays import in_array
from common.counting import capped_counts
from common.text import unaccented
from common.urgency import Urgency
from directives.models import CalendarAddress, Extension, Result, Task, Urging, Watch
from directives.models.talk import AWAITING
from directives.models.tasks import SORTED_BY, helped_by, in_hands_of
from directives.rules import AT_REST, Label, Standing
from directives.rulesets import DIRECTIVES
from directives.services.ground import FOLLOWS, GIVES, WORKS
from directives.states import AWAITED, DATED, SHOWN, WORKED_ON, Status
from directives.words import STATUS_TONES, badge, label_words, near_until
from organizations import absences, access, posts
from organizations.models import User
from organizations.rulesets import rules
from tenancy.search import among, found_ids

SEES = "view_tasks"
MINE, UNIT, GIVEN, ALL = "cua-toi", "don-vi", "da-giao", "tat-ca"
WATCHED = "quan-tam"
ORDER = ("sort_on", "id")  # the soonest due first
NEWEST = ("-id",)
MOST_DEADLINES = 500  # of one calendar
FINISHED = {Label.EARLY: "lt", Label.ON_TIME: "exact", Label.LATE: "gt"}
SHOWN_LABELS = (
    Label.OVERDUE, Label.DUE_SOON, Label.IN_TIME, Label.NO_DUE, Label.EARLY, Label.ON_TIME,
    Label.LATE, Label.DONE, *AT_REST,
)  # fmt: skip


def mine(user: User) -> Any:
    """What the person answers for, or follows, while that is his work."""
    return Task.objects.filter(in_hands_of(user, WORKS) | _followed(user))


def of_units(user: User) -> Any:
    """What the person's units lead, or help with."""
    reach = access.units_where(user, SEES)
    if reach.everywhere:
        return Task.objects.all()
    return Task.objects.filter(Q(lead__in=reach.unit_ids) | helped_by(reach.unit_ids))


def own_units(user: User) -> frozenset[int]:
    """Where the person sees tasks because he works there, not because he sees all of them."""
    own = [each for each in access.grants_of(user) if not each.is_province_wide]
    found = (each.unit_ids for each in own if each.permission == SEES)
    return frozenset().union(*found)


def given_by(user: User) -> Any:
    """What the person gave, or a unit in whose name he gives or enters tasks."""
    return Task.objects.filter(_gave([user.pk], user) | Q(unit__in=giving_units(user)))


def seen(user: User) -> Any:
    return Task.objects.visible_to(user, SEES)


def watched(user: User) -> Any:
    """What the person wants to hear of, while he sees it."""
    return seen(user).filter(Exists(Watch.objects.filter(task=OuterRef("pk"), user=user)))


def sees_all(user: User) -> bool:
    """Every task of the province. No query of its own."""
    return access.units_where(user, SEES).everywhere


VIEWS: dict[str, Callable[[User], Any]] = {
    MINE: mine, UNIT: of_units, GIVEN: given_by, WATCHED: watched, ALL: seen,
}  # fmt: skip


def tab_words() -> dict[str, str]:
    return {
        MINE: _("Mine"),
        UNIT: _("Of my units"),
        GIVEN: _("Given by us"),
        WATCHED: _("Watched by me"),
        ALL: _("All"),
    }


def open_counts(user: User, views: Iterable[str]) -> dict[str, int]:
    """How many are open in each of these views. One query."""
    return capped_counts({view: VIEWS[view](user).open() for view in views})


def giving_units(user: User) -> list[int]:
    """Units on which he holds, by a position there, the right to give tasks or to enter them.
    What is given below by others is theirs. No query of its own."""
    return sorted(set(_held(user, GIVES, FOLLOWS)))


def with_label(found: Any, label: Label, today: dt.date) -> Any:
    """Of these tasks those that stand so today: the same as `rules.label_of`, in SQL."""
    return found.filter(label_condition(label, today))


def label_condition(label: Label, today: dt.date) -> Q:
    if label in AT_REST:
        return Q(status=str(label))
    if label in FINISHED:
        how = {f"completed_on__{FINISHED[label]}": F("judged_due_on")}
        return Q(status=Status.CLOSED, **how)
    if label == Label.DONE:
        return Q(status=Status.CLOSED, judged_due_on=None)
    near, waits = near_until(today), Q(reported_on__isnull=False)
    days = {
        Label.NO_DUE: Q(due_on=None),
        Label.OVERDUE: Q(due_on__lt=F("reported_on")) | ~waits & Q(due_on__lt=today),
        Label.DUE_SOON: ~waits & Q(due_on__gte=today, due_on__lte=near),
        Label.IN_TIME: Q(due_on__gte=F("reported_on")) | ~waits & Q(due_on__gt=near),
    }
    return Q(days[label], status__in=DATED)


def search(user: User, words: str) -> tuple[Any, bool]:
    """Tasks that the person may see and that hold every word; whether more match than the search
    looks at."""
    ids, is_cut = found_ids(Task, unaccented(words))
    return seen(user).filter(among("pk", ids)), is_cut


def rows(found: Any) -> Any:
    """As a list shows them, with a day to sort by."""
    return found.annotate(sort_on=SORTED_BY).values(
        "id", "content", "status", "urgency", "due_on", "judged_due_on", "completed_on",
        "reported_on", "percent",
        "sort_on", "given_on", lead_name=F("lead__name"), person_name=F("person__full_name"),
        giver_name=F("giver__full_name"), reference=F("directive__reference"),
        subject=F("directive__subject"),
    )  # fmt: skip


def tell(found: list[dict[str, Any]], today: dt.date) -> None:
    """Add the words of a list's rows, in place. No query but that for the rules of the day."""
    for row in found:
        is_closed = row["status"] == Status.CLOSED
        row["end_on"] = row["judged_due_on"] if is_closed else row["due_on"]
        dates = (row["completed_on"], row["reported_on"])
        row["badge"] = badge(Standing(row["status"], row["end_on"], *dates), today)
        row["status_words"] = Status(row["status"]).label
        row["status_tone"] = STATUS_TONES[Status(row["status"])]
        row["urgency_words"] = Urgency(row["urgency"]).label if row["urgency"] else ""
        row["urgency_tone"] = Urgency(row["urgency"]).tone


def label_choices(today: dt.date) -> list[tuple[str, str]]:
    return [(str(label), label_words(label, today)) for label in SHOWN_LABELS]


def areas(today: dt.date) -> list[str]:
    """Fields of work that a task may have today."""
    return rules(DIRECTIVES, today).fields


# What needs somebody today


def to_accept(user: User) -> Any:
    """Given to a unit that he directs or works for on its own level, and not accepted yet."""
    return _led_by(user).filter(status=Status.GIVEN)


def in_hand(user: User) -> Any:
    """What he answers for, or for whom he stands in, or his unit while nobody is named."""
    own = _held(user, WORKS, GIVES)
    found = Task.objects.filter(status__in=WORKED_ON)
    return found.filter(in_hands_of(user, WORKS) | Q(person=None, lead__in=own))


def to_help(user: User) -> Any:
    """Worked on by another unit, with which a unit helps in which he himself sits."""
    own = _held(user, WORKS, GIVES)
    return Task.objects.filter(helped_by(own), status__in=WORKED_ON)


def late_of_units(user: User, today: dt.date) -> Any:
    """Overdue in the units that he directs, in whosever hands."""
    return with_label(_led_by(user), Label.OVERDUE, today)


def to_confirm(user: User) -> Any:
    """Results that wait for the giver's side, those that he did not report himself."""
    own = Result.objects.filter(task=OuterRef("pk"), verdict="", by=user)
    return Task.objects.filter(_given(user), ~Exists(own), status=Status.REPORTED)


def to_decide(user: User) -> Any:
    """Tasks for which more time was asked of him; in his units also of whom he stands in for, and
    of who gives nothing there any more."""
    open_wish = Extension.objects.filter(task=OuterRef("pk"), answer="")
    held = [each for each in access.grants_of(user) if each.permission == GIVES]
    givers = [user.pk, *(each.giver_id for each in held if each.giver_id)]
    still_gives = posts.held_over(GIVES, OuterRef("giver"), OuterRef("unit__path"))
    absent = Q(giver__in=absences.covered_by(user).values("user"))
    here = Q(unit__in=[each.unit_id for each in held])
    found = Task.objects.filter(Exists(open_wish.exclude(asked_by=user)))
    return found.filter(_gave(givers, user) | here & (absent | ~Exists(still_gives)))


def to_give_again(user: User) -> Any:
    """Returned as wrongly assigned."""
    return Task.objects.filter(_given(user), status=Status.RETURNED)


def to_answer(user: User) -> Any:
    """Urged in writing, in his hands or his units."""
    return _led_by(user).filter(Exists(_awaiting()))


def unanswered(user: User, today: dt.date) -> Any:
    """Urged by his side, and the day of the answer has passed."""
    return Task.objects.filter(_given(user), Exists(_awaiting().filter(answer_until__lt=today)))


def awaiting_answer(found: Any) -> Any:
    return found.filter(Exists(_awaiting()))


def concerning(user: User) -> Any:
    """What he answers for, what the units that he directs lead, and what his side gave."""
    directs = _held(user, GIVES)
    in_hands = in_hands_of(user, WORKS)
    return Task.objects.filter(_given(user) | in_hands | Q(lead__in=directs))


def to_urge(user: User, today: dt.date) -> Any:
    """Overdue tasks that units in whose name he gives or enters wait for; not those whose lead
    still has time to answer."""
    late = Task.objects.filter(status__in=AWAITED, due_on__lt=today)
    in_time = _awaiting().filter(answer_until__gte=today)
    return late.filter(~Exists(in_time), unit__in=giving_units(user))


def deadlines_of(user: User, today: dt.date) -> list[dict[str, Any]]:
    """For his calendar: open tasks with a day that he follows, or that he or his units lead; of
    what was withdrawn, that whose day has not passed. The soonest first. One query."""
    withdrawn = Q(status=Status.WITHDRAWN, due_on__gte=today)
    found = (_led_by(user) | Task.objects.filter(_followed(user))).filter(
        Q(status__in=SHOWN) | withdrawn, due_on__isnull=False
    )
    rows = found.order_by("due_on", "pk").values(
        "pk", "due_on", "content", "status", "directive__reference"
    )
    return list(rows[:MOST_DEADLINES])


def calendar_since(user: User) -> dt.datetime | None:
    """When the address of his calendar was made; None without one."""
    found = CalendarAddress.objects.filter(user=user).values_list("made_at", flat=True)
    made_at: dt.datetime | None = found.first()
    return made_at


def _awaiting() -> Any:
    return Urging.objects.filter(AWAITING, task=OuterRef("pk"))


def _led_by(user: User) -> Any:
    """What he answers for, or for whom he stands in, and what units lead in which he himself sits;
    what lies below them is theirs."""
    own = _held(user, WORKS, GIVES)
    directs = _held(user, GIVES)
    nobody = Q(person=None, lead__in=own)
    return Task.objects.filter(in_hands_of(user, WORKS) | nobody | Q(lead__in=directs))


def _followed(user: User) -> Q:
    """What the person follows, in a unit for which he still does."""
    return Q(follower=user, unit__in=_held(user, FOLLOWS))


def _gave(givers: Iterable[int], user: User) -> Q:
    """Given by one of them, where the person may still give."""
    reach, given = access.units_where(user, GIVES), Q(giver__in=givers)
    return given if reach.everywhere else given & Q(unit__in=reach.unit_ids)


def _held(user: User, *permissions: str) -> list[int]:
    """Units on which he himself holds one of these rights. No query of its own."""
    return [each.unit_id for each in access.grants_of(user) if each.permission in permissions]


def _given(user: User) -> Q:
    """By a unit in whose name he gives or enters; of a task with a follower, while he still follows
    tasks there, his alone besides those who give, or of who stands in for him."""
    absent = absences.covered_by(user).values("user")
    still_follows = posts.held_at(FOLLOWS, OuterRef("follower"), OuterRef("unit"))
    own = Q(follower=user) | in_array("follower", absent) | Q(~Exists(still_follows))
    mine = Q(unit__in=_held(user, GIVES)) | Q(unit__in=_held(user, FOLLOWS)) & own
    return _gave([user.pk], user) | mine
