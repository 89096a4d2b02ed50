"""Which other people's clients work unchanged? Perplexity's and OpenAI's chat, Perplexity's and SearXNG's search."""
