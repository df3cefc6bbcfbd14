"""How right the default is: tables, contenders, outcomes, ranks."""
