"""What is the answer, and what does each sentence of it rest on?"""
