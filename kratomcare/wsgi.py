"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from kratomcare import at_every_key
from kratomcare.serving import leave_with_starter, look_for_garbage_seldom, take_short_turns
from kratomcare.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kratomcare.settings")

application = at_every_key.beside(get_wsgi_application())
take_short_turns()
look_for_garbage_seldom()
leave_with_starter()
warm_up()
