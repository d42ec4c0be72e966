"""Flask extensions as objects; app.py binds them."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from eldercampus.language.catalogues import Catalogues

babel = Babel()
babel.domain_instance = Catalogues()
csrf = CSRFProtect()
login = LoginManager()
migrate = Migrate()
