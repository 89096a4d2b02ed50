"""How does one question become one cited answer? A step a module; ``ask`` is the spine."""
