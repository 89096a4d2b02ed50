"""How does an answer look in a browser?"""
