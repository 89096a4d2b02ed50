"""Does git leave this file out? By the ``.gitignore`` files of its repository, from the outermost to its own folder's.

What a repository ignores is made anew from what it keeps: built pages, copies, caches. Outside of a repository such
files say nothing, as to git itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

RULES = ".gitignore"


@dataclass(frozen=True)
class Ignored:
    """Rules, each with the folder that it counts from; ``None`` outside of a repository."""

    rules: tuple[tuple[Path, GitIgnoreSpec], ...] | None = None

    @classmethod
    def above(cls, folder: Path) -> Ignored:
        """The rules that lie above a folder; none where they leave out the folder itself, for it was named."""
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 -- the name it was given, symlinks and all
        found = cls()
        for each in reversed(folder.parents):
            found = found.within(each)
        return cls(() if found.rules is not None else None) if found.hides(folder) else found

    def within(self, folder: Path) -> Ignored:
        """The rules for what lies in ``folder``, with its own; a repository in a repository has its own alone."""
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 -- as above
        rules = () if (folder / ".git").exists() else self.rules
        if rules is None:
            return self
        try:
            lines = (folder / RULES).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # there is none, or nobody may read it
            return Ignored(rules)
        return Ignored((*rules, (folder, GitIgnoreSpec.from_lines(lines))))

    def hides(self, path: Path) -> bool:
        """The last rule that matches decides, and ``!name`` takes back what another left out."""
        hidden = False
        for folder, spec in self.rules or ():
            name = os.path.relpath(path, folder)
            said = spec.check_file(f"{name}/" if path.is_dir() else name).include
            hidden = hidden if said is None else said
        return hidden
