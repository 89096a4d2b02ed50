"""How does another program's model ask? The Model Context Protocol, by stdio and over HTTP."""
