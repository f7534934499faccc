from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    # The exclusion constraint on periods compares text and ranges in one index.
    operations = [BtreeGistExtension()]
