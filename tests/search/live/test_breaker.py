from pincite.search.live.breaker import FAILURES, REST_S, Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_tries_with_one_question() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES):
        assert breaker.admit() == 0
        breaker.failed()
    assert breaker.admit() == REST_S
    clock.now = REST_S
    assert breaker.admit() == 0
    assert breaker.admit() > 0
    breaker.succeeded()
    assert breaker.admit() == breaker.admit() == 0


def test_each_rest_is_longer_than_the_last() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    clock.now = REST_S
    assert breaker.admit() == 0
    breaker.failed()
    assert breaker.admit() == 2 * REST_S


def test_a_question_that_nobody_waited_for_gives_its_place_back() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    clock.now = REST_S
    assert breaker.admit() == 0
    breaker.dropped()
    assert breaker.admit() == 0
