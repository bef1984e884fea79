"""What happens to every request: account, actor, language, errors, headers, one log line."""
