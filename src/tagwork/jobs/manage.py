"""Django's own commands (migrate, makemigrations, shell): `python -m tagwork.jobs.manage migrate`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tagwork.config.settings")
    execute_from_command_line(sys.argv)
