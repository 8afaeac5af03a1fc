"""Requests and answers as the OpenAPI document shows them. shapes.py and the routes write the answers as they are, and
tests hold those to the document: none of these classes is ever run on one. In an answer a field that may be missing has
a default; one that is always there and may be empty is `| None` without one.
"""
