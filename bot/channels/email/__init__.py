"""E-mail, the second way: letters to people whom the first channel does not reach, each with a link to sign off by.

Out: ``planning`` (who needs a letter, from committed state) → ``outbox`` (durable) → ``smtp``; ``render`` writes.
In: the page that the link opens stores what a person did; ``acts`` makes it a command of the model.
"""

from bot.channels.email.channel import EmailChannel
from bot.channels.email.sender import Sender
from bot.channels.email.smtp import MailServer, Security

__all__ = ["EmailChannel", "MailServer", "Security", "Sender"]
