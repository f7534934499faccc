"""The house as a Django app: its commands, static files and templates."""

from django.apps import AppConfig


class KratomCareConfig(AppConfig):
    name = "kratomcare"
    verbose_name = "KratomCare"

    def ready(self) -> None:
        from kratomcare import connections, sign_in

        connections.listen()
        sign_in.listen()
