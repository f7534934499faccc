"""All addresses: each app brings its own."""

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from kratomcare.favicon import favicon
from kratomcare.health import healthz
from kratomcare.styleguide import styleguide

# One way in, with its rate limits and second step, for the admin as well.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = "KratomCare"

handler500 = "kratomcare.errors.page_failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
    path("styleguide/", styleguide, name="styleguide"),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if find_spec("legal.urls"):
    urlpatterns += [path("legal/", include("legal.urls"))]
if find_spec("clinical.urls"):
    urlpatterns += [path("", include("clinical.urls"))]
