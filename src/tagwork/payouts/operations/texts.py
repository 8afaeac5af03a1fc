"""Free text that people give: bounded, and without characters a database or the ledger's hash cannot keep."""

from tagwork.kit.errors import Invalid


def required_text(value: str, field: str, longest: int) -> str:
    """`value` without the spaces around it. Raises Invalid, naming the field."""
    text = value.strip()
    if not text or len(text) > longest or not text.replace("\n", " ").replace("\t", " ").isprintable():
        problem = f"Give 1 to {longest} characters of plain text."
        raise Invalid(f"{field}: {problem}", errors=[{"field": field, "code": "text", "message": problem}])
    return text


def required_key(key: str) -> str:
    """An idempotency key. Raises Invalid."""
    if not key or len(key) > 255 or not key.isascii() or not key.isprintable():
        problem = "Give an idempotency key of 1 to 255 printable ASCII characters."
        raise Invalid(problem, errors=[{"field": "key", "code": "key", "message": problem}])
    return key


def required_micros(amount_micros: int) -> int:
    """A whole, positive number of micro-dollars that a database can keep. Raises Invalid."""
    if type(amount_micros) is not int or not 0 < amount_micros < 2**63:
        problem = "Give a whole number of micro-dollars above zero."
        raise Invalid(problem, errors=[{"field": "amount_micros", "code": "amount", "message": problem}])
    return amount_micros
