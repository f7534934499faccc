"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from kratomcare.serving import leave_with_starter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kratomcare.settings")

application = get_wsgi_application()
leave_with_starter()
