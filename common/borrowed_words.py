"""Words of third-party packages that people see and that come without Vietnamese.

makemessages reads only our files; naming the words here puts them into our catalogue, which gettext
asks first. django-allauth 65 and django-axes ship no Vietnamese; Django's own lacks these (ux 4.5).
"""

from django.utils.translation import gettext_noop as _

ALLAUTH = (
    _("A user is already registered with this email address."),
    _("Authenticator code"),
    _("Be patient, you are sending too many requests."),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Email address"),
    _("Email or username"),
    _("Forgot your password?"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid login."),
    _("Invalid or expired key."),
    _("Invalid token."),
    _("Login"),
    _("New Password"),
    _("New Password (again)"),
    _("Password"),
    _("Password (again)"),
    _("Please select only one."),
    _("Please type your current password."),
    _("Recovery codes"),
    _("Remember Me"),
    _("The email address and/or password you specified are not correct."),
    _("The email address is not assigned to any user account."),
    _("The new value must be different from the current one."),
    _("The password reset token was invalid."),
    _("The username and/or password you specified are not correct."),
    _("This account is currently inactive."),
    _("This email address is already associated with this account."),
    _("Too many failed login attempts. Try again later."),
    _("Use authenticator app or code"),
    _("Use your password"),
    _("Username"),
    _("Username or email"),
    _("You must type the same password each time."),
    _("Your account has no verified email address."),
    _("Your primary email address must be verified."),
)
DJANGO = (
    _("CSRF verification failed. Request aborted."),
    _(
        "File extension “%(extension)s” is not allowed. "
        "Allowed extensions are: %(allowed_extensions)s."
    ),
    _("Enter a complete value."),
    _("Null characters are not allowed."),
    _(
        "ManagementForm data is missing or has been tampered with. Missing fields: "
        "%(field_names)s. You may need to file a bug report if the issue persists."
    ),
)
