"""What HTTP asks of every answer: conditional requests, security headers, problems, bodies, static files."""
