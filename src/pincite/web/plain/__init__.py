"""How does an answer look where there is only text? And back: what did it say without its marks?"""
