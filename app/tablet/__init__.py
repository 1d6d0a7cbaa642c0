"""The guard's tablet: commands in, snapshot and changes out."""
