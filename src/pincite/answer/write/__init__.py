"""How does a model write the answer, and which passage does each of its sentences rest on?"""
