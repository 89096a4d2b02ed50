"""One question after another; each is understood from those before it."""

from tests.cli.conftest import Cli


def test_a_talk_keeps_its_thread_and_outlives_a_mistake(pincite: Cli) -> None:
    asked = ("Who designed the Eiffel Tower?", "/nonsense", "How tall is it?", "/open 99")
    done = pincite("chat", stdin="\n".join((*asked, "/why", "/why", "/model none", "/new", "/quit", "")))
    assert done.returncode == 0
    assert "Gustave Eiffel" in done.stdout
    assert "330 metres tall" in done.stdout
    assert "/nonsense does nothing here" in done.stderr
    assert "no source 99" in done.stderr
    assert "every step is explained from now on\nsteps are no longer explained from now on\n" in done.stderr
    assert "quotes only from now on" in done.stderr
    assert "(2 answers)" in pincite("threads", "search", "designed").stdout
