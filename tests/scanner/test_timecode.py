"""Timecode against the rule it implements, written out a second time in the plainest way: counting label by label."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.timecode import Clock, TimecodeError, can_drop, nominal, parse, render

NTSC_24 = Fraction(24000, 1001)
NTSC_30 = Fraction(30000, 1001)
NTSC_60 = Fraction(60000, 1001)
WHOLE = [Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 100, 120)]
DROPPING = [NTSC_30, NTSC_60, Fraction(120000, 1001)]
RATES = [*WHOLE, NTSC_24, Fraction(48000, 1001), *DROPPING]
DAY = 24 * 3600

rates = st.sampled_from(RATES)
clocks = st.one_of(st.tuples(rates, st.just(value=False)), st.tuples(st.sampled_from(DROPPING), st.just(value=True)))


def counted(base: int, *, drop: bool) -> Iterator[tuple[int, int, int, int]]:
    """The labels of a day, one after another, as SMPTE ST 12-1 counts: no 00 and 01 at minutes not divisible by ten."""
    skipped = {30: 2, 60: 4, 120: 8}[base] if drop else 0
    for minute in range(24 * 60):
        for second in range(60):
            first = skipped if second == 0 and minute % 10 else 0
            for frame in range(first, base):
                yield minute // 60, minute % 60, second, frame


@pytest.mark.parametrize(("rate", "base"), [(NTSC_30, 30), (NTSC_60, 60)])
def test_drop_frame_labels_follow_the_smpte_rule(rate: Fraction, base: int) -> None:
    frames = base * 60 * 21  # the rule comes round every ten minutes
    for count, (hours, minutes, seconds, frame) in enumerate(islice(counted(base, drop=True), frames)):
        label = f"{hours:02}:{minutes:02}:{seconds:02};{frame:02}"
        assert render(count, rate, drop=True) == label
        assert parse(label, rate, drop=True) == count


def test_the_labels_that_drop_frame_skips_are_refused_and_no_others() -> None:
    for minute in range(60):
        for frame in range(4):
            label = f"01:{minute:02}:00;{frame:02}"
            if minute % 10 and frame < 2:
                with pytest.raises(TimecodeError, match="drop-frame skips it"):
                    parse(label, NTSC_30, drop=True)
            else:
                assert render(parse(label, NTSC_30, drop=True), NTSC_30, drop=True) == label


@pytest.mark.parametrize(
    ("label", "count"),
    [
        ("00:00:59;29", 1799),
        ("00:01:00;02", 1800),
        ("00:09:59;29", 17981),
        ("00:10:00;00", 17982),
        ("01:00:00;00", 107892),
    ],
)
def test_known_places_of_drop_frame_at_29_97(label: str, count: int) -> None:
    assert parse(label, NTSC_30, drop=True) == count
    assert render(count, NTSC_30, drop=True) == label


def test_an_hour_of_drop_frame_is_an_hour_on_the_wall_to_within_four_frames() -> None:
    for rate in DROPPING:
        seconds = parse("01:00:00;00", rate, drop=True) / rate
        assert abs(seconds - 3600) < Fraction(4, 1000)


def test_non_drop_at_23_976_drifts_from_the_wall_clock_by_3_6_seconds_an_hour() -> None:
    assert Clock(NTSC_24).seconds(parse("01:00:00:00", NTSC_24)) == pytest.approx(3603.6)


@given(clocks, st.integers(0, 24 * 3600 * 24 - 1))
def test_every_frame_of_a_day_has_one_label_that_leads_back_to_it(clock: tuple[Fraction, bool], count: int) -> None:
    rate, drop = clock
    assert parse(render(count, rate, drop=drop), rate, drop=drop) == count


@given(clocks, st.integers(0, 10**7), st.integers(1, 10**5))
def test_later_frames_have_later_labels_within_a_day(clock: tuple[Fraction, bool], first: int, more: int) -> None:
    rate, drop = clock
    day = parse("23:59:59:" + str(nominal(rate) - 1), rate, drop=drop) + 1
    first %= day - 1
    later = min(first + more, day - 1)
    assert render(first, rate, drop=drop) < render(later, rate, drop=drop)


@given(clocks)
def test_after_the_last_frame_of_a_day_comes_midnight(clock: tuple[Fraction, bool]) -> None:
    rate, drop = clock
    last = parse("23:59:59:" + str(nominal(rate) - 1), rate, drop=drop)
    assert render(last + 1, rate, drop=drop) == render(0, rate, drop=drop)


@given(rates, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.data())
def test_non_drop_counts_like_a_clock(
    rate: Fraction, hours: int, minutes: int, seconds: int, data: st.DataObject
) -> None:
    base = nominal(rate)
    frame = data.draw(st.integers(0, base - 1))
    count = parse(f"{hours:02}:{minutes:02}:{seconds:02}:{frame:02}", rate)
    assert count == ((hours * 60 + minutes) * 60 + seconds) * base + frame


@given(st.text(max_size=14))
def test_text_that_is_no_timecode_is_refused_or_leads_back_to_itself(text: str) -> None:
    try:
        count = parse(text, Fraction(25))
    except TimecodeError:
        return
    assert 0 <= count < DAY * 25


@pytest.mark.parametrize(
    "label",
    [
        "",
        "1:00:00:00",
        "01:00:00",
        "24:00:00:00",
        "00:60:00:00",
        "00:00:60:00",
        "00:00:00:25",
        "01-00-00-00",
        "01:00:00:00 x",
    ],
)
def test_labels_that_do_not_exist_are_refused(label: str) -> None:
    with pytest.raises(TimecodeError):
        parse(label, Fraction(25))


@pytest.mark.parametrize("rate", RATES)
def test_drop_frame_exists_in_the_family_of_29_97_alone(rate: Fraction) -> None:
    assert can_drop(rate) == (rate in DROPPING)


@pytest.mark.parametrize(
    ("rate", "start", "frame", "label"),
    [
        (Fraction(24), "01:00:00:00", 240, "01:00:10:00"),
        (NTSC_24, "10:00:00:12", 12, "10:00:01:00"),
        (NTSC_30, "01:00:00;00", 1800, "01:01:00;02"),
        (NTSC_30, "01:00:00.00", 1800, "01:01:00;02"),  # a full stop is drop-frame too
        (NTSC_30, "01:00:00:00", 1800, "01:01:00:00"),
        (Fraction(25), "01:00:00;00", 1500, "01:01:00:00"),  # a semicolon where drop-frame does not exist
        (Fraction(50), None, 51, "00:00:01:01"),
        (Fraction(120), "00:00:00:118", 2, "00:00:01:000"),
    ],
)
def test_a_files_clock_labels_its_frames(rate: Fraction, start: str | None, frame: int, label: str) -> None:
    clock = Clock.of(rate, start)
    assert clock.label(frame) == label
    assert clock.frame(label) == frame


def test_a_start_timecode_that_cannot_be_is_refused() -> None:
    for start in ("01:00:00:24", "01:01:00;00", "nonsense"):
        with pytest.raises(TimecodeError):
            Clock.of(NTSC_30 if ";" in start else Fraction(24), start)


@given(clocks, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_clock_that_starts_later_labels_as_one_that_starts_at_zero_does_later(
    clock: tuple[Fraction, bool], start: int, frame: int
) -> None:
    rate, drop = clock
    assert Clock(rate, start, drop).label(frame) == Clock(rate, 0, drop).label(start + frame)


def test_frames_at_an_uneven_pace_carry_the_label_of_their_moment() -> None:
    clock = Clock.of(Fraction(24), "01:00:00:00", (0.0, 0.041667, 1.0, 1.041667, 2.5))
    assert [clock.seconds(frame) for frame in range(6)] == [0.0, 0.042, 1.0, 1.042, 2.5, 2.542]
    labels = [clock.label(frame) for frame in range(5)]
    assert labels == ["01:00:00:00", "01:00:00:01", "01:00:01:00", "01:00:01:01", "01:00:02:12"]
    assert [clock.frame(label) for label in labels] == [0, 1, 2, 3, 4]
    assert clock.frame("01:00:01:12") == 4  # nothing new is shown at that moment: the next frame


@given(st.lists(st.integers(1, 200), max_size=30), st.integers(0, 40))
def test_seconds_of_an_uneven_pace_go_on_at_the_rate_after_the_last_frame(steps: list[int], beyond: int) -> None:
    times = (0.0, *(sum(steps[: count + 1]) / 24 for count in range(len(steps))))
    clock = Clock(Fraction(24), times=times)
    assert clock.seconds(len(steps) + beyond) == pytest.approx(times[-1] + beyond / 24, abs=0.001)
    assert [clock.frame(clock.label(frame)) for frame in range(len(times))] == list(range(len(times)))


@pytest.mark.parametrize(
    ("rate", "start", "labels"),
    [
        (Fraction(50), "10:00:00:24@25", ["10:00:00:24", "10:00:00:24", "10:00:01:00", "10:00:01:00"]),
        (NTSC_60, "01:00:59;29@30000/1001", ["01:00:59;29", "01:00:59;29", "01:01:00;02", "01:01:00;02"]),
        (Fraction(120), "23:59:59:29@30", ["23:59:59:29"] * 4 + ["00:00:00:00"]),
        (Fraction(24), "01:00:00:00@30", ["01:00:00:00", "01:00:00:01", "01:00:00:02", "01:00:00:03", "01:00:00:05"]),
        (
            Fraction(25),
            "01:00:00:00 2=05:00:00:00 3=03:00:00:24",
            ["01:00:00:00", "01:00:00:01", "05:00:00:00", "03:00:00:24"],
        ),
        (Fraction(50), "10:00:00:00@25 1=10:00:00:01", ["10:00:00:00", "10:00:00:01", "10:00:00:01", "10:00:00:02"]),
    ],
)
def test_labels_may_count_at_another_rate_and_break_off(rate: Fraction, start: str, labels: list[str]) -> None:
    clock = replace(Clock.of(rate, start), end=len(labels))
    assert [clock.label(frame) for frame in range(len(labels))] == labels
    for label in labels:
        assert labels[clock.frame(label)] == label
        assert clock.frame(label) == labels.index(label)
        if label != labels[-1]:
            assert clock.last_frame(label) == len(labels) - 1 - labels[::-1].index(label)


def test_a_label_at_two_places_is_refused_and_one_between_them_is_the_next_frame() -> None:
    clock = Clock.of(Fraction(25), "01:00:00:00 10=01:00:00:05 20=03:00:00:00")
    with pytest.raises(TimecodeError, match="stands at 2 places"):
        clock.frame("01:00:00:06")
    assert clock.frame("02:00:00:00") == 20
    assert clock.last_frame("02:00:00:00") == 19
    assert clock.frame("00:59:59:24") == -1
    assert clock.frame("03:00:10:00") == 20 + 250


@pytest.mark.parametrize("start", ["01:00:00:00@0", "01:00:00:00@x", "01:00:00:00 1", "01:00:00:00 1=2"])
def test_what_does_not_say_how_labels_count_is_refused(start: str) -> None:
    with pytest.raises(TimecodeError):
        Clock.of(Fraction(25), start)


def test_a_clock_whose_labels_are_shared_can_be_had_frame_by_frame() -> None:
    shared = Clock.of(NTSC_60, "01:01:00;02@30000/1001")
    single = shared.in_frames()
    assert single
    assert (single.label(0), single.label(1), single.frame("01:01:00;04")) == ("01:01:00;04", "01:01:00;05", 0)
    assert Clock.of(Fraction(25), "01:00:00:00 2=05:00:00:00").in_frames() is None
    assert Clock.of(Fraction(24), "01:00:00:00@30").in_frames() is None


@given(clocks, st.integers(0, 10**6), st.integers(0, 10**5), st.sampled_from([2, 4]))
def test_a_label_that_frames_share_leads_to_the_first_and_the_last_of_them(
    clock: tuple[Fraction, bool], start: int, frame: int, each: int
) -> None:
    rate, drop = clock
    shared = Clock(rate * each, start, drop, labels=rate)
    assert shared.label(frame) == Clock(rate, start, drop).label(frame // each)
    assert shared.frame(shared.label(frame)) == frame // each * each
    assert shared.last_frame(shared.label(frame)) == frame // each * each + each - 1
