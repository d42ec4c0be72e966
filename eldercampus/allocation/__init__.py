"""How seats are given: pure functions over plain data, nothing of the application."""
