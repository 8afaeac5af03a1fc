import uuid

from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.terms import Terms
from tagwork.projects.queries import Guideline


def publish_guideline(person: Person, *, project_id: uuid.UUID, markdown: str) -> Guideline:
    """The version now in force: a new one, or the one there was when the text is the same.

    Raises NotFound, WrongState, Invalid.
    """
    project = change_project(person, project_id=project_id, terms=Terms(guideline_markdown=markdown))
    return queries.guideline_version(project.pk, project.guideline_number)
