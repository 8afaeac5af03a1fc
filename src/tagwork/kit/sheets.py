"""Cells of files that people open in a spreadsheet. Pure."""


def plain_cell(cell: str) -> str:
    """A spreadsheet must not run what people typed as a formula: such text begins with a quote (OWASP, CSV injection).

    A number of ours may begin with a minus and stays a number.
    """
    is_number = cell.removeprefix("-").replace(".", "", 1).isdecimal()
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) and not is_number else cell
