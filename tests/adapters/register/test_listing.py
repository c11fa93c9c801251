"""The list of requests: the query on the register's table, and the same list as recorded until a moment."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest

from adapters.log.mapper import EntryUnreadable
from adapters.past import PastView
from adapters.postgres import migrate
from adapters.present import PresentView
from adapters.register.register import Recording, Register
from adapters.views import Until, View
from domain.law.calendar import national_calendar
from domain.request.answer import Timeliness
from domain.request.events import APPLICANT_KINDS
from domain.request.refusals import RequestUnknown
from domain.request.stages import STAGES
from domain.values import Period, Reference
from projections.listing import Filter, matches
from projections.register import RequestRow, order
from tests import builders
from tests.adapters.recordings import (
    CODE,
    connected,
    day_off_set,
    fetch,
    line,
    opened,
    policy_set,
    record,
    renamed,
)
from tests.adapters.register.test_register import EVER, fill, folded, possible, shuffled

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
ALL = Filter()

COVERED = national_calendar().covered


async def listed(view: View, wanted: Filter = ALL, **paging: Any) -> list[RequestRow]:
    return [row async for row in view.listed(wanted, **paging)]


def references(rows: Sequence[RequestRow]) -> list[str]:
    return [row.reference for row in rows]


# --- conditions ---


def conditions(rows: Sequence[RequestRow], choose: random.Random) -> Iterator[Filter]:
    """Random filters without end, most of one or two conditions, with values of the rows or adjacent ones."""

    def near(*names: str) -> date:
        known = [getattr(row, name) for row in rows for name in names if getattr(row, name)]
        return choose.choice(known) + timedelta(choose.randint(-1, 1))

    def outcome() -> str:
        code = choose.choice([row.outcome for row in rows if row.outcome])
        parts = code.split(".")
        whole = ".".join(parts[: choose.randint(1, len(parts))])
        return choose.choice((whole, whole, whole, whole[:-1], f"{whole}.", f"{whole}%", "_" * len(whole)))

    def part_of_reference() -> str:
        text = choose.choice(rows).reference
        first, last = sorted(choose.sample(range(len(text) + 1), 2))
        return text[first:last]

    made = {
        "stage": lambda: choose.choice(STAGES),
        "due_before": lambda: near("due_on"),
        "overdue_on": lambda: near("due_on", "closed_on", "received_on"),
        "received_from": lambda: near("received_on"),
        "received_to": lambda: near("received_on"),
        "closed_from": lambda: near("closed_on"),
        "closed_to": lambda: near("closed_on"),
        "outcome": outcome,
        "timeliness": lambda: choose.choice(get_args(Timeliness)),
        "applicant_kind": lambda: choose.choice(APPLICANT_KINDS),
        "unit": lambda: choose.choice(("办公室", "法规科", "法规", "办公室%", "无")),
        "officer": lambda: choose.choice(("li.m", "zhang", "li", "nobody")),
        "irregularity": lambda: choose.choice(
            [code for row in rows for code in row.irregularities] + ["late"]
        ),
        "reference": part_of_reference,
        "split_from": lambda: choose.choice([row.split_from or row.reference for row in rows]),
        "changed_since": lambda: max(0, choose.choice(rows).position + choose.randint(-1, 1)),
    }
    assert tuple(made) == Filter.__struct_fields__
    while True:
        names = choose.sample(tuple(made), choose.choice((1, 1, 1, 2, 2, 3)))
        yield Filter(**{name: made[name]() for name in names})


async def split_some(register: Register) -> None:
    """Each of the first twenty requests into two or three."""
    async with register.view(CODE) as view:
        wholes = await listed(view, limit=20)
    parts = [
        line(
            f"part-{nth}-{whole.reference}", builders.received(whole.received_on, split_from=whole.reference)
        )
        for whole in wholes
        for nth in range(1 + Reference.parse(whole.reference).number % 2)
    ]
    await record(register, *parts, acknowledge_all=True)


async def test_the_query_shows_what_the_conditions_say_of_each_row(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Rows folded from the log in Python and tested with two thousand filters equal those of the query, in order."""
    await fill(office, range(700, 760))
    await split_some(office)
    rows, _ = await folded(office, server.behind(database))
    assert len(rows) > 45
    choose = random.Random(11)
    filters = conditions(rows, choose)
    some: dict[str, int] = dict.fromkeys(Filter.__struct_fields__, 0)

    async with office.view(CODE) as view:
        assert isinstance(view, PresentView)
        assert await listed(view) == rows
        for _ in range(2000):
            wanted = next(filters)
            expected = [row for row in rows if matches(row, wanted, COVERED)]
            assert await listed(view, wanted) == expected, wanted
            for name in some:
                if getattr(wanted, name) is not None and 0 < len(expected) < len(rows):
                    some[name] += 1

    assert min(some.values()) >= 20, some  # each condition has shown some and left out some


async def test_an_upgrade_writes_what_the_log_says_of_charges_and_parts(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """After corrections and annulments, too: rows as the migration leaves them are those folded from the log."""
    await fill(office, range(700, 760))
    await split_some(office)
    rows, _ = await folded(office, server.behind(database))
    behind = server.owner(database)
    migration = next(each.text for each in migrate.migrations() if each.name == "0019_in_charge.sql")
    filling = re.search(r"DO \$\$.*?\n\$\$;", migration, re.DOTALL)
    assert filling is not None
    async with connected(server.behind(database)) as connection:
        await connection.execute("UPDATE requests SET officer = NULL, split_from = NULL")
    async with connected(behind) as connection:
        await connection.execute(filling[0])

    async with office.view(CODE) as view:
        assert await listed(view) == rows
    assert {row.officer for row in rows} == {None, "li.m", "zhang"}
    assert sum(row.split_from is not None for row in rows) > 20


async def test_a_list_as_recorded_until_a_moment_is_the_one_given_then(office: Register) -> None:
    """With rules changed and entries amended in between, each earlier list comes out again, by position alone."""
    lines = shuffled([possible(seed) for seed in range(800, 830)], 800)
    size = len(lines) // 5 + 1
    given: list[tuple[int, list[RequestRow], list[tuple[Filter, list[RequestRow]]]]] = []
    for nth, start in enumerate(range(0, len(lines), size)):
        if nth == 2:
            await record(office, line("rolls", policy_set("2020-01-01", "on", "2019-01-01")))
        if nth == 3:
            await record(office, line("typhoon", day_off_set("2020-08-04", "2020-08-04")))
        await record(office, *lines[start : start + size], acknowledge_all=True)
        async with office.view(CODE) as view:
            rows = await listed(view)
            filters = conditions(rows, random.Random(nth))
            answers = [(wanted, await listed(view, wanted)) for wanted in (next(filters) for _ in range(40))]
            given.append((view.position, rows, answers))
    assert len(given) == 5
    assert len({len(rows) for _, rows, _ in given}) > 2

    for position, rows, answers in given:
        async with office.view(CODE, Until(position=position)) as view:
            assert isinstance(view, PastView)
            assert view.position == position
            assert await listed(view) == rows
            for wanted, expected in answers:
                assert await listed(view, wanted) == expected, (position, wanted)


async def test_the_parts_of_a_request_as_recorded_until_a_moment(office: Register) -> None:
    """The office, two receipts and three parts are entries 1 to 6; two of the parts are amended, then the law changes."""
    of_first, of_second = (builders.received("2020-03-02", split_from=f"2020-000{nth}") for nth in (1, 2))
    await record(office, line("a", RECEIVED), line("b", RECEIVED))
    await record(office, *(line(f"part {nth}", of_first) for nth in range(3)), acknowledge_all=True)
    await record(
        office,
        line("moved", builders.amended("2020-03-03", 1, of_second), "2020-0003"),
        line("gone", builders.amended("2020-03-03", 1), "2020-0004"),
        acknowledge_all=True,
    )
    await record(office, line("typhoon", day_off_set("2020-03-05", "2020-03-05")))
    expected = {
        3: ([], []),
        5: (["2020-0003", "2020-0004"], []),
        6: (["2020-0003", "2020-0004", "2020-0005"], []),
        7: (["2020-0004", "2020-0005"], ["2020-0003"]),
        8: (["2020-0005"], ["2020-0003"]),
        9: (["2020-0005"], ["2020-0003"]),
    }

    for until, parts in [*((Until(position=each), expected[each]) for each in expected), (None, expected[9])]:
        async with office.view(CODE, until) as view:
            found = [await view.parts(Reference(2020, nth)) for nth in (1, 2)]
            assert tuple(map(references, found)) == parts, until
            listed_too = [await listed(view, Filter(split_from=f"2020-000{nth}")) for nth in (1, 2)]
            assert found == listed_too, until


async def test_what_was_annulled_is_in_no_list_but_in_those_before(office: Register) -> None:
    """The office, two receipts and the annulment of the first are entries 1 to 4."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED))
    await record(office, line("c", builders.amended("2020-03-03", 1), "#a"))

    seen = {}
    for position in (1, 2, 3, 4, None):
        async with office.view(CODE, Until(position=position) if position else None) as view:
            seen[position] = references(await listed(view))

    both = ["2020-0001", "2020-0002"]
    assert seen == {1: [], 2: both[:1], 3: both, 4: both[1:], None: both[1:]}


async def test_a_list_is_of_one_authority(office: Register) -> None:
    """Another office's requests of the same number are not in it, now or as recorded until a moment."""
    await opened(office, "jiangbei")
    await record(office, line("a", RECEIVED))
    company = builders.received("2020-03-02", applicant_kind="commercial_enterprise")
    await office.record_all("jiangbei", [line("a", company), line("b", company)], actor="tests")

    for until in (None, Until(position=2)):
        async with office.view(CODE, until) as view:
            assert [row.applicant_kind for row in await listed(view)] == ["natural_person"]
            assert await listed(view, Filter(applicant_kind="commercial_enterprise")) == []


# --- order and pages ---

BROUGHT = (
    *(
        "2021-0001",
        "2020-10000",
        "2020-9999",
        "2020-0002",
        "2019-10000",
        "2020-99999",
        "2020-0010",
        "2019-0500",
    ),
    *("2020-100000", "2020-10001", "2020-0001"),
)
IN_ORDER = [
    *(
        "2019-0500",
        "2019-10000",
        "2020-0001",
        "2020-0002",
        "2020-0010",
        "2020-9999",
        "2020-10000",
        "2020-10001",
    ),
    *("2020-99999", "2020-100000", "2021-0001"),
]


def brought(*named: str) -> list[Recording]:
    """Receipts that bring their references along, each of the first days of March of its year.

    2020-99999 lies too far beyond those before it to be taken without acknowledging.
    """
    jumps = {"2020-99999": ["reference_jump"]}
    return [line(name, builders.received(f"{name[:4]}-03-02"), name, *jumps.get(name, [])) for name in named]


async def pages(view: View, wanted: Filter, limit: int) -> list[list[RequestRow]]:
    """Each page begins after the last reference of the one before; the last one is not full."""
    found: list[list[RequestRow]] = []
    after = Reference(0, 0)
    while not found or len(found[-1]) == limit:
        found.append(await listed(view, wanted, after=after, limit=limit))
        if found[-1]:
            after = order(found[-1][-1].reference)
    return found


@pytest.mark.parametrize("until", [None, Until(position=1 + len(BROUGHT))], ids=["now", "then"])
async def test_references_are_ordered_as_two_integers(office: Register, until: Until | None) -> None:
    """By year, then by number: 2020-10000 follows 2020-9999, whatever the order they were recorded in."""
    await record(office, *brought(*BROUGHT))

    async with office.view(CODE, until) as view:
        assert references(await listed(view)) == IN_ORDER
        for nth, reference in enumerate(IN_ORDER):
            rest = await listed(view, after=order(reference))
            assert references(rest) == IN_ORDER[nth + 1 :], reference
        # After a reference that nobody has, the next greater one.
        assert references(await listed(view, after=Reference(2020, 5000), limit=2)) == IN_ORDER[5:7]
        assert references(await listed(view, after=Reference(2019, 999_999_999), limit=1)) == IN_ORDER[2:3]


@pytest.mark.parametrize("until", [None, Until(position=1 + len(BROUGHT))], ids=["now", "then"])
async def test_pages_put_together_are_the_whole(office: Register, until: Until | None) -> None:
    """Eleven by threes are 3, 3, 3 and 2; of the eight of 2020 no page holds another year's."""
    await record(office, *brought(*BROUGHT))

    async with office.view(CODE, until) as view:
        of_all = await pages(view, ALL, 3)
        assert [references(page) for page in of_all] == [IN_ORDER[n : n + 3] for n in (0, 3, 6, 9)]
        year = Filter(received_from=date(2020, 1, 1), received_to=date(2020, 12, 31))
        assert [references(page) for page in await pages(view, year, 3)] == [
            IN_ORDER[2:5], IN_ORDER[5:8], IN_ORDER[8:10],
        ]  # fmt: skip
        assert [len(page) for page in await pages(view, ALL, 11)] == [11, 0]


@pytest.mark.parametrize("then", [False, True], ids=["now", "then"])
async def test_pages_of_a_filtered_random_register_are_the_whole(office: Register, then: bool) -> None:
    """No request is shown twice and none is skipped, whatever is wanted."""
    await fill(office, range(900, 930))
    async with office.view(CODE) as view:
        last = view.position

    async with office.view(CODE, Until(position=last) if then else None) as view:
        rows = await listed(view)
        assert len(rows) > 20
        filters = conditions(rows, random.Random(3))
        for wanted in (ALL, *(next(filters) for _ in range(60))):
            together = [row for page in await pages(view, wanted, 3) for row in page]
            assert together == [row for row in rows if matches(row, wanted, COVERED)], wanted


async def test_a_page_goes_on_where_the_last_one_ended(office: Register) -> None:
    """A page requested after new receipts continues from its reference; receipts before it are not shown."""
    await record(office, *brought("2020-0002", "2020-0004", "2020-0006"))
    async with office.view(CODE) as view:
        first = await listed(view, limit=2)
    await record(office, *brought("2020-0003", "2020-0005"))

    async with office.view(CODE) as view:
        second = await listed(view, after=order(first[-1].reference), limit=2)

    assert references([*first, *second]) == ["2020-0002", "2020-0004", "2020-0005", "2020-0006"]


async def test_a_list_of_more_than_a_thousand_is_complete(office: Register) -> None:
    """From 2020-9000 on 1,205 receipts: without limit, with one above and one below a thousand, now and then."""
    whole = [f"2020-{number}" for number in range(9000, 10205)]
    await record(office, *brought(whole[0]), *(line(name, RECEIVED) for name in whole[1:]))

    for until in (None, Until(position=1 + len(whole))):
        async with office.view(CODE, until) as view:
            assert references(await listed(view)) == whole
            for limit in (1, 999, 1000, 1001, 1204, 1205, 5000):
                assert references(await listed(view, limit=limit)) == whole[:limit], limit
            after = Reference(2020, 9999)
            assert references(await listed(view, after=after)) == whole[1000:]
            assert references(await listed(view, after=after, limit=1100)) == whole[1000:]
            assert references(await listed(view, Filter(reference="100"), limit=1001)) == [
                reference for reference in whole if "100" in reference
            ]


async def test_a_reader_may_leave_in_the_middle(office: Register) -> None:
    """While a list is read another query works in the same view; after leaving the list early a new view works too."""
    await record(office, *(line(f"a{nth}", RECEIVED) for nth in range(1100)))

    for until in (None, Until(position=1101)):
        async with office.view(CODE, until) as view:
            rows = view.listed(ALL)
            assert (await anext(rows)).reference == "2020-0001"
            assert (await anext(rows)).reference == "2020-0002"
            found = await view.row(Reference(2020, 1100))
            assert found is not None
            assert (await anext(rows)).reference == "2020-0003"
        async with office.view(CODE, until) as view:
            assert len(await listed(view)) == 1100


# --- what is read for it ---


async def spoil(server: DatabaseServer, database: str, stream: str) -> None:
    """As the owner, whom no grant stops: the payloads of one stream are no JSON any more."""
    await fetch(server.behind(database), "ALTER TABLE events DISABLE TRIGGER ALL")
    await fetch(server.behind(database), "UPDATE events SET payload = 'spoilt' WHERE stream = $1", stream)


async def test_one_request_as_recorded_until_a_moment_is_read_from_its_own_stream(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Another that went on since cannot be read: this one is answered; lists and tables, which need both, say so."""
    await record(
        office,
        line("a", RECEIVED),
        line("answer", builders.answered("2020-03-20"), "#a"),
        line("b", RECEIVED),
        line("later", builders.served("2020-03-23"), "#a"),
        line("later b", builders.answered("2020-03-20"), "#b"),
    )
    first, second, year = Reference(2020, 1), Reference(2020, 2), Period.year(2020)
    await spoil(server, database, "request/2020-0002")

    async with office.view(CODE, Until(position=4)) as view:
        row = await view.row(first)
        assert row is not None
        assert (row.stage, row.closed_on, row.timeliness) == ("closed", date(2020, 3, 20), "service_unproven")
        assert (row.version, row.position, row.due_on) == (2, 3, date(2020, 3, 30))
        assert (await view.request(first)).stage == "closed"
        assert (await view.request(first, until=date(2020, 3, 19))).stage == "in_hand"
        assert [entry.position for entry in await view.history(first)] == [2, 3]
        assert [len(history) for history in await view.histories([first])] == [2]
        assert await view.parts(first) == []
        assert await view.row(Reference(2020, 3)) is None
        with pytest.raises(RequestUnknown):
            await view.request(Reference(2020, 3))

        for query in (
            view.row(second), view.request(second), view.history(second), listed(view),
            listed(view, Filter(reference="0001"), limit=1), view.rows(year), view.spells(year), view.tally(year),
            view.touched(date(2020, 12, 31)), view.requests_on(date(2020, 12, 31)),
        ):  # fmt: skip
            with pytest.raises(EntryUnreadable, match="request/2020-0002第1条"):
                await query


async def test_an_unreadable_entry_does_not_disturb_reading_an_earlier_moment(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Up to the entry before the spoilt one the list is whole; the table of today does not need the log at all."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED))
    await spoil(server, database, "request/2020-0002")

    async with office.view(CODE, Until(position=2)) as view:
        assert references(await listed(view)) == ["2020-0001"]
    async with office.view(CODE) as view:
        assert references(await listed(view)) == ["2020-0001", "2020-0002"]


async def test_the_answers_of_one_request_are_those_of_the_list(office: Register) -> None:
    """Now and at several earlier positions each row of the list is the row read by its reference."""
    await fill(office, range(950, 965))
    await record(office, line("name", renamed("2021-01-01", "某区政务办")))
    async with office.view(CODE) as view:
        last = view.position

    for position in (None, last, last // 2, last // 3):
        async with office.view(CODE, Until(position=position) if position else None) as view:
            rows = await listed(view)
            assert len(rows) > 3
            assert [await view.row(order(row.reference)) for row in rows] == rows
            within = [row for row in await view.rows(EVER) if row.received_on >= EVER.first]
            assert within == [row for row in rows if row.received_on >= EVER.first]


async def test_only_what_was_recorded_since_is_read_again_for_the_work_list(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """The other requests stand as they were read: their entries cannot be read any more, and need not be."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED), line("c", RECEIVED))
    on, late = date(2020, 12, 31), ["2020-0001", "2020-0002", "2020-0003"]

    async def duties_now() -> tuple[list[tuple[str, str | None]], tuple[str, ...], tuple[str, ...]]:
        async with office.view(CODE) as view:
            found, handled = await view.work_list(on, 5), await view.compliance(Period.year(2020))
            return [(each.reference, each.unit) for each in found], handled.overdue, handled.closed

    assert await duties_now() == ([(each, None) for each in late], tuple(late), ())
    await spoil(server, database, "request/2020-0001")
    await record(office, line("unit", builders.assigned("2020-03-03", "二科"), "2020-0002"))
    assert await duties_now() == ([(late[0], None), (late[1], "二科"), (late[2], None)], tuple(late), ())
    await record(office, line("answer", builders.answered("2020-03-20"), "2020-0003"))
    duties = [(late[0], None), (late[1], "二科"), (late[2], None)]
    assert await duties_now() == (duties, tuple(late[:2]), ("2020-0003",))
    await record(office, line("gone", builders.amended("2020-03-04", 1), "2020-0003"))
    assert await duties_now() == (duties[:2], tuple(late[:2]), ())
