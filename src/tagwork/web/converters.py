"""Identifiers in addresses: `<s:submission_id>` takes `s_…` of the API and gives the view its UUID, and back."""

import uuid

from django.urls import register_converter

from tagwork.kit import ids


class _Identifier:
    prefix: str

    def to_python(self, value: str) -> uuid.UUID:
        found = ids.decode(self.prefix, value)
        if found is None:
            raise ValueError(value)  # Django goes on to the next pattern: 404
        return found

    def to_url(self, value: uuid.UUID) -> str:
        return ids.encode(self.prefix, value)


for _prefix in ("pr", "s", "w", "d", "ap", "f", "r", "x", "p", "o", "e", "dp", "dt", "b", "fz", "sb", "df", "hl"):
    _regex = f"{_prefix}_[{ids.ALPHABET}]{{{ids.TEXT_LENGTH}}}"
    register_converter(type(f"{_prefix}_id", (_Identifier,), {"prefix": _prefix, "regex": _regex}), _prefix)
