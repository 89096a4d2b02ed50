"""How is a question asked of the live web? Providers, guarded; their pages, read; passages, ranked in memory."""
