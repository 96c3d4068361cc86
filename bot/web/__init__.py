"""Pages: the newsroom where the public reads approved statements, its feeds, and the health of the process."""

from bot.web.parts import CheckResult, WebParts
from bot.web.routes import add_routes

__all__ = ["CheckResult", "WebParts", "add_routes"]
