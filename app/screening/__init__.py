"""The decision at the gate, and the versions of policy and questionnaire behind it."""
