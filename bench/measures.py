"""What is measured, and the bounds. Nothing fails: a missed bound is printed as such."""

from __future__ import annotations

import datetime as dt
import logging
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govit.settings")

import django

django.setup()
logging.disable(logging.WARNING)  # of signing in, many times

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import load  # noqa: E402
from bench.clock import best, count_questions, timed  # noqa: E402
from bench.rows import Databases  # noqa: E402
from bench.signatures import judging  # noqa: E402
from bench.steps import Steps, has_slip  # noqa: E402
from bench.web import Browser, Meter, Server, in_turn  # noqa: E402
from onestop.models import Dossier  # noqa: E402
from onestop.queries import dossiers as queries  # noqa: E402
from organizations import access  # noqa: E402
from organizations.models import User  # noqa: E402
from organizations.sign_in import sessions  # noqa: E402
from portal.demo.history import History  # noqa: E402
from reports.models import Stocktaking  # noqa: E402
from reports.queries import summaries  # noqa: E402
from reports.queries.live import figures as live_figures  # noqa: E402
from reports.queries.statements import Places, statement  # noqa: E402
from reports.rules import By, Period  # noqa: E402
from reports.services import cells, stocks  # noqa: E402
from tenancy.models import Province  # noqa: E402
from tenancy.scope import tenant_scope  # noqa: E402

ROUNDS, PAGES, WARMING = 5, 60, 5
LOG = Path(__file__).resolve().parent.parent / "var" / "bench" / "web.log"
PEOPLE = {"one unit": "chuyenvien", "all units": "giamsat"}

SLOW_PAGES = (
    ("/viec/", "lanhdao"), ("/duyet/", "lanhdao"), ("/phan-cong/", "lanhdao"),
    ("/ho-so/?xem=da-xong", "giamsat"), ("/ho-so/?xem=da-xong&tt=8", "motcua"),
    ("/ho-so/?xem=cho-bo-sung", "giamsat"), ("/tim/?q=H32.B-00004999", "chuyenvien"),
    ("/tim/?q=nguyen+van+an", "chuyenvien"), ("/tim/?q=nguyen", "giamsat"),
    ("/tim/?q=0900123", "giamsat"), ("/ho-so/xuat.xlsx?xem=da-xong", "giamsat"),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One line of the report; without a bound it is only told."""

    name: str
    value: float
    bound: float | None
    words: str

    @property
    def is_missed(self) -> bool:
        return self.bound is not None and self.value > self.bound


class Bench:
    """All measures on the two databases."""

    def __init__(
        self, databases: Databases, small: str, large: str, many: int, tell: Callable[[str], None],
        *, load_seconds: int,
    ) -> None:  # fmt: skip
        self.databases, self.small, self.large, self.many = databases, small, large, many
        self.load_seconds = load_seconds
        self.tell, self.figures = tell, list[Figure]()
        self.servers: dict[str, Server] = {}
        self.province = Province.objects.get(code="H32")
        self.watcher = databases.connect(large)

    def close(self) -> None:
        for server in self.servers.values():
            server.stop()
        self.watcher.close()

    def run(self) -> None:
        self.steps = Steps(self.province, self.watcher)
        self.steps.prepare(self.tell)
        self.start_servers()
        for measure in (
            self.cost_of_a_step, self.questions_of_the_queue, self.queue_on_more_rows,
            self.questions_of_the_look_up, self.other_pages, self.counts, self.search,
            self.statements, self.demo_loader, self.mixed_load,
        ):  # fmt: skip
            self.tell((measure.__doc__ or "").splitlines()[0].rstrip("."))
            measure()
        self.figures += (Figure(*line) for line in judging())

    def say(self, name: str, value: float, bound: float | None, words: str) -> None:
        self.figures.append(Figure(name, value, bound, words))

    def start_servers(self) -> None:
        """The portal on both databases and past the walls, and the bare views."""
        plain = {"DATABASE_CONN_MAX_AGE": "", "BENCH_PROVINCE": str(self.province.pk)}
        large, small = (self.databases.variables(name) for name in (self.large, self.small))
        wanted = {
            "portal": ("govit.wsgi", large),
            "portal on few rows": ("govit.wsgi", small),
            "past the walls": (
                "govit.wsgi", {**large, "DATABASE_URL": large["DATABASE_LOADER_URL"]},
            ),
            "bare": ("bench.bare", large),
        }  # fmt: skip
        for name, (application, variables) in wanted.items():
            named = {**plain, **variables, "PGAPPNAME": f"bench {name}"}
            self.servers[name] = Server(application, named, LOG).start()

    def browser(self, server: str, username: str) -> Browser:
        """Signed in: the session is written by this process, as the sign-in page does."""
        other = self.databases.connect(self.small) if server == "portal on few rows" else None
        client = Client(HTTP_HOST=self.province.host)
        with tenant_scope(self.province):
            user = User.objects.get(username=username)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            sessions.start(session, user)
            session.save()
        key = session.session_key or ""
        if other:
            self._copy_session(other, key)
        return Browser(self.servers[server], key)

    def _copy_session(self, other: Any, key: str) -> None:
        """The same people are in both databases, so their sessions fit both."""
        row = self.watcher.execute(
            "SELECT session_key, session_data, expire_date, province_id FROM django_session"
            " WHERE session_key = %s", [key],
        ).fetchone()  # fmt: skip
        other.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date, province_id)"
            " VALUES (%s, %s, %s, %s)", row,
        )  # fmt: skip
        other.close()

    # --- one step ------------------------------------------------------------------------------

    def cost_of_a_step(self) -> None:
        """One complete step over HTTP against the same change in a bare view."""
        browsers = {name: self.browser(name, "chuyenvien") for name in ("portal", "past the walls")}
        acts: dict[str, Callable[[Any], int]] = {
            "portal": lambda one: self._forward(browsers["portal"], one),
            "past the walls": lambda one: self._forward(browsers["past the walls"], one),
            "bare, models": lambda one: self._bare("orm", one),
            "bare, statements": lambda one: self._bare("sql", one),
        }
        for browser in browsers.values():  # a page with a form: the CSRF token
            page = browser.get(f"/ho-so/{self.steps.all[0].code}/chuyen-buoc/")
            if page.status != 200:
                raise SystemExit(f"the page of a step answers {page.status}: see {LOG}")
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in acts}
        for number in range(ROUNDS + 1):
            for name, act in acts.items():
                found = self._one_round(name.split(",")[0], act)
                if number:  # the first is to warm up
                    spent[name].append(found)
        self._tell_steps(spent)

    def _one_round(self, server: str, act: Callable[[Any], int]) -> tuple[float, float]:
        """Milliseconds a step, of web and of PostgreSQL."""
        self.steps.put_back()
        act(self.steps.all[0])
        large, role = self.large, "portal_loader" if server == "past the walls" else "portal_app"
        meter = Meter(self.servers[server], self.watcher, large, role)
        rest = self.steps.all[1:]
        answers = {act(one) for one in rest}
        web, postgres = meter.stop()
        if answers != {302}:
            raise SystemExit(f"{server}: answers {answers} instead of 302")
        return web * 1000 / len(rest), postgres * 1000 / len(rest)

    def _forward(self, browser: Browser, one: Any) -> int:
        return browser.post(f"/ho-so/{one.code}/chuyen-buoc/", step=one.run, note="Trình").status

    def _bare(self, kind: str, one: Any) -> int:
        path = f"/{kind}/{one.pk}/{one.run}/{one.following}/"
        return self.servers["bare"].ask("POST", path, b"").status

    def _tell_steps(self, spent: dict[str, list[tuple[float, float]]]) -> None:
        least = {name: min(sum(pair) for pair in pairs) for name, pairs in spent.items()}
        for name, pairs in spent.items():
            web, postgres = min(pairs, key=sum)
            middle = statistics.median(sum(pair) for pair in pairs)
            self.say(f"CPU of a step, {name}", least[name], None,
                     f"ms: web {web:.2f} + PostgreSQL {postgres:.2f};"
                     f" median {middle:.2f}")  # fmt: skip
        self.say("step / bare view", least["portal"] / least["bare, models"], 2.5, "CPU")
        self.say("step / bare statements", least["portal"] / least["bare, statements"], None,
                 "CPU; the bare view without Django's models")  # fmt: skip
        self.say("row security on / off", least["portal"] / least["past the walls"], 1.5,
                 "CPU of a step")  # fmt: skip

    # --- the queue ------------------------------------------------------------------------------

    def questions_of_the_queue(self) -> None:
        """Questions that a page of the queue asks the tables."""
        for who, username in PEOPLE.items():
            for size in (25, 250):
                count = self._questions(username, reverse("onestop:dossier_list"), dong=size)
                self.say(f"queries of a queue page of {size}, {who}", count, 8, "")

    def _questions(self, username: str, url: str, **data: Any) -> int:
        client = Client(HTTP_HOST=self.province.host)
        with tenant_scope(self.province):
            user = User.objects.get(username=username)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            sessions.start(session, user)
            session.save()
        client.get(url, data)
        return count_questions(lambda: client.get(url, data))

    def queue_on_more_rows(self) -> None:
        """The queue on many dossiers against 10,000."""
        for who, username in PEOPLE.items():
            self.list_on_more_rows(f"queue, {who}", "/ho-so/", username)

    def list_on_more_rows(self, name: str, path: str, username: str, pages: int = PAGES) -> None:
        """A page on many rows against 10,000, by CPU, which others on the machine change little."""
        browsers, meters = [], []
        for server, database in (("portal", self.large), ("portal on few rows", self.small)):
            browsers.append(self.browser(server, username))
            for _page in range(WARMING):
                self._got(browsers[-1], path)
            meters.append(Meter(self.servers[server], self.watcher, database, "portal_app"))
        asks = [partial(self._got, browser, path) for browser in browsers]
        (more, less), wall = in_turn(asks, meters, pages)
        lines = [browser.get(path).text.count("<tr") for browser in browsers]
        words = "{:.1f} / {:.1f} ms CPU; by the clock {:.1f} / {:.1f}; {} / {} lines".format(
            more, less, *wall, *lines)  # fmt: skip
        self.say(f"{name}: {self.many:,} / 10,000 rows", more / less, 1.3, words)

    def questions_of_the_look_up(self) -> None:
        """Questions of the public look-up."""
        try:
            url = reverse("portal:lookup")
        except NoReverseMatch:
            self.tell("no look-up yet")
            return
        client = Client(HTTP_HOST=self.province.host)
        client.get(url)
        self.say("queries of the look-up, GET", count_questions(lambda: client.get(url)), 6, "")
        one = self.steps.all[0]
        body = {"code": one.code, "digits": one.second_factor}
        answer: list[Any] = []
        asked = count_questions(lambda: answer.append(client.post(url, body)))
        self.say("queries of the look-up, POST", asked, 6, f"answered {answer[0].status_code}")
        shown = answer[0].headers["Location"]
        asked = count_questions(lambda: answer.append(client.get(shown)))
        words = f"answered {answer[-1].status_code}"
        self.say("queries of the look-up, GET of its answer", asked, 6, words)

    # --- told, not judged -------------------------------------------------------------------------

    def other_pages(self) -> None:
        """Pages that people sit on, by people who see most."""
        for path, username in SLOW_PAGES:
            browser = self.browser("portal", username)
            took = [timed(partial(self._got, browser, path)) for _ in range(4)]
            self.say(path, min(took[1:]), None, f"ms; {username}, first {took[0]:.0f} ms")

    def _got(self, browser: Browser, path: str) -> None:
        status = browser.get(path).status
        if status not in (200, 302):
            raise SystemExit(f"{path} answers {status}: see {LOG}")

    def counts(self) -> None:
        """What the counts beside the tabs cost, capped and not."""
        with tenant_scope(self.province):
            open_ = Dossier.objects.open()
            capped, whole = best(lambda: open_[:1000].count()), best(open_.count)
        self.say("count of open dossiers, capped", capped, None, f"ms; uncapped {whole:.2f} ms")

    def search(self) -> None:
        """Search over all dossiers with its function, and without it under row security."""
        with tenant_scope(self.province):
            word = "999000004999"
            found = queries.rows(queries.search(Dossier.objects.all(), word)).order_by("-id")[:26]
            with_function = best(lambda: list(found.all()))
            plain = Dossier.objects.filter(search_text__contains=word).order_by("-id")[:26]
            without = best(lambda: list(plain.values("id")), times=2)
        self.say("search by identity number", with_function, None,
                 f"ms; without the function {without:.1f} ms")  # fmt: skip

    def statements(self) -> None:
        """Last month's II.06a for all units, from the summaries and straight from the dossiers."""
        with tenant_scope(self.province):
            is_counted = Stocktaking.objects.exists()
        if not is_counted:
            self._count_cells()
        last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
        period = Period(last.replace(day=1), last)
        for by in By:
            with tenant_scope(self.province):
                live = best(partial(live_figures, period, by), times=2)
                quick = best(partial(summaries.figures, period, by), times=5)
                both = live_figures(period, by), summaries.figures(period, by)
                places = Places.then(period)
            rows = [statement(period, by, found, places).rows for found in both]
            self.say(f"II.06a by {by}, summaries / live", quick / live, 0.05,
                     f"{quick:.1f} / {live:.0f} ms; {len(rows[0])} rows")  # fmt: skip
            different = sum(one != other for one, other in zip(*rows, strict=False))
            different += abs(len(rows[0]) - len(rows[1]))
            self.say(f"rows of II.06a by {by} that differ", different, 0, "")

    def _count_cells(self) -> None:
        """All summaries anew, as after a load past the services."""
        began = time.perf_counter()
        with tenant_scope(self.province):
            days = cells.note_everything()
            cells.settle_all()
        took = time.perf_counter() - began
        began = time.perf_counter()
        with tenant_scope(self.province):
            months = stocks.take_all(timezone.now())
        spent = time.perf_counter() - began
        with self.databases.connect(self.large, "DATABASE_OWNER_URL") as owner:
            owner.execute("VACUUM ANALYZE reports_cell, reports_stock, reports_stocktaking")
        self.say("unit days of the summaries counted a second", days / took, None,
                 f"{days:,} in {took:.0f} s")  # fmt: skip
        self.say("seconds to count the stocks of a month's end", spent / months, None,
                 f"{months} in {spent:.0f} s")  # fmt: skip

    def demo_loader(self) -> None:
        """How fast the demo writes its history; rolled back."""
        with tenant_scope(self.province), transaction.atomic():
            history = History(self.province, seed=1)
            began = time.perf_counter()
            history.write(500, 60, lambda done: None)
            took = time.perf_counter() - began
            transaction.set_rollback(True)
        self.say("demo dossiers a second", 500 / took, None, "in bulk, every rule kept")

    def mixed_load(self) -> None:
        """Forty requests a second, mixed, with worker and beat on the same two cores."""
        if self.load_seconds:
            for server in self.servers.values():
                server.stop()
            variables = self.databases.variables(self.large)
            named = {"DATABASE_CONN_MAX_AGE": "", **variables, "PGAPPNAME": "bench load"}
            found = load.under_load(self._scene, named, LOG, self.load_seconds)
            self.steps.put_back()
            found.tell(self.say, self.many)

    def _scene(self, server: Server) -> load.Scene:
        """Twenty officials and heads of all kinds, each with dossiers that he may see."""
        names = ("chuyenvien", "truongphong", "lanhdao", "motcua", "giamsat", "vanthu")
        with tenant_scope(self.province):
            others = User.objects.filter(is_active=True, positions__role__in=("head", "leader"))
            known = [*names, *others.values_list("username", flat=True).distinct()[:14]]
            people = {user.username: user for user in User.objects.filter(username__in=known)}
            codes = {
                name: list(
                    Dossier.objects.visible_to(user, "view_dossiers")
                    .order_by("-id").values_list("code", flat=True)[:400]
                )
                for name, user in people.items()
            }  # fmt: skip
            rows = Dossier.objects.filter(accepted_at__isnull=False).order_by("id")[:1000]
            slips = [(one.code, one.second_factor) for one in rows if has_slip(one)]
            may_head = {name for name, user in people.items() if access.may(user, "view_reports")}
        seeing = [name for name, found in codes.items() if found]
        self.servers["portal"] = server
        browsers = {name: self.browser("portal", name) for name in seeing}
        officer = self.browser("portal", "chuyenvien")
        officer.get(f"/ho-so/{self.steps.all[0].code}/chuyen-buoc/")  # the CSRF token
        heads = [name for name in seeing if name in may_head]
        return load.Scene(
            browsers, heads, codes, slips, officer, self.steps.all, self.steps.put_one_back
        )

    def report(self) -> int:
        """Print all figures; the number of missed bounds."""
        print()
        for one in self.figures:
            bound = "" if one.bound is None else f"≤ {one.bound:g}"
            verdict = "" if one.bound is None else ("FAIL" if one.is_missed else "PASS")
            print(f"{one.name:<52}{one.value:>9.2f} {bound:<7}{verdict:<5} {one.words}".rstrip())
        missed = sum(one.is_missed for one in self.figures)
        judged = sum(one.bound is not None for one in self.figures)
        print(f"\n{judged - missed} of {judged} bounds are kept.")
        return missed
