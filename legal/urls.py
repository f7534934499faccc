"""Addresses of the law pages."""

from django.urls import path

from legal import views

app_name = "legal"
urlpatterns = [
    path("", views.place_and_day, name="place_and_day"),
    path("<str:code>/", views.jurisdiction, name="jurisdiction"),
]
