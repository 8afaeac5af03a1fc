"""How Django draws our forms: label, hint, error, control; described for a screen reader."""

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"


class Filters(forms.Form):
    """What narrows a list, from the URL: nothing of it is asked for, so no field says that it is optional."""

    is_filter = True
