"""Many vectors: kept between starts (`store`), and searched for the nearest (`dense`)."""
