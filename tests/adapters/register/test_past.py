"""The register as it was recorded until a position: what is read from its rows of today is what the log's prefix
says."""

from __future__ import annotations

import random
from datetime import date

import pytest

from adapters import past
from adapters.past import PastView
from adapters.register.register import Register
from adapters.views import Until
from domain.values import Period
from projections.listing import Filter, Order
from tests.adapters.recordings import CODE, day_off_set, line, policy_set, record
from tests.adapters.register.test_register import EVER, fill
from tests.builders import answered, received

PERIODS = [EVER, *map(Period.year, (2019, 2020, 2021))]
NEWEST_DUE = Order("due_on")


async def assert_same(partly: PastView, whole: PastView) -> None:
    """Rows, appeals, counts and a page of a list."""
    for period in PERIODS:
        assert await partly.rows(period) == await whole.rows(period), period
        assert await partly.tally(period) == await whole.tally(period), period
    assert await partly.spells(EVER) == await whole.spells(EVER)
    asked_for = [*[row.reference for row in await whole.rows(EVER)][::-3], "2099-0001"]
    assert await partly.named(asked_for) == await whole.named(asked_for)
    assert await partly.unarchived() == await whole.unarchived()
    filtered = Filter(), NEWEST_DUE
    assert await partly.page(*filtered, limit=7, offset=3) == await whole.page(*filtered, limit=7, offset=3)


@pytest.mark.parametrize("first", [100, 200, 300])
async def test_a_look_back_is_the_fold_of_the_prefix(office: Register, first: int) -> None:
    """At positions all over a random register, before and after changes of the rules, some of them looking far back."""
    await fill(office, range(first, first + 30))
    chosen = random.Random(first)
    for nth in range(3):
        day = date(chosen.randint(2019, 2021), chosen.randint(1, 12), chosen.randint(1, 28)).isoformat()
        changed = policy_set(day, chosen.choice(("on", "off")), day) if nth % 2 else day_off_set(day, day)
        await record(office, line(f"rule {nth}", changed))
    async with office.view(CODE) as now:
        last = now.position
    read_from_the_register = 0
    for position in [*range(2, last, last // 12), last]:
        async with office.view(CODE, Until(position=position)) as partly:
            assert isinstance(partly, PastView)
            whole = await past.then(partly._connection, partly._authority_id, Until(position=position))
            await assert_same(partly, whole)
            read_from_the_register += len((await whole._fold()).rows) - len((await partly._fold()).rows)
    assert read_from_the_register > 20


async def test_only_what_went_on_or_rests_on_another_law_is_folded(office: Register) -> None:
    """Three requests: one that went on later, one that a later day off may touch, one that nothing touched."""
    await record(office, line("a", received("2020-03-02")), line("a1", answered("2020-03-20"), "#a"))
    await record(office, line("b", received("2020-09-01")), line("b1", answered("2020-09-10"), "#b"))
    await record(office, line("c", received("2020-03-02")))
    async with office.view(CODE) as now:
        position = now.position
    await record(office, line("c1", answered("2020-03-20"), "#c"))
    async with office.view(CODE, Until(position=position)) as view:
        assert isinstance(view, PastView)
        assert (await view._fold()).references == {"2020-0003"}
    await record(office, line("typhoon", day_off_set("2020-09-02", "2020-09-02")))
    async with office.view(CODE, Until(position=position)) as view:
        assert isinstance(view, PastView)
        assert (await view._fold()).references == {"2020-0002", "2020-0003"}
        assert [row.reference for row in await view.rows(EVER)] == ["2020-0001", "2020-0002", "2020-0003"]
