"""What is kept between cycles, in one SQLite file a plan: links, log, requests in flight, cycles."""
