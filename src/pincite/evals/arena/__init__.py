"""Which of two do people prefer? Two contenders answer the same questions from one retrieval; votes are blind."""
