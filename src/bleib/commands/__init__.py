"""What stands behind the subcommands that are no stage."""
