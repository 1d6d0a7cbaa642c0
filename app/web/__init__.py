"""How pages and answers leave: templates, problems, headers, the proof of origin."""
