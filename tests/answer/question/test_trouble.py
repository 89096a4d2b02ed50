import pytest

from pincite.answer.question.trouble import sought, trouble


@pytest.mark.parametrize("asked", ["what failed?", "What went wrong?", "any errors?", "show me the errors in the log"])
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026-11-30 08:05:34 ERROR job send-invoices stopped", True),
        ("2026-11-30 08:05:34 INFO 0 failed, 14 passed", False),
        ("2026-11-30 08:05:34 job rotate-logs failed", True),
        ("2026-11-30 08:05:34 WARN disk almost full", False),
        ('Nov 30 08:00:09 web1 postgres[920]: FATAL:  password authentication failed for user "app"', True),
        ('time="2026-11-30T08:00:05Z" level=error msg="no such file"', True),
        ('{"time":"2026-11-30T08:00:01Z","level":"info","msg":"no errors"}', False),
        ("FAILED tests/test_a.py::test_add - AssertionError", True),
        ("error[E0308]: mismatched types", True),
        ("ValueError: bad port 99999", True),
        ("The expedition failed in 1912.", False),
    ],
)
def test_a_line_of_a_log_says_what_failed_by_its_level_or_by_its_words(asked: str, line: str, says: bool) -> None:
    found = trouble(asked)
    assert found is not None
    assert found.held(line) is says


def test_of_what_is_named_only_its_lines_are_asked_for() -> None:
    found = trouble("which jobs failed?")
    assert found is not None
    assert found.held("2026-11-30 08:05:34 ERROR job send-invoices failed")
    assert not found.held("2026-11-30 08:05:34 ERROR disk full")


def test_warnings_are_no_errors() -> None:
    found = trouble("any warnings?")
    assert found is not None
    assert found.held("2026-11-30 08:05:04 WARN answered 451")
    assert not found.held("2026-11-30 08:05:04 ERROR refused")


@pytest.mark.parametrize(
    "asked", ["why did it fail?", "who failed it?", "what is a fox?", "what made the Russian invasion fail in 1812?"]
)
def test_other_questions_ask_for_no_lines(asked: str) -> None:
    assert trouble(asked) is None


def test_how_logs_say_it_is_looked_for_only_where_nothing_else_is_asked() -> None:
    assert "error" in sought("what went wrong?")
    assert "warn" in sought("any warnings?")
    assert not sought("what went wrong at Chernobyl?")
    assert not sought("what is a fox?")
