"""The demo: three projects with real photographs, people and some history, made through the ordinary operations."""
