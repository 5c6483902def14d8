"""What is on the timeline stands where its date is, as wide as the date is unsure, and alone."""

from __future__ import annotations

import datetime
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from browser import NewPage, fresh_pages, launched
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from index.documents import period_of
from qa.chat.lanes import LANES, LEVELS, TARGET, WIDTH, Pair
from qa.chat.timeline import APART, TITLE, timeline
from qa.chat.words import words_in
from qa.phrases import LANGUAGES

FRENCH, ENGLISH, ARABIC = (words_in(code) for code in ("fr", "en", "ar"))
CSS = files("qa.chat").joinpath("timeline.css").read_text(encoding="utf-8")
COLOURS = "--ink:#111;--soft:#555;--paper:#fff;--sheet:#fff;--line:#ddd;--accent:#247"

HOSTILE = {
    "html": '</span></button><img src=x onerror="alert(1)"><script>x</script>',
    "quotes": "\"' onmouseover='alert(1)' x=\"",
    "entity": "Smith &amp; fils &lt;b&gt; &#42;",
    "template": "${value} {{value}} ${element.innerHTML} {% raw %} `x`",
    "arabic": "قال الوزير: «نعم»\u200f (2025).",
    "lines": "une ligne\n\nune autre\r\n  trois",
}


@dataclass(frozen=True, slots=True)
class Entry:
    source: str = "a/b.txt"
    title: str = "Un titre"
    date: str | None = "2022-08-03"
    language: str = "fr"
    pair: Pair | None = ("AZ", "DZ")


@dataclass
class Button:
    """A button as it is read: its attributes, the text in it, and what its style says."""

    attributes: dict[str, str | None]
    of: str = ""  # the list that it is in
    text: str = ""
    name: str = ""

    @property
    def kind(self) -> list[str]:
        return (self.attributes["class"] or "").split()

    @property
    def value(self) -> str | None:
        return self.attributes["value"]

    @property
    def number(self) -> int:
        """The documents it stands for."""
        return 1 if "doc" in self.kind else int(re.sub(r"\D", "", self.text[: -len(self.name)]))

    def _style(self, name: str) -> float:
        found = re.search(rf"--{name}:([\d.]+)", self.attributes.get("style") or "")
        assert found, f"no {name}"
        return float(found[1])

    @property
    def at(self) -> float:
        return self._style("at") / 100

    @property
    def long(self) -> float:
        return self._style("long") / 100

    @property
    def row(self) -> int:
        return int(self._style("row"))

    def box(self, width: float) -> tuple[float, float]:
        least = self._style("least") if "count" in self.kind else TARGET
        half = max(least, self.long * width) / 2
        return self.at * width - half, self.at * width + half


@dataclass
class Lane:
    label: str = ""
    buttons: list[Button] = field(default_factory=list)
    rest: str = ""

    @property
    def pair(self) -> str | None:
        return next((b.value for b in self.buttons if "pair" in b.kind), None)

    @property
    def marks(self) -> list[Button]:
        return [b for b in self.buttons if b.of == "marks"]

    @property
    def apart(self) -> list[Button]:
        return [b for b in self.buttons if b.of == "apart"]


class Reading(HTMLParser):
    """A timeline as an HTML parser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root: dict[str, str | None] = {}
        self.elements: Counter[str] = Counter()
        self.ticks: list[tuple[float, str]] = []
        self.lanes: list[Lane] = []
        self.unlisted: list[str] = []
        self.text = ""
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open, "an element is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("class") or ""
        self.root = self.root or given
        self.elements[tag] += 1
        if tag == "ul" and given.get("role") != "list":
            self.unlisted.append(name)
        if "tick" in name.split():
            self.ticks.append((float((given["style"] or "")[5:-1]) / 100, ""))
        elif name == "lane":
            self.lanes.append(Lane())
        elif tag == "button":
            lists = [kind for _, kind in self._open if kind in ("marks", "apart")]
            self.lanes[-1].buttons.append(Button(given, *lists))
        self._open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        kinds = [kind for _, kind in self._open]
        if "names" in kinds:
            self.lanes[-1].label += data
        if "rest" in kinds:
            self.lanes[-1].rest += data
        if any(tag == "button" for tag, _ in self._open):
            self.lanes[-1].buttons[-1].text += data
            if "tip" in kinds:
                self.lanes[-1].buttons[-1].name += data
        if self._open and "tick" in self._open[-1][1].split():
            at, label = self.ticks[-1]
            self.ticks[-1] = at, label + data


def drawn(*entries: Entry, language: str = "fr", **more: object) -> Reading:
    return Reading(timeline(entries, words_in(language), **more))  # type: ignore[arg-type]


def lane_of(*dates: str | None) -> Lane:
    (lane,) = drawn(*(Entry(source=str(n), date=date) for n, date in enumerate(dates))).lanes
    return lane


def share(day: str, first: str, after: str) -> float:
    at, start, end = (datetime.date.fromisoformat(d).toordinal() for d in (day, first, after))
    return (at - start) / (end - start)


def made_up(count: int, *, years: int = 6, pairs: int = 12, seed: int = 1) -> list[Entry]:
    """Documents of all precisions, some days with many, some pairs with few."""
    chance = random.Random(seed)
    codes = [("DZ", code) for code in sorted("FR GB IT RU TN TR EG ES MA ML SA ZA".split())]
    first = datetime.date(2019, 1, 1).toordinal()
    busy = [chance.randrange(365 * years) for _ in range(12)]
    entries = []
    for number in range(count):
        day = chance.choice(busy) if chance.random() < 0.2 else chance.randrange(365 * years)
        date = datetime.date.fromordinal(first + day).isoformat()
        precise = chance.choices([10, 7, 4, 0], [78, 12, 5, 5])[0]
        of = min(int(chance.expovariate(0.3)), pairs - 1)
        entries.append(Entry(f"{number}.txt", f"Titre {number}", date[:precise] or None,
                             "fr", codes[of] if of else None))  # fmt: skip
    return entries


DATES = st.one_of(
    st.dates(datetime.date(2015, 1, 1), datetime.date(2025, 12, 31)).map(datetime.date.isoformat),
    st.dates(datetime.date(2019, 3, 1), datetime.date(2019, 4, 30)).map(datetime.date.isoformat),
).flatmap(lambda day: st.sampled_from([day, day, day, day[:7], day[:4]]))


def test_a_day_stands_at_its_share_of_the_track() -> None:
    lane = lane_of("2019-01-01", "2022-08-03", "2024-12-31")
    after = share("2022-08-04", "2019-01-01", "2025-01-01")
    half = 0.5 / 2192
    assert [mark.at for mark in lane.marks] == pytest.approx(
        [half, after - half, 1 - half], abs=2e-5
    )


def test_a_year_later_is_a_year_further() -> None:
    before = lane_of("2019-01-01", "2021-08-03", "2024-12-31").marks[1].at
    later = lane_of("2019-01-01", "2022-08-03", "2024-12-31").marks[1].at
    assert later - before == pytest.approx(365 / 2192, abs=2e-5)


def test_the_ticks_and_the_marks_share_one_scale() -> None:
    shown = drawn(*(Entry(date=f"{year}") for year in range(2019, 2025)))
    assert [label for _, label in shown.ticks] == [str(year) for year in range(2019, 2025)]
    starts = [mark.at - mark.long / 2 for mark in shown.lanes[0].marks]
    assert starts == pytest.approx([at for at, _ in shown.ticks], abs=2e-5)
    assert shown.ticks[0][0] == 0


@pytest.mark.parametrize(
    ("date", "days", "kind"),
    [("2022-08-03", 0, "day"), ("2022-08", 31, "month"), ("2020-02", 29, "month"),
     ("2022", 365, "year"), ("2020", 366, "year")],
)  # fmt: skip
def test_a_mark_is_as_wide_as_its_date_is_imprecise(date: str, days: int, kind: str) -> None:
    mark = next(m for m in lane_of("2019-01-01", date, "2024-12-31").marks if m.value == "1")
    first, last = period_of(date)
    ends = [share(first, "2019-01-01", "2025-01-01"), share(last, "2019-01-01", "2025-01-01")]
    assert mark.long == pytest.approx(days / 2192, abs=2e-5)
    assert mark.at == pytest.approx(sum(ends) / 2 + 0.5 / 2192, abs=2e-5)
    assert kind in mark.kind


@settings(max_examples=60, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=30))
def test_marks_stand_in_the_order_of_time(dates: list[str]) -> None:
    marks = lane_of(*dates).marks
    starts = [mark.at - mark.long / 2 for mark in marks]
    assert all(before <= after + 2e-5 for before, after in pairwise(starts))
    assert all(mark.at - mark.long / 2 >= -1e-5 for mark in marks)
    assert all(mark.at + mark.long / 2 <= 1 + 1e-5 for mark in marks)


def test_what_has_no_date_stands_at_no_place_in_time() -> None:
    lane = lane_of("2019-01-01", None, "2024-12-31")
    (undated,) = lane.apart
    assert undated.value == "1"
    assert undated.attributes.get("style") is None
    assert undated.name == f"Un titre · {FRENCH.undated}"
    assert [mark.value for mark in lane.marks] == ["0", "2"]


def test_without_any_date_there_is_no_time() -> None:
    shown = drawn(Entry(date=None), Entry(date=None))
    assert not shown.ticks
    assert len(shown.lanes[0].apart) == 2
    assert not shown.lanes[0].marks


def test_with_every_date_nothing_is_said_to_lack_one() -> None:
    assert FRENCH.undated not in drawn(Entry()).text


def test_of_many_undated_a_few_are_shown_and_the_rest_counted() -> None:
    all_shown, many = lane_of(*[None] * APART), lane_of(*[None] * (APART + 1))
    assert (len(all_shown.apart), all_shown.rest) == (APART, "")
    assert (len(many.apart), many.rest) == (APART - 1, "+2")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_in_a_document_is_read_as_html(text: str) -> None:
    hostile = Entry(source=text, title=text, language=text, pair=("AZ", text))
    html = timeline([hostile, Entry(title=text, date=None, pair=None)], FRENCH, others=text)
    shown, plain = Reading(html), drawn(Entry(pair=("AZ", "BY")), Entry(date=None, pair=None))
    assert shown.elements == plain.elements
    assert shown.root == plain.root
    lane, others = shown.lanes
    assert others.label == text
    assert lane.marks[0].name == f"{text} · 3 août 2022"
    assert lane.marks[0].value == text
    assert lane.pair == f"AZ-{text}"
    for read in ("${", "{{", "`", "{%"):
        assert read not in html


def test_a_title_without_end_is_cut() -> None:
    name = drawn(Entry(title="a" * 5_000)).lanes[0].marks[0].name
    assert name == "a" * TITLE + "… · 3 août 2022"


def test_every_button_says_what_it_is() -> None:
    shown = drawn(*made_up(400))
    buttons = [button for lane in shown.lanes for button in lane.buttons]
    assert all(button.attributes["type"] == "button" for button in buttons)
    assert all(button.value for button in buttons)
    names = {f"{n}.txt": f"Titre {n}" for n in range(400)}
    for button in buttons:
        if "doc" in button.kind:
            title, date = button.name.split(" · ")
            assert (title, bool(date)) == (names[button.value or ""], True)
        elif "count" in button.kind:
            assert re.fullmatch(rf".*\d{{4}} · {FRENCH.documents}: \d+", button.name)
        else:
            assert " – " in button.text


def test_lanes_and_their_documents_are_lists() -> None:
    shown = drawn(*made_up(50))
    assert not shown.unlisted
    documents = sum(len(lane.marks) + len(lane.apart) for lane in shown.lanes)
    rests = sum(bool(lane.rest) for lane in shown.lanes)
    assert shown.elements["li"] == len(shown.lanes) + documents + rests


def test_the_lane_with_most_documents_is_first_and_equals_are_in_order_of_name() -> None:
    pairs: list[Pair | None] = [
        None, None, None, None, ("DZ", "TN"), ("DE", "FR"), ("AZ", "DZ"), ("DZ", "RU"),
        ("DZ", "RU"),
    ]  # fmt: skip
    shown = drawn(*(Entry(pair=pair) for pair in pairs), others="Autres")
    assert [lane.label for lane in shown.lanes] == [
        "Algérie – Russie", "Algérie – Azerbaïdjan", "Algérie – Tunisie", "Allemagne – France",
        "Autres",
    ]  # fmt: skip
    assert [lane.pair for lane in shown.lanes] == ["DZ-RU", "AZ-DZ", "DZ-TN", "DE-FR", None]


def test_countries_are_named_in_the_language_of_the_window() -> None:
    assert drawn(Entry(), language="tr").lanes[0].label == "Azerbaycan – Cezayir"
    assert drawn(Entry(pair=("QX", "ZZZ"))).lanes[0].label == "QX – ZZZ"


def test_rare_pairs_beyond_the_last_lane_share_one() -> None:
    codes = [f"Q{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(LANES + 3)]
    shown = drawn(*(Entry(source=code, pair=("AZ", code)) for code in codes))
    assert len(shown.lanes) == LANES + 1
    assert [mark.value for mark in shown.lanes[-1].marks] == codes[-3:]


@pytest.mark.parametrize("seed", range(4))
def test_no_document_is_lost_or_drawn_twice(seed: int) -> None:
    entries = made_up(300 * (seed + 1), seed=seed)
    held = Counter("-".join(e.pair) if e.pair else None for e in entries)
    for lane in drawn(*entries).lanes:
        rest = int(lane.rest or 0)
        assert sum(b.number for b in lane.marks + lane.apart) + rest == held[lane.pair]
        sources = [b.value for b in lane.buttons if "doc" in b.kind]
        assert len(sources) == len(set(sources))


@settings(max_examples=60, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=120), st.sampled_from([WIDTH, 2 * WIDTH]))
def test_no_mark_covers_another(dates: list[str], width: int) -> None:
    shown = drawn(*(Entry(source=str(n), date=d) for n, d in enumerate(dates)), width=width)
    rows: dict[int, list[tuple[float, float]]] = {}
    for mark in shown.lanes[0].marks:
        assert 0 <= mark.row < LEVELS
        rows.setdefault(mark.row, []).append(mark.box(width))
    for boxes in rows.values():
        assert all(end <= start + 0.02 for (_, end), (start, _) in pairwise(sorted(boxes)))


def test_documents_of_one_day_stand_above_one_another_until_they_are_too_many() -> None:
    few, many = lane_of(*["2022-08-03"] * LEVELS), lane_of(*["2022-08-03"] * (LEVELS + 1))
    assert [mark.row for mark in few.marks] == list(range(LEVELS))
    (count,) = many.marks
    assert (count.number, count.value, "count" in count.kind) == (LEVELS + 1, "2022-08-03", True)
    assert count.name == f"3 août 2022 · {FRENCH.documents}: {LEVELS + 1}"
    assert count.attributes["data-pair"] == "AZ-DZ"


def test_too_many_of_neighbouring_days_are_counted_day_by_day() -> None:
    days = [f"2022-08-0{day}" for day in (1, 2, 3)]
    marks = lane_of("2019-01-01", *days, *days, "2024-12-31").marks
    assert [(mark.value, mark.number) for mark in marks[1:-1]] == [(day, 2) for day in days]


def test_a_number_keeps_to_the_track() -> None:
    years = range(1975, 2015)
    marks = lane_of(*(f"{year}-{n + 1:02}-0{n}" for year in years for n in range(1, 10))).marks
    assert (marks[0].value, marks[0].number) == ("1974..1975", 9)
    assert marks[0].at - marks[0].long / 2 == pytest.approx(0, abs=2e-5)
    assert marks[-1].at + marks[-1].long / 2 == pytest.approx(1, abs=2e-5)
    assert [marks[n].long for n in (0, -1)] == pytest.approx([1 / 40] * 2, abs=1e-4)


def test_years_lie_below_their_days_and_numbers_in_one_row() -> None:
    few = lane_of("2019-01-01", "2022-03-03", "2022", "2024-12-31").marks
    assert {mark.value: mark.row for mark in few} == {"0": 0, "1": 1, "2": 0, "3": 0}
    july = datetime.date(2020, 7, 1).toordinal()
    days = [datetime.date.fromordinal(july + n % 184).isoformat() for n in range(2 * 184)]
    many = lane_of("2020", "2020", *days)
    rows = {mark.value: mark.row for mark in many.marks}
    assert rows.pop("2020") == 1
    assert set(rows.values()) == {0}


def test_too_many_of_all_time_are_counted_by_a_thousand_years() -> None:
    years = [f"{year:04}" for year in range(1, 10_000, 7)]
    marks = lane_of(*years).marks
    assert marks[0].value == "0001..0999"
    assert marks[-1].value == "9000..9999"
    assert sum(mark.number for mark in marks) == len(years)


def test_a_number_counts_what_is_in_its_period() -> None:
    entries = [e for e in made_up(3_000, pairs=1) if e.date]
    (lane,) = drawn(*entries).lanes
    counts = [mark for mark in lane.marks if "count" in mark.kind]
    assert len({count.value for count in counts}) == len(counts) > 10
    for count in counts:
        first, _, last = (count.value or "").partition("..")
        start, end = period_of(first)[0], period_of(last or first)[1]
        assert "data-pair" not in count.attributes
        inside = [period_of(e.date or "") for e in entries]
        within = sum(start <= a and b <= end for a, b in inside)
        if end[:7] != start[:4] + "-12" or start[5:7] != "01":  # not a year, in which others stand
            assert count.number == within, count.value


def test_the_greatest_number_is_the_strongest() -> None:
    days = ["2020-01-05"] * 6 + ["2022-01-05"] * 50 + ["2024-01-05"] * 200
    heats = [next(k for k in mark.kind if k.startswith("heat")) for mark in lane_of(*days).marks]
    assert heats == ["heat1", "heat2", "heat4"]


def test_ten_thousand_documents_are_a_small_page() -> None:
    assert len(timeline(made_up(10_000), FRENCH)) < 200_000


def test_the_worst_of_ten_thousand_documents_are_a_page() -> None:
    """Each lane as full as it may be without a number, and titles that grow as they are escaped."""
    first = datetime.date(2019, 1, 1).toordinal()
    entries = [
        Entry(f"{n}", "«»" * 200, datetime.date.fromordinal(first + n % 130 * 17).isoformat(),
              "fr", ("AZ", f"Q{n // 130:02}"))
        for n in range(10_000)
    ]  # fmt: skip
    assert len(timeline(entries, FRENCH)) < 4_000_000


SPANS = {
    "a day": ["2022-08-03"],
    "a month": ["2022-08"],
    "the turn of a year": ["2022-12-31", "2023-01-01"],
    "two years": ["2021-05", "2023-02"],
    "six years": ["2019", "2024"],
    "a century": ["1914-08", "2022"],
    "all there are": ["0001-01-01", "9999-12-31"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dates", SPANS.values(), ids=SPANS)
def test_the_labels_of_the_ticks_do_not_touch(dates: list[str], language: str) -> None:
    shown = drawn(*(Entry(date=date) for date in dates), language=language)
    ends = [at for at, _ in shown.ticks[1:]] + [1.0]
    assert shown.ticks
    for (at, label), end in zip(shown.ticks, ends, strict=True):
        assert label.strip()
        assert (end - at) * WIDTH > 7 * len(label) + 8
    assert all(0 <= mark.at <= 1 for mark in shown.lanes[0].marks)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Jul 2022", "Oct", "2023", "Apr"]),
        ("fr", ["juil. 2022", "oct.", "2023", "avr."]),
        ("ar", ["يوليو 2022", "أكتوبر", "2023", "أبريل"]),
        ("tr", ["Tem 2022", "Eki", "2023", "Nis"]),
    ],
)
def test_ticks_are_named_in_the_language_of_the_window(language: str, labels: list[str]) -> None:
    # Babel lends one language's names of months to another that asks for them standing alone.
    drawn(Entry(date="2022-08"), Entry(date="2023-05"), language="az")
    shown = drawn(Entry(date="2022-08"), Entry(date="2023-05"), language=language)
    assert [label for _, label in shown.ticks] == labels


def test_a_wider_track_leaves_room_for_more() -> None:
    entries = [Entry(source=str(n), date=f"2022-08-{n + 1:02}") for n in range(30)]
    narrow, wide = (drawn(*entries, width=width) for width in (WIDTH, 2 * WIDTH))
    assert max(m.row for m in narrow.lanes[0].marks) > 0
    assert max(m.row for m in wide.lanes[0].marks) == 0
    assert wide.root["style"] == f"--track:{2 * WIDTH}px"


def test_in_arabic_the_same_places_are_counted_from_the_right() -> None:
    entries = [Entry(date=date) for date in ("2019", "2022-08", "2024-11-05")]
    left, right = (drawn(*entries, language=language) for language in ("en", "ar"))
    assert (left.root["dir"], right.root["dir"]) == ("ltr", "rtl")
    assert [m.at for m in left.lanes[0].marks] == [m.at for m in right.lanes[0].marks]
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    assert not re.search(r"\b(left|right)\b", rules), "not mirrored"


def test_nothing_to_draw_is_nothing() -> None:
    assert timeline([], FRENCH) == ""


@pytest.mark.parametrize("date", ["2022-13", "août 2022", "", "2022-08-03T10:00"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(ValueError, match="expected YYYY, YYYY-MM or YYYY-MM-DD"):
        timeline([Entry(date=date)], FRENCH)


# In a browser: what the numbers of a style come to.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    with fresh_pages(browser) as new:
        yield new


def shown_in(page: Page, entries: Sequence[Entry], language: str) -> list[dict[str, float]]:
    """Shows a timeline and returns the boxes of its buttons on the page."""
    html = timeline(entries, words_in(language), others="Others")
    page.set_content(f"<style>body{{{COLOURS};margin:0}}{CSS}</style>{html}")
    boxes: list[dict[str, float]] = page.eval_on_selector_all(
        ".marks button, .apart button",
        "all => all.map(one => one.getBoundingClientRect().toJSON())",
    )
    return boxes


def test_targets_are_large_enough_and_apart_in_every_window(new_page: NewPage) -> None:
    page = new_page()
    for width in (360, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        boxes = shown_in(page, made_up(250), "fr")
        assert all(min(box["width"], box["height"]) >= TARGET - 0.01 for box in boxes)
        for number, one in enumerate(boxes):
            for other in boxes[:number]:
                beside = one["right"] < other["left"] + 0.1 or other["right"] < one["left"] + 0.1
                assert beside or one["bottom"] < other["top"] + 0.1 or other["bottom"] < (
                    one["top"] + 0.1
                )  # fmt: skip
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_in_arabic_time_runs_to_the_left(new_page: NewPage) -> None:
    entries = [Entry(date=date) for date in ("2019-02-01", "2021", "2022-08", "2024-11-05", None)]
    page = new_page()
    ltr, rtl = (shown_in(page, entries, language) for language in ("en", "ar"))
    assert [box["left"] for box in ltr] == sorted(box["left"] for box in ltr)
    for left, right in zip(ltr, rtl, strict=True):
        assert right["right"] == pytest.approx(1280 - left["left"], abs=0.5)
        assert right["width"] == pytest.approx(left["width"], abs=0.5)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_names_stay_in_view_while_time_is_scrolled(new_page: NewPage, language: str) -> None:
    page = new_page(viewport={"width": 360, "height": 700})
    shown_in(page, made_up(60), language)
    edge = "document.querySelector('.pair').getBoundingClientRect().x"
    before = page.evaluate(edge)
    page.locator(".marks button").last.focus()
    assert page.evaluate("document.querySelector('.scroll').scrollLeft") != 0
    assert page.evaluate(edge) == before


def test_a_mark_that_is_pointed_at_or_has_the_focus_says_what_it_is(new_page: NewPage) -> None:
    page = new_page()
    shown_in(page, [Entry(date="2019"), Entry(title="un mot " * 12, date="2024-12-31")], "fr")
    mark, said = page.locator(".doc").last, page.locator(".doc .tip").last
    hidden = said.bounding_box()
    assert hidden is not None
    assert hidden["width"] <= 1
    for point in (mark.hover, mark.focus):
        point()
        box = said.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert 0 <= box["x"] <= 1280 - box["width"]
        page.mouse.move(0, 0)
    scrolls = "(s => s.scrollHeight > s.clientHeight)(document.querySelector('.scroll'))"
    assert not page.evaluate(scrolls)
    expect(page.get_by_role("button", name=said.inner_text())).to_have_count(1)
