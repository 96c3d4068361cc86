"""From a text to a vector: where models come from, and the engines that run them. Start reading at `encoder`."""
