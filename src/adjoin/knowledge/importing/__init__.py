"""Articles out of files: Markdown and HTML, alone or in folders. First what would be made is told, then it is."""
