"""The permissions to see, make and sign reports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_add_fieldassignment_lifted_at"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="unit",
            options={
                "base_manager_name": "objects",
                "permissions": [
                    ("view_dossiers", "See dossiers"),
                    ("receive_dossiers", "Receive dossiers at the counter"),
                    ("process_dossiers", "Process dossiers"),
                    ("assign_dossiers", "Assign and reassign work"),
                    ("approve_dossiers", "Approve results"),
                    ("release_results", "Number, seal and release results"),
                    ("return_results", "Hand results to citizens"),
                    ("export_dossiers", "Export lists of dossiers"),
                    ("view_reports", "See and make reports"),
                    ("sign_reports", "Review and sign reports"),
                    ("view_people", "See people and positions"),
                    ("manage_people", "Manage people, positions and delegations"),
                    ("manage_units", "Manage units"),
                    ("view_catalogue", "See draft procedures and internal processes"),
                    ("manage_catalogue", "Manage procedures and internal processes"),
                    ("manage_calendar", "Manage the calendar and dated rules"),
                    ("view_health", "See the health of the installation"),
                ],
            },
        ),
    ]
