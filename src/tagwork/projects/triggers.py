"""What the database itself keeps of this room: a published version never changes."""

from tagwork.kit.triggers import immutable

TRIGGERS = [
    immutable("projects_labelschemaversion", "project_id", "number", "document"),
    immutable("projects_guidelineversion", "project_id", "number", "markdown", "html", "clauses"),
    immutable(
        "projects_priceversion",
        *("project_id", "number", "base_micros", "object_micros", "max_objects", "fee_basis_points", "reserve_micros"),
    ),
    immutable("projects_assistmodel", "name", "version", "contract", "sha256", "file_key"),
]
