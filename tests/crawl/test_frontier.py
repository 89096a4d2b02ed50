"""What a crawl knows survives, and says when to look again."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pincite.crawl.frontier import Frontier, Kept, Target, Task, Wish, next_look

DAY = 86_400.0
WISH = Wish(("http://e.org/",))


def begun(path: Path, *urls: str) -> tuple[Frontier, int]:
    frontier = Frontier(path / "crawl.sqlite3")
    return frontier, frontier.begin(WISH, ["e.org"], [Target(url, "e.org") for url in urls], 0.0)


def test_the_best_address_comes_first_and_only_once(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path)
    frontier.found(crawl, [Target(f"u{n}", "e.org", rank=rank) for n, rank in enumerate((3, 1, 2, 1))])
    taken = [frontier.take(crawl, "e.org", 1.0) for _ in range(5)]
    assert [task.url for task in taken if task] == ["u1", "u3", "u2", "u0"]
    assert taken[4] is None
    frontier.close()


def test_what_was_under_way_in_a_crash_waits_again(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a", "b")
    task = frontier.take(crawl, "e.org", 1.0)
    frontier.close()
    again, same = begun(tmp_path, "a")
    assert same == crawl
    assert task
    assert [(each := again.take(crawl, "e.org", 1.0)) and each.url for _ in range(3)] == ["a", "b", None]
    again.close()


def test_what_came_of_tasks_is_kept_together_or_not_at_all(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a", "b")
    tasks = [task for _ in range(2) if (task := frontier.take(crawl, "e.org", 1.0))]
    frontier._db.execute("CREATE TRIGGER no BEFORE INSERT ON shape BEGIN SELECT raise(ABORT, 'no room'); END")
    kept = [Kept(task, "done", digest=b"d", etag="e") for task in tasks]
    with pytest.raises(sqlite3.IntegrityError, match="no room"):
        frontier.keep(crawl, kept, {("e.org", "/"): (1, 0)}, 1.0)
    assert [frontier.state(crawl, url) for url in "ab"] == ["taken", "taken"]
    frontier.keep(crawl, kept, {}, 2.0)
    assert [frontier.state(crawl, url) for url in "ab"] == ["done", "done"]
    assert list(frontier.known(crawl)) == [("a", "e.org", 0, b"d"), ("b", "e.org", 0, b"d")]
    frontier.close()


def test_another_look_tries_again_what_failed_and_leaves_out_what_is_not_wanted(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a", "b", "c")
    tasks = [task for _ in range(3) if (task := frontier.take(crawl, "e.org", 1.0))]
    states = ("done", "failed", "skipped")
    frontier.keep(crawl, [Kept(task, state, "why") for task, state in zip(tasks, states, strict=True)], {}, 1.0)
    assert frontier.renew(crawl) == 2
    assert [frontier.state(crawl, url) for url in "abc"] == ["waiting", "waiting", "skipped"]
    frontier.close()


def test_a_list_that_says_a_page_has_changed_brings_it_back(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a")
    task = frontier.take(crawl, "e.org", 1.0)
    assert task
    frontier.keep(crawl, [Kept(task, "waiting", "timeout", due=900.0)], {}, 800.0)
    frontier.keep(crawl, [Kept(task, "done", due=9999.0, digest=b"d")], {}, 1000.0)
    frontier.found(crawl, [Target("a", "e.org", changed=999.0)])
    assert frontier.state(crawl, "a") == "done"
    frontier.found(crawl, [Target("a", "e.org", changed=1001.0)])
    again = frontier.take(crawl, "e.org", 1002.0)
    assert again, "at once, not when it would have been looked at anyway"
    assert again.tries == 0
    frontier.close()


def test_a_postponed_host_is_not_asked_before(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a", "b")
    frontier.postpone(crawl, "e.org", 50.0)
    assert frontier.take(crawl, "e.org", 49.0) is None
    assert frontier.later(crawl, "e.org") == 50.0
    assert frontier.take(crawl, "e.org", 50.0)
    frontier.close()


def test_forgetting_a_crawl_leaves_nothing_of_it(tmp_path: Path) -> None:
    frontier, crawl = begun(tmp_path, "a")
    frontier.forget(crawl)
    assert frontier.progress() == []
    assert frontier.state(crawl, "a") == ""
    frontier.close()


def test_a_page_is_looked_at_as_often_as_it_changes() -> None:
    task = Task(1, "u", "h", "page", 0, 0, 0, "", "", 0, b"", checks=0, changes=0)
    assert next_look(task, True, 0.0, 100.0) == 0.0
    assert next_look(task, True, DAY, 0.0) == DAY
    always = [next_look(replace(task, checks=n, changes=n), True, DAY, 0.0) / DAY for n in (1, 5, 20)]
    never = [next_look(replace(task, checks=n, changes=1), False, DAY, 0.0) / DAY for n in (1, 5, 20, 200)]
    half = next_look(replace(task, checks=20, changes=11), False, DAY, 0.0) / DAY
    assert always == [1, 1, 1]
    assert never == sorted(never)
    assert never[0] > 1
    assert never[-1] == 16
    assert 1 < half < 2
