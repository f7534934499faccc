"""All addresses: each app brings its own."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if find_spec("legal.urls"):
    urlpatterns += [path("legal/", include("legal.urls"))]
if find_spec("clinical.urls"):
    urlpatterns += [path("", include("clinical.urls"))]
