"""reStructuredText: sections, lists, tables and code, with directives and roles of any name; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.readers import read
from pincite.readers.file import File
from pincite.readers.rst import LONGEST, READER
from pincite.types import Original

Rst = Callable[[str], Original]


@pytest.fixture
def rst(tmp_path: Path) -> Rst:
    def made(text: str) -> Original:
        path = tmp_path / "guide.rst"
        path.write_text(text, encoding="utf-8")
        (original,) = READER.read(File(path, "default", 10_000_000))
        return original

    return made


GUIDE = """\
.. _uploads:

Uploading Files
===============

Use :meth:`~flask.Request.files` of :class:`Request`, see `the guide <http://x.org>`_ [1]_.

Limits
------

.. versionadded:: 2.0

.. code-block:: python
   :linenos:

   app = Flask(__name__)

   if app:
       app.run()

Or so::

    flask   run

- one
- two

  with more

3. three

.. setting:: MAX_SIZE

   How large a file *may* be, at most |most|.

.. note:: Mind the size.

.. [1] A note.
"""


def test_a_page_of_sphinx_is_read_as_its_reader_sees_it(rst: Rst) -> None:
    original = rst(GUIDE)
    assert original.document.title == "Uploading Files"
    assert [(heading.level, heading.title) for heading in original.headings] == [(1, "Uploading Files"), (2, "Limits")]
    for heading in original.headings:
        assert original.text.startswith(heading.title, heading.start)
    assert original.text.split("\n\n", 3)[1] == "Use `files` of `Request`, see the guide."
    assert "```python\napp = Flask(__name__)\n\nif app:\n    app.run()\n```" in original.text
    assert "Or so:\n\n```\nflask   run\n```" in original.text
    assert "\n\n- one\n\n- two\n\nwith more\n\n3. three\n\n" in original.text
    assert "`MAX_SIZE`\n\nHow large a file may be, at most |most|.\n\nMind the size." in original.text
    assert "versionadded" not in original.text


def test_rows_have_the_names_of_their_columns_and_terms_what_they_mean(rst: Rst) -> None:
    rule = "=====  =====  =====\n"
    table = f"{rule}Name   Port   Days\n{rule}web    80     3\nmail   25     9\n{rule}"
    original = rst(f"{table}\nterm\n    What it is.\n\n:Author: Ada\n\n-v  Says more.\n\n.. math:: x^2\n")
    assert "Name: web; Port: 80; Days: 3\n\nName: mail; Port: 25; Days: 9" in original.text
    assert "term: What it is." in original.text
    assert "Author: Ada" in original.text
    assert "-v: Says more." in original.text
    assert "$$\nx^2\n$$" in original.text


def test_nothing_is_included_or_run(rst: Rst, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    original = rst(
        f"Words.\n\n.. include:: {secret}\n\n.. literalinclude:: {secret}\n\n.. csv-table:: t\n   :file: {secret}\n\n"
        f".. raw:: html\n   :file: {secret}\n"
    )
    assert "hunter2" not in original.text


def test_a_longer_file_than_is_parsed_is_read_as_text(rst: Rst) -> None:
    assert rst("Title\n=====\n\n" + "words " * (LONGEST // 6)).text.startswith("Title\n=====")


def test_it_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text("Title\n=====\n\nSome words.\n")
    (original,) = read(path, collection="default", max_bytes=1000)
    assert original.text == "Title\n\nSome words."


LINES = """\
Title
=====
-----

::
    code  x
- a
1. x
#. y
.. note:: hi
   inside
   :opt: v
.. code-block:: py
.. unknown:: arg
:func:`a.b` ``x`` *em `t <u>`_ |sub| [1]_
| a |
+---+
===  ===
a    b
.. [1] foot
term
   def
:field: body
>>> 1
| line
.. |a| image:: x
.. list-table::
   * - a
     - b
.. raw:: html
.. class:: k
.. role:: z
.. contents::
\f""".split("\n")


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), max_size=20))
def test_no_lines_break_the_reader(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.rst"
    path.write_text("\n".join(["Words.", "", *lines]), encoding="utf-8")
    (original,) = READER.read(File(path, "default", 10_000_000))
    for heading in original.headings:
        assert original.text.startswith(heading.title, heading.start)
