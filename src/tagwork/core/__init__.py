"""What an annotation is: label schema, shapes, masks, validation, similarity, scoring; worker skill; integer money.

Pure functions and frozen types: no Django, no clock, no files, no network, no randomness.
"""
