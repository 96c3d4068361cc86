"""From counts in the store to alerts, outlooks and pictures: what `bot.detection` says, bound to topics and matters."""
