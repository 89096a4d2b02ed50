"""One question after another; each is understood from those before it."""

from tests.cli.conftest import Cli


def test_a_talk_keeps_its_thread_and_outlives_a_mistake(pincite: Cli) -> None:
    done = pincite("chat", stdin="Who designed the Eiffel Tower?\n/nonsense\nHow tall is it?\n/open 99\n/new\n/quit\n")
    assert done.returncode == 0
    assert "Gustave Eiffel" in done.stdout
    assert "330 metres tall" in done.stdout
    assert "/nonsense does nothing here" in done.stderr
    assert "no source 99" in done.stderr
    assert "(2 answers)" in pincite("threads", "search", "designed").stdout
