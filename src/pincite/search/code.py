"""What does the documentation say? The web, kept to places where code and its documentation are."""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(
    id="code",
    label="Code and docs",
    description="Documentation and code, from a list of sites",
    backends=("web",),
    sites=(
        "docs.python.org", "developer.mozilla.org", "docs.rs", "doc.rust-lang.org", "pkg.go.dev", "go.dev",
        "learn.microsoft.com", "docs.oracle.com", "kubernetes.io", "docs.docker.com", "postgresql.org", "sqlite.org",
        "nodejs.org", "typescriptlang.org", "react.dev", "cppreference.com", "man7.org", "readthedocs.io",
        "readthedocs.org", "github.com", "stackoverflow.com",
    ),
    place=60,
)  # fmt: skip
