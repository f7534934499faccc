"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from kratomcare.serving import leave_with_starter, take_short_turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kratomcare.settings")

application = get_wsgi_application()
take_short_turns()
leave_with_starter()
