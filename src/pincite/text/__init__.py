"""What is in this string? Sentences, words, its language, a page's readable text. Knows no document and no question."""
