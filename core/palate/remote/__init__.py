"""What is elsewhere: pages and files over HTTP, files in object storage, and copies of them."""
