"""How do pages of the web come in? Fetched safely and politely, read, followed, and looked at again."""
