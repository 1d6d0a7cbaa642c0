"""How the book's shape came to be, step by step."""
