"""Addresses of the law pages."""

from django.urls import path

from legal import map_views, views

app_name = "legal"
urlpatterns = [
    path("", views.place_and_day, name="place_and_day"),
    path("map/", map_views.law_map, name="map"),
    path("changes/", map_views.changes, name="changes"),
    path("<str:code>/", views.jurisdiction, name="jurisdiction"),
]
