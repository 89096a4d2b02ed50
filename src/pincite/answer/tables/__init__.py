"""How is a question to a database answered?"""
